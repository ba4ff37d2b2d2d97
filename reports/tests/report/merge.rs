use pollbench_reports::merge::{MergeError, Named, merge};
use pollbench_reports::record::{Cell, GroupId, Record};
use pollbench_reports::{html, table};
use proptest::prelude::*;

use crate::support::typical;

const WORKLOADS: [&str; 4] = ["idle", "burst", "churn", "mixed"];

/// Records named `0`, `1` and so on.
fn join(records: &[Record]) -> Result<Record, MergeError> {
    let named = records.iter().enumerate();
    let named: Vec<Named> = named
        .map(|(index, record)| Named { name: index.to_string(), record: record.clone() })
        .collect();
    merge(&named, &WORKLOADS)
}

/// The record cut into parts, each group in the one that `part_of` says of its number.
fn cut(record: &Record, parts: usize, part_of: impl Fn(usize) -> usize) -> Vec<Record> {
    let mut groups: Vec<GroupId> = record.cells.iter().map(|cell| cell.id().group).collect();
    groups.dedup();
    let part = |part: usize| {
        let here = |cell: &&Cell| {
            let group = groups.iter().position(|it| *it == cell.id().group);
            group.is_some_and(|group| part_of(group) == part)
        };
        let mut environment = record.environment.clone();
        environment.command = format!("pollbench run --partition {}/{parts}", part + 1);
        environment.started = format!("2026-11-22T08:15:{part:02}Z");
        let cells = record.cells.iter().filter(here).cloned().collect();
        Record { environment, cells, ..record.clone() }
    };
    (0..parts).map(part).collect()
}

/// The record as another machine would have measured it.
fn elsewhere(record: &Record) -> Record {
    let mut record = record.clone();
    record.environment.cpu.model = "Another CPU".into();
    record.environment.guests.reverse();
    record
}

#[test]
fn a_single_record_stays_as_it_is() {
    let record = typical().record();
    assert_eq!(join(std::slice::from_ref(&record)), Ok(record.clone()));
    assert_eq!(join(&[record.clone(), record.clone()]), Ok(record));
    assert_eq!(join(&[]), Err(MergeError::Nothing));
}

#[test]
fn parts_of_one_machine_become_one_run() {
    let whole = typical().record();
    let parts = cut(&whole, 3, |group| group % 3);
    let merged = join(&parts).unwrap();
    assert_eq!(merged.merged, Some(3));
    assert_eq!(merged.environment.command.lines().count(), 3);
    assert_eq!(merged.environment.started, "2026-11-22T08:15:00Z");
    assert_eq!(merged.environment.seconds, Some(150.0));
    assert!(merged.environments.is_empty());
    // And so it reads as the whole run does.
    assert_eq!(table::render(&merged, None), table::render(&whole, None));
    assert!(html::render(&merged).unwrap().contains("3 records"));
}

#[test]
fn a_cell_with_two_results_is_refused_by_name() {
    let record = typical().record();
    let mut other = record.clone();
    other.cells[1].time.as_mut().unwrap().repetitions[0].nanoseconds += 1;
    let error = join(&[record, other]).unwrap_err().to_string();
    let cell = "vector-scan on stock, idle (events=1000), 100 pollables, 1 active";
    assert!(error.starts_with(&format!("0 and 1 both have {cell}")), "{error}");
}

#[test]
fn a_cell_that_was_never_reached_gives_way_to_its_result() {
    let whole = typical().record();
    let mut stopped = whole.clone();
    stopped.interrupted = true;
    for cell in &mut stopped.cells[30..] {
        (cell.counters, cell.time, cell.latency_ns, cell.latency_polls) = (None, None, None, None);
    }
    let mut rest = whole.clone();
    rest.cells.drain(..30);
    for records in [[stopped.clone(), rest.clone()], [rest, stopped]] {
        let merged = join(&records).unwrap();
        assert_eq!(merged.cells, whole.cells);
        assert!(merged.interrupted);
    }
}

#[test]
fn a_name_that_stands_for_two_components_is_refused() {
    let whole = typical().record();
    let [first, mut second] = cut(&whole, 2, |group| group % 2).try_into().unwrap();
    second.environment.guests[2].sha256 = "0".repeat(64);
    for other in [second.clone(), elsewhere(&second)] {
        let error = join(&[first.clone(), other]).unwrap_err();
        assert!(matches!(error, MergeError::OtherGuest { .. }));
        let error = error.to_string();
        assert!(error.starts_with("0 and 1 ") && error.contains("guest \"slab\""), "{error}");
    }
}

