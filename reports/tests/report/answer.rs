use pollbench_reports::answer::{Span, answers, headline, worst};
use pollbench_reports::record::{Failure, FailureKind, Interface, Record, Status};

use crate::support::{Cost, Sample, Workload, typical};

fn measured(guests: &[(&str, Cost)], sizes: &[u32]) -> Record {
    let sample = Sample {
        guests: guests.iter().map(|(name, cost)| ((*name).to_owned(), *cost)).collect(),
        workloads: vec![Workload("idle", Some(1))],
        sizes: sizes.into(),
        rounds: 7,
    };
    sample.record()
}

fn sentence(record: &Record) -> String {
    let answers = answers(record);
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].configuration, "idle, 1 active");
    answers[0].words.to_string()
}

/// A text with its numbers taken out, so that it can be compared whatever the noise.
fn wording(text: &str) -> String {
    let mut words = String::new();
    for character in text.chars().filter(|it| *it != '.') {
        match (character.is_ascii_digit(), words.ends_with('#')) {
            (true, true) => {}
            (true, false) => words.push('#'),
            (false, _) => words.push(character),
        }
    }
    words
}

#[test]
fn one_guest_may_be_best_everywhere() {
    let record = measured(
        &[("bare", |n, _| 1000.0 + n), ("slab", |_, _| 3000.0), ("scan", |n, _| 4000.0 + n)],
        &[100, 1000],
    );
    let text = sentence(&record);
    assert_eq!(
        wording(&text),
        "at every size `slab` (# µs to # µs per event, #x to #x of the floor `bare`)"
    );
}

#[test]
fn the_answer_changes_where_the_lines_cross() {
    let record = measured(
        &[("slab", |_, _| 3000.0), ("scan", |n, _| 1000.0 + n)],
        &[10, 100, 1000, 10_000, 100_000],
    );
    let text = sentence(&record);
    assert!(text.starts_with("up to 1,000 pollables `scan` ("), "{text}");
    assert!(text.contains(" per event); from 10,000 pollables `slab` ("), "{text}");
}

#[test]
fn a_guest_that_was_overtaken_is_not_named_again_for_the_same_stretch() {
    let record = measured(
        &[
            ("one", |n, _| if n == 100.0 { 2000.0 } else { 1000.0 }),
            ("two", |n, _| if n > 500.0 { 3000.0 } else { 1001.0 }),
        ],
        &[10, 100, 1000],
    );
    let text = sentence(&record);
    assert!(text.starts_with("up to 100 pollables `two` ("), "{text}");
    assert!(text.contains("; at 1,000 pollables `one` ("), "{text}");
}

#[test]
fn guests_level_with_the_best_are_named_with_the_sizes() {
    let record = measured(
        &[("one", |_, _| 1000.0), ("two", |n, _| if n < 500.0 { 1001.0 } else { 5000.0 })],
        &[100, 200, 1000],
    );
    let text = sentence(&record);
    assert!(text.starts_with("at every size `one` ("), "{text}");
    assert!(text.ends_with("; `two` is within 5 % of the best at 100 and 200"), "{text}");
}

#[test]
fn long_lists_are_cut_short() {
    let alike: Vec<(&str, Cost)> =
        ["a", "b", "c", "d", "e", "f"].map(|name| (name, (|_, _| 1000.0) as Cost)).into();
    let text = sentence(&measured(&alike, &[100]));
    assert!(text.ends_with(" and 2 others are within 5 % of the best"), "{text}");
    assert_eq!(text.matches('`').count(), 2 * (1 + 3), "{text}");
}

#[test]
fn a_guest_as_good_as_the_floor_is_said_to_be() {
    let record = measured(&[("bare", |_, _| 2000.0), ("slab", |_, _| 2002.0)], &[100]);
    let text = sentence(&record);
    assert_eq!(
        wording(&text),
        "at # pollables `slab`, the only one timed (# µs per event, can't be told apart from the floor `bare`)"
    );
}

#[test]
fn the_floor_is_never_recommended() {
    let record = measured(&[("bare", |_, _| 1000.0)], &[100, 1000]);
    assert_eq!(
        sentence(&record),
        "at every size only the floor `bare` was measured, which is no usable executor"
    );
    assert_eq!(headline(&record), None);
}

fn fail(record: &mut Record, keep: impl Fn(&str, u32) -> bool) {
    for cell in record.cells.iter_mut().filter(|it| !keep(&it.guest, it.pollables)) {
        cell.status = Status::Failed;
        cell.failure = Some(Failure::new(FailureKind::Lost, "task 3"));
        (cell.time, cell.latency_ns) = (None, None);
    }
}

