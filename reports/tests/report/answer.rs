use pollbench_reports::answer::{Span, answers, headline};
use pollbench_reports::record::{Failure, FailureKind, Record, Status};

use crate::support::{Cost, Sample, Workload};

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
    assert!(text.starts_with("up to 1,000 pollables `scan` (1.0"), "{text}");
    assert!(text.contains(" per event); from 10,000 pollables `slab` ("), "{text}");
}

#[test]
fn a_guest_left_behind_is_not_taken_up_again_within_a_stretch() {
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
fn who_cannot_be_told_apart_is_named_with_the_sizes() {
    let record = measured(
        &[("one", |_, _| 1000.0), ("two", |n, _| if n < 500.0 { 1001.0 } else { 5000.0 })],
        &[100, 200, 1000],
    );
    let text = sentence(&record);
    assert!(text.starts_with("at every size `one` ("), "{text}");
    assert!(text.ends_with("), and `two` can't be told apart from it at 100 and 200"), "{text}");
}

#[test]
fn long_lists_are_cut_short() {
    let alike: Vec<(&str, Cost)> =
        ["a", "b", "c", "d", "e", "f"].map(|name| (name, (|_, _| 1000.0) as Cost)).into();
    let text = sentence(&measured(&alike, &[100]));
    assert!(text.ends_with(" and 2 others can't be told apart from it"), "{text}");
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
        cell.failure = Some(Failure { kind: FailureKind::Lost, message: "task 3".into() });
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
        "Best, or level with the best: `scan` in 2 of 3 combinations of workload and size, `slab` in 1."
    );
}

#[test]
fn guests_are_marked_as_such() {
    let record = measured(&[("slab", |_, _| 3000.0)], &[100]);
    let answers = answers(&record);
    let guests = answers[0].words.spans.iter().filter(|it| matches!(it, Span::Guest(_)));
    assert_eq!(guests.count(), 1);
}