#[test]
fn runs_under_other_conditions_are_kept_apart_and_listed() {
    let whole = typical().record();
    let [first, second] = cut(&whole, 2, |group| group % 2).try_into().unwrap();
    let changes: [fn(&mut Record); 6] = [
        |it| it.environment.cpu.model += "!",
        |it| it.environment.cpu.cores += 1,
        |it| it.environment.kernel += "!",
        |it| it.environment.compiler += "!",
        |it| it.environment.clock.source += "!",
        |it| it.environment.hosts.get_mut("stock").unwrap().engine += "!",
    ];
    for change in changes {
        let mut second = second.clone();
        change(&mut second);
        let merged = join(&[first.clone(), second.clone()]).unwrap();
        assert_eq!(merged.environments, std::slice::from_ref(&second.environment));
        let marked = merged.cells.iter().filter(|cell| cell.environment == Some(1));
        assert_eq!(marked.count(), second.cells.len());
        let text = table::render(&merged, None);
        assert!(text.contains("Merged from 2 runs on "), "{text}");
    }
}

/// Each group is in one run, and its guests are compared there alone.
#[test]
fn a_report_of_two_machines_says_so() {
    let whole = typical().record();
    let [first, second] = cut(&whole, 2, |group| group % 2).try_into().unwrap();
    let merged = join(&[first, elsewhere(&second)]).unwrap();
    let text = table::render(&merged, None);
    let page = html::render(&merged).unwrap();
    let said = "Merged from 2 runs on 2 different machines: guests are compared within a run";
    for words in [said, "idle, 1 active, run 1", "idle, 1 active, run 2"] {
        assert!(text.contains(words) && page.contains(words), "{words}: {text}");
    }
    assert!(text.contains("\nrun 2: Another CPU, 2 cores, Linux 6.1, pollbench 0.1.0, 2026"));
    assert!(page.contains("run 2: processor") && page.contains("Another CPU"));
    assert!(page.contains("--partition 1/2\npollbench run --partition 2/2"));
    // The sizes of both are still all there.
    let rows = |text: &str| text.lines().filter(|line| line.ends_with(" ok")).count();
    assert_eq!(rows(&text), whole.cells.len());
}

/// Guests of one group from two runs did not take turns.
#[test]
fn guests_of_one_group_from_two_runs_are_not_compared() {
    let whole = typical().record();
    let (mut some, mut others) = (whole.clone(), whole.clone());
    some.cells.retain(|cell| cell.guest != "slab");
    others.cells.retain(|cell| cell.guest == "slab");
    let merged = join(&[some, others]).unwrap();
    assert_eq!(merged.environments.len(), 1);
    let text = table::render(&merged, None);
    assert!(text.contains("Merged from 2 runs on one machine"), "{text}");
    let alone = text.split("idle, 1 active, run 2\n").nth(1).unwrap();
    let row = alone.lines().find(|line| line.contains("  slab ")).unwrap();
    assert!(row.contains(" 1.00x"), "{row}");
}

#[test]
fn a_cell_with_an_unknown_environment_is_still_shown() {
    let mut record = typical().record();
    record.cells[7].environment = Some(9);
    let merged = join(std::slice::from_ref(&record)).unwrap();
    assert_eq!(merged.cells.len(), record.cells.len());
    table::render(&record, None);
    html::render(&record).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However a matrix is cut, and in whatever order its parts are given.
    #[test]
    fn merged_parts_are_the_whole_record(
        places in prop::collection::vec(0_usize..4, 15),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
    ) {
        let whole = typical().record();
        let parts = cut(&whole, 4, |group| places[group]);
        let given: Vec<Record> = order.iter().map(|&part: &usize| parts[part].clone()).collect();
        let merged = join(&given).unwrap();
        prop_assert_eq!(&merged.cells, &whole.cells);
        // Joining some first comes to the same, and so does giving some twice.
        let some = join(&given[..2]).unwrap();
        let [third, fourth] = [given[2].clone(), given[3].clone()];
        let later = join(&[some.clone(), third.clone(), fourth.clone()]).unwrap();
        prop_assert_eq!(&later, &merged);
        let again = join(&[some, given[1].clone(), third, fourth]).unwrap();
        prop_assert_eq!(&again.cells, &whole.cells);
    }

    /// Of several machines every cell is there once, under its own conditions.
    #[test]
    fn merging_neither_loses_nor_doubles_a_cell(
        places in prop::collection::vec(0_usize..3, 15),
        away in prop::collection::vec(any::<bool>(), 3),
    ) {
        let whole = typical().record();
        let parts = cut(&whole, 3, |group| places[group]).into_iter().zip(&away);
        let parts: Vec<Record> =
            parts.map(|(part, &away)| if away { elsewhere(&part) } else { part }).collect();
        let merged = join(&parts).unwrap();
        prop_assert_eq!(merged.cells.len(), whole.cells.len());
        let machines = if away.iter().all(|it| *it == away[0]) { 1 } else { 2 };
        prop_assert_eq!(merged.all_environments().count(), machines);
        for cell in &merged.cells {
            let same = Cell { environment: None, ..cell.clone() };
            let part = parts.iter().find(|part| part.cells.contains(&same)).unwrap();
            let number = merged.environment_number(cell);
            let environment = merged.all_environments().nth(number).unwrap();
            prop_assert!(environment.difference(&part.environment).is_none());
        }
    }
}
