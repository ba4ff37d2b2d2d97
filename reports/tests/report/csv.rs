//! What spreadsheets get.

use std::collections::BTreeMap;

use pollbench_reports::csv as table;
use pollbench_reports::record::FailureKind;

use crate::support::typical;

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("as many fields as there are heads")).collect()
}

#[test]
fn every_cell_has_a_row_with_its_numbers() {
    let record = typical().record();
    let rows = rows(&table::render(&record));
    assert_eq!(rows.len(), record.cells.len());
    for cell in &record.cells {
        let is_of = |row: &&Row| {
            row["guest"] == cell.guest
                && row["workload"] == cell.workload
                && row["pollables"] == cell.pollables.to_string()
                && row["active"] == cell.active.to_string()
        };
        let row = rows.iter().find(is_of).expect("a row for each cell");
        let time = cell.time.as_ref().expect("a time");
        let headline = time.net_ns_per_event.as_ref().unwrap_or(&time.ns_per_event);
        assert_eq!(row["ns_per_event"].parse(), Ok(headline.median));
        assert_eq!(row["ns_per_event_low"].parse(), Ok(headline.low));
        assert_eq!(row["ns_per_event_high"].parse(), Ok(headline.high));
        assert_eq!((&row["status"][..], &row["run"][..]), ("ok", "1"));
        let window = &cell.counters.as_ref().expect("counters").window;
        assert_eq!(row["poll_calls"].parse(), Ok(window.poll_calls));
    }
    // In each size the best is the fastest guest but the floor, and there is one at most.
    let mut sizes: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["guest"] != "bare") {
        sizes.entry((&row["workload"], &row["active"], &row["pollables"])).or_default().push(row);
    }
    assert_eq!(sizes.len(), 15);
    let time = |row: &&&Row| row["ns_per_event"].parse::<f64>().expect("a time") as u64;
    for (size, rows) in sizes {
        let best: Vec<&&Row> = rows.iter().filter(|row| row["verdict"] == "best").collect();
        let fastest = rows.iter().min_by_key(time).expect("guests");
        assert_eq!(best, [fastest], "{size:?}");
    }
}

#[test]
fn names_with_quotes_and_commas_stay_in_their_field() {
    let mut record = typical().with_failure(2, FailureKind::Lost, "told");
    for cell in &mut record.cells {
        cell.guest = cell.guest.replace("slab", "a \"slab\",\nor two");
    }
    let rows = rows(&table::render(&record));
    assert_eq!(rows.len(), record.cells.len());
    assert!(rows.iter().any(|row| row["guest"] == "a \"slab\",\nor two"));
    let failed: Vec<&Row> = rows.iter().filter(|row| row["status"] == "failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((&failed[0]["failure"][..], &failed[0]["ns_per_event"][..]), ("lost", ""));
}