#[test]
fn where_all_failed_nothing_is_recommended() {
    let guests: [(&str, Cost); 3] =
        [("bare", |_, _| 1.0), ("slab", |_, _| 3000.0), ("scan", |_, _| 9000.0)];
    let mut record = measured(&guests, &[100, 1000]);
    fail(&mut record, |guest, _| guest == "bare");
    assert_eq!(sentence(&record), "at every size no usable guest passed the checks");
    let mut record = measured(&guests, &[100, 1000]);
    fail(&mut record, |guest, size| guest == "bare" || size == 100);
    let text = sentence(&record);
    assert!(text.starts_with("at 100 pollables `slab` ("), "{text}");
    assert!(text.ends_with("; at 1,000 pollables no usable guest passed the checks"), "{text}");
}

#[test]
fn an_interrupted_run_says_what_is_missing() {
    let mut record = measured(&[("slab", |_, _| 3000.0)], &[100]);
    record.cells[0].time = None;
    assert_eq!(
        sentence(&record),
        "at 100 pollables nothing can be said: no usable guest was timed"
    );
    record.interrupted = true;
    assert_eq!(
        sentence(&record),
        "at 100 pollables nothing can be said: the run was stopped before a usable guest was timed"
    );
    record.cells.clear();
    assert!(answers(&record).is_empty() && headline(&record).is_none());
}

#[test]
fn the_headline_counts_places_among_the_best() {
    let record = measured(
        &[("bare", |_, _| 1.0), ("slab", |_, _| 3000.0), ("scan", |n, _| 1000.0 + n)],
        &[10, 100, 10_000],
    );
    assert_eq!(
        headline(&record).unwrap().to_string(),
        "Best, or within 5 % of the best: `scan` in 2 of 3 combinations of workload and size, `slab` in 1."
    );
}

#[test]
fn names_of_guests_are_marked_in_answers() {
    let record = measured(&[("slab", |_, _| 3000.0)], &[100]);
    let answers = answers(&record);
    let guests = answers[0].words.spans.iter().filter(|it| matches!(it, Span::Guest(_)));
    assert_eq!(guests.count(), 1);
}

/// What is said of the guests of other interfaces.
fn crossovers(record: &Record) -> Vec<String> {
    answers(record)[0].crossovers.iter().map(ToString::to_string).collect()
}

