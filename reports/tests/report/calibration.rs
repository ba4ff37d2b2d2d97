//! What a real host says of the simulated one.

use pollbench_reports::calibration::{sentences, table};
use pollbench_reports::record::{Cell, Record, Repetition};
use pollbench_reports::{html, summary};

use crate::support::typical;

/// The record with each cell measured on a real host too, where all took so many times as
/// long, and one guest's time took another factor.
fn with_real(factor: f64, odd: (&str, f64)) -> Record {
    let mut record = typical().record();
    let slower = |cell: &Cell| {
        let factor = if cell.guest == odd.0 { odd.1 } else { factor };
        let time = cell.time.as_ref()?;
        let repetition = |it: &Repetition| Repetition {
            nanoseconds: (it.nanoseconds as f64 * factor) as u64,
            ..it.clone()
        };
        let time = summary::time(time.repetitions.iter().map(repetition).collect());
        Some(Cell { host: "real".into(), counters: None, time, ..cell.clone() })
    };
    let real: Vec<Cell> = record.cells.iter().filter_map(slower).collect();
    record.cells.extend(real);
    let host = record.environment.hosts["stock"].clone();
    record.environment.hosts.insert("real".into(), host);
    record
}

#[test]
fn without_a_real_host_the_report_names_the_command_to_compare_with_one() {
    let record = typical().record();
    assert_eq!(table(&record), None);
    let sentences = sentences(&record);
    assert!(sentences.len() == 1 && sentences[0].contains("pollbench calibrate"), "{sentences:?}");
}

#[test]
fn a_real_host_that_takes_a_tenth_more_agrees_with_the_simulation() {
    let record = with_real(1.1, ("nobody", 1.0));
    let told = sentences(&record).join(" ");
    let cells = record.cells.iter().filter(|cell| cell.host == "real").count();
    assert!(told.contains(&format!("{cells} of {cells} cells are within a quarter")), "{told}");
    assert!(!table(&record).expect("a table").contains("otherwise on real"));
    // In the report, too.
    assert!(html::render(&record).expect("a page").contains("cells are within a quarter"));
}

#[test]
fn a_real_host_that_takes_twice_as_long_disagrees_with_the_simulation() {
    let told = sentences(&with_real(2.0, ("nobody", 1.0))).join(" ");
    assert!(told.contains("Beside real: 0 of "), "{told}");
}

#[test]
fn guests_in_another_order_on_the_real_host_are_named() {
    let text = table(&with_real(1.0, ("bare", 10.0))).expect("a table");
    assert!(text.contains("otherwise on real: "), "{text}");
    assert!(text.contains(" before bare"), "{text}");
}
