use pollbench_reports::answer::answers;
use pollbench_reports::html;
use pollbench_reports::record::FailureKind;
use pollbench_reports::table::render;

use crate::support::{Sample, hard, typical};

/// The lines of the table of the first workload.
fn first_table(text: &str) -> Vec<&str> {
    text.lines()
        .skip_while(|it| !it.contains('─'))
        .skip(1)
        .take_while(|it| !it.is_empty())
        .collect()
}

#[test]
fn the_table_of_a_run_looks_like_this() {
    let mut sample = Sample { sizes: vec![100, 1000], ..typical() };
    sample.workloads.truncate(2);
    insta::assert_snapshot!(render(&sample.with_failure(2, FailureKind::Deadlock, "x"), Some(100)));
}

#[test]
fn every_guest_has_a_line_under_its_size_best_first() {
    let text = render(&typical().record(), Some(100));
    let names: Vec<&str> = first_table(&text)
        .iter()
        .map(|line| line.split("  ").find(|it| !it.is_empty()).unwrap())
        .collect();
    assert_eq!(
        names[..7],
        ["N = 100", "bare", "batched", "slab-list", "slab", "vector-scan", "N = 1,000"]
    );
    assert_eq!(names.len(), 18);
}

#[test]
fn it_fits_into_a_hundred_columns_and_into_eighty() {
    for width in [80, 100] {
        let text = render(&typical().with_failure(2, FailureKind::Deadlock, "x"), Some(width));
        let widest = first_table(&text).iter().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} in {width}\n{text}");
    }
}

#[test]
fn columns_are_aligned() {
    let text = render(&typical().record(), Some(100));
    let rows: Vec<&str> =
        first_table(&text).into_iter().filter(|line| line.starts_with("  ")).collect();
    let status = |line: &&str| line.chars().take_while(|it| *it != '\n').count();
    assert_eq!(rows.len(), 15);
    assert!(
        rows.iter().all(|row| row.ends_with("ok") && status(row) == status(&rows[0])),
        "{text}"
    );
}

#[test]
fn guests_level_with_the_best_are_marked_and_the_best_is_not() {
    let text = render(&typical().record(), Some(100));
    let table = first_table(&text);
    let line = |guest: &str| *table.iter().find(|line| line.contains(guest)).unwrap();
    assert!(line(" slab-list ").contains("≈1.0"), "{text}");
    assert!(!line(" batched ").contains('≈') && line(" batched ").contains("1.00x"), "{text}");
    assert!(!line(" vector-scan ").contains('≈'), "{text}");
}

#[test]
fn a_failed_cell_is_last_and_explained_below() {
    let record =
        typical().with_failure(2, FailureKind::WrongOutcome, "task 3 was\ntold \u{1b}[2J1");
    let text = render(&record, Some(100));
    let table = first_table(&text);
    assert!(table[5].contains("  slab ") && table[5].ends_with("failed:"), "{text}");
    assert!(table[6].trim() == "wrong-outcome", "{text}");
    assert!(
        text.contains(
            "\nslab, 100 pollables: failed: wrong-outcome: task 3 was told \u{fffd}[2J1\n"
        ),
        "{text}"
    );
}

/// And where the rest of it is.
#[test]
fn what_a_failed_guest_printed_is_shown_below_its_message() {
    let mut record = typical().with_failure(2, FailureKind::Trap, "at step 3: unreachable");
    let failure = record.cells[2].failure.as_mut().expect("a failure");
    failure.printed = vec!["panicked at \u{202e}x.rs:3:5:".into(), "hands off".into()];
    failure.backtrace = vec!["inner".into(), "outer".into()];
    failure.file = Some("record.failure-3.txt".into());
    let text = render(&record, Some(100));
    let expected = "trap: at step 3: unreachable
    it printed:
      panicked at \u{fffd}x.rs:3:5:
      hands off
    it was in inner, called by outer
    all of it is in record.failure-3.txt
";
    assert!(text.contains(expected), "{text}");
    // A message that an earlier pollbench let a guest make as long as it liked.
    let long = typical().with_failure(2, FailureKind::GuestError, &"x".repeat(1_000_000));
    assert!(render(&long, Some(100)).len() < 20_000);
}

#[test]
fn a_cell_that_is_not_supported_is_no_failure_and_is_explained() {
    let record = typical().not_supported(2, "it has no timers");
    let text = render(&record, Some(100));
    let table = first_table(&text);
    assert!(table[5].contains("  slab ") && table[5].ends_with("not"), "{text}");
    assert!(table[6].trim() == "supported", "{text}");
    assert!(text.contains("\nslab, 100 pollables: not supported: it has no timers\n"), "{text}");
    assert!(!text.contains("failed"), "{text}");
}

#[test]
fn the_answers_come_last() {
    let text = render(&typical().record(), None);
    let last: Vec<&str> = text.lines().rev().take(5).collect();
    assert!(last[4].starts_with("idle, 1 active: at every size `slab-list` ("), "{text}");
    assert!(last[0].starts_with("mixed, 50 active: ") && last[0].ends_with('.'), "{text}");
}

#[test]
fn an_interrupted_run_says_so() {
    let text = render(&typical().interrupted(), Some(100));
    assert!(text.contains("not timed") && text.ends_with("interrupted: cells are missing.\n"));
}

#[test]
fn names_of_guests_do_not_control_the_terminal() {
    for width in [None, Some(1), Some(40), Some(100), Some(100_000)] {
        let text = render(&hard(), width);
        assert!(text.chars().all(|it| it == '\n' || !it.is_control()));
    }
}

/// The same run on a second host which takes half the time for everything.
#[test]
fn hosts_are_compared_guest_by_guest() {
    let mut record = typical().record();
    assert!(!render(&record, None).contains("stock = 1.00"));
    let workloads = answers(&record).len();
    let mut lean = record.cells.clone();
    for cell in &mut lean {
        cell.host = "lean".into();
        let time = cell.time.as_mut().expect("a time");
        for repetition in &mut time.repetitions {
            repetition.nanoseconds /= 2;
            repetition.split.iter_mut().for_each(|it| it.driver /= 2.0);
        }
    }
    record.cells.extend(lean);
    let text = render(&record, None);
    let tables: Vec<&str> = text.split(": time per event, stock = 1.00\n").skip(1).collect();
    assert_eq!(tables.len(), workloads, "{text}");
    for table in tables {
        let rows = table.lines().filter(|line| line.ends_with(" 0.50x"));
        assert_eq!(rows.count(), 15, "{table}");
    }
}

/// Nobody knows how far another repetition would be from the only one.
#[test]
fn a_time_of_one_repetition_has_no_error() {
    let with = |rounds| render(&Sample { rounds, ..typical() }.record(), None);
    let once = with(1);
    let rows: Vec<&str> =
        first_table(&once).into_iter().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(rows.len(), 15);
    assert!(rows.iter().all(|row| row.split_whitespace().any(|it| it == "?")), "{once}");
    assert!(!once.contains(" 0% "), "{once}");
    let page = |rounds| html::render(&Sample { rounds, ..typical() }.record()).unwrap();
    let unknown = |page: &str| page.matches(">?<").count();
    // Both ends of the interval of each of 75 times.
    assert_eq!((unknown(&page(1)), unknown(&page(2))), (150, 0));
    assert!(!first_table(&with(2)).iter().any(|it| it.contains(" ?  ")));
}