/// The host runs its loop, so `p3` costs the same at every size.
#[test]
fn the_size_at_which_another_interface_overtakes_is_named() {
    let record = measured(
        &[("bare", |n, _| n), ("slab", |n, _| 10.0 * n), ("p3", |_, _| 3000.0)],
        &[100, 1000, 10_000],
    );
    let said = crossovers(&record);
    assert_eq!(said.len(), 1);
    assert_eq!(
        wording(&said[0]),
        "`p#` overtakes the best of WASI # near # pollables (between # and #,#): \
         #x at #, #x at #,#, #x at #,# of the best"
    );
    let near: f64 =
        said[0].split("near ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((285.0..315.0).contains(&near), "the lines cross at 300: {}", said[0]);
    assert!(said[0].contains("(between 100 and 1,000)"), "{}", said[0]);
}

#[test]
fn another_interface_that_overtakes_nowhere_is_given_a_place() {
    let slab: Cost = |n, _| 10.0 * n;
    let faster = measured(&[("slab", slab), ("p3", |n, _| n)], &[100, 1000]);
    assert!(crossovers(&faster)[0].contains("is faster than the best of WASI 0.2 at every size"));
    let slower = measured(&[("slab", slab), ("p3", |n, _| 100.0 * n)], &[100, 1000]);
    assert!(crossovers(&slower)[0].contains("is slower than the best of WASI 0.2 at every size"));
    let level = measured(&[("slab", slab), ("p3", slab)], &[100, 1000]);
    assert!(
        crossovers(&level)[0].contains("can't be told from the best"),
        "{:?}",
        crossovers(&level)
    );
    assert!(crossovers(&measured(&[("bare", slab), ("slab", slab)], &[100])).is_empty());
}

#[test]
fn another_interface_is_never_the_best() {
    let record = measured(&[("slab", |_, _| 3000.0), ("p3", |_, _| 30.0)], &[100, 1000]);
    assert!(sentence(&record).contains("`slab`, the only one timed"), "{}", sentence(&record));
    assert!(!headline(&record).unwrap().to_string().contains("p3"));
}

#[test]
fn the_worst_cell_of_a_guest_is_found() {
    let record = measured(
        &[
            ("bare", |n, _| n),
            ("slab", |n, _| 2.0 * n),
            ("scan", |n, _| if n < 500.0 { 2.2 * n } else { 6.0 * n }),
        ],
        &[100, 1000],
    );
    let lines = |guest| -> Vec<String> {
        worst(&record, guest).expect("a guest").iter().map(|it| wording(&it.to_string())).collect()
    };
    assert_eq!(
        lines("scan"),
        [
            "`scan`: at worst #x of the best of WASI # (`slab`; idle, # active, #,# pollables)",
            "`scan`: at worst #x of the floor (`bare`; idle, # active, #,# pollables)",
        ]
    );
    let text = worst(&record, "scan").unwrap()[0].to_string();
    let ratio: f64 =
        text.split("worst ").nth(1).unwrap().split('x').next().unwrap().parse().unwrap();
    assert!((2.9..3.1).contains(&ratio), "{text}");
    assert_eq!(worst(&record, "nobody"), None);
}

#[test]
fn cells_without_a_ratio_are_counted_with_the_worst() {
    let mut record = measured(&[("slab", |n, _| n), ("scan", |n, _| 2.0 * n)], &[100, 1000]);
    let cell = record.cells.iter_mut().find(|cell| cell.guest == "scan").unwrap();
    cell.status = Status::NotSupported;
    let lines: Vec<String> =
        worst(&record, "scan").unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(lines[1], "`scan`: no ratio to the floor");
    assert_eq!(lines[2], "`scan`: 1 of its 2 cells have no ratio");
}

/// What no release of WASI can run is measured, and never recommended.
#[test]
fn an_experimental_guest_is_never_recommended() {
    let mut record = typical().record();
    let names = |record: &Record| {
        let words = answers(record).into_iter().map(|answer| answer.words.to_string());
        words.chain(headline(record).map(|words| words.to_string())).collect::<String>()
    };
    assert!(names(&record).contains("`batched`"));
    let batched = record.environment.guests.iter_mut().find(|guest| guest.name == "batched");
    batched.expect("batched").interface = Interface::PollSet;
    assert!(!names(&record).contains("`batched`"), "{}", names(&record));
    assert!(names(&record).contains("`slab-list`"));
}

/// Made again with other times: in plain repetitions each event of each cell takes what `ns` says, of the
/// guest, the size and the round.
fn retimed(record: &mut Record, ns: impl Fn(&str, u32, u32) -> f64) {
    for cell in &mut record.cells {
        let mut repetitions = cell.time.take().unwrap().repetitions;
        for repetition in repetitions.iter_mut().filter(|it| it.split.is_none()) {
            let time = ns(&cell.guest, cell.pollables, repetition.round);
            repetition.nanoseconds = (time * repetition.events as f64) as u64;
        }
        cell.time = pollbench_reports::summary::time(repetitions);
    }
}

#[test]
fn two_rounds_are_said_to_be_too_few() {
    let guests: Vec<(String, Cost)> =
        vec![("slab".into(), |_, _| 1000.0), ("scan".into(), |_, _| 230_000.0)];
    let workloads = vec![Workload("idle", Some(1))];
    let record = Sample { guests, workloads, sizes: vec![100, 1000], rounds: 2 }.record();
    assert_eq!(
        wording(&sentence(&record)),
        "at every size it can't be told which is best: two rounds are too few to tell, it \
         takes `--repetitions #`; the lowest is `slab` (# ns per event)"
    );
    assert_eq!(
        wording(&headline(&record).unwrap().to_string()),
        "Can't tell which guest is best in # of # combinations of workload and size (two rounds \
         are too few to tell, it takes `--repetitions #`)"
    );
}

/// The noisier a machine, the less is said, and not the more.
#[test]
fn on_a_noisy_machine_nobody_is_best() {
    let guests: [(&str, Cost); 3] =
        [("slab", |_, _| 1.0), ("scan", |_, _| 1.0), ("list", |_, _| 1.0)];
    let mut record = measured(&guests, &[100, 1000]);
    retimed(&mut record, |guest, size, round| {
        let seed = guest.bytes().map(f64::from).sum::<f64>() + f64::from(size + 7 * round);
        50_000.0 * (1.0 + 0.6 * (seed * seed).sin())
    });
    let text = headline(&record).unwrap().to_string();
    assert!(text.starts_with("Can't tell which guest is best in 2 of 2 combinations"), "{text}");
    assert!(text.contains("the rounds differ too much"), "{text}");
    assert!(!sentence(&record).contains("within"), "{}", sentence(&record));
}

#[test]
fn a_time_that_is_next_to_nothing_has_no_number_and_ranks_nobody() {
    let mut record = measured(&[("slab", |_, _| 1000.0), ("scan", |_, _| 1000.0)], &[100]);
    // The driver takes 60 ns of each event.
    retimed(&mut record, |guest, _, round| match guest {
        "slab" => 58.0 + f64::from(round),
        _ => 1000.0 + f64::from(round),
    });
    let text = sentence(&record);
    assert!(text.contains("it can't be told which is best: a time can't be told from 0"), "{text}");
    assert!(text.contains("is `slab` (a time that can't be told from 0 per event)"), "{text}");
}
