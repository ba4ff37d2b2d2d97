//! The history as CSV, read by another program's reader.

use std::io::Write as _;
use std::process::{Command, Stdio};

use pollbench_history::{CsvRows, History, Provenance, SeriesFilter};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::KnobValue;

use crate::support::small;
use crate::{add, on_each};

async fn csv(history: &History, filter: &SeriesFilter, rows: CsvRows) -> (u64, String) {
    let mut text = Vec::new();
    let written = history.export_csv(filter, rows, &mut text).await.unwrap();
    (written, String::from_utf8(text).unwrap())
}

/// Rows by the names of their columns.
fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn there_is_a_row_for_each_cell_and_metric_in_the_order_of_time() {
    on_each(async |history, _| {
        add(&history, [2, 1]).await;
        let all = SeriesFilter::default();
        let (written, text) = csv(&history, &all, CsvRows::All).await;
        let rows = rows(&text);
        assert_eq!((written, rows.len()), (2 * 6 * 15, 2 * 6 * 15));
        assert_eq!(rows[0]["time"], "2025-01-01T01:00:00Z");
        assert_eq!(rows[179]["time"], "2025-01-01T02:00:00Z");
        assert_eq!(rows[179]["commit"], format!("{:040x}", 2));
        let failed = rows.iter().filter(|row| row["status"] == "failed");
        assert!(failed.clone().all(|row| row["value"].is_empty() && row["failure"] == "lost"));
        assert_eq!(failed.count(), 2 * 15);
        // Otava can't read a row without a number.
        let (written, text) = csv(&history, &all, CsvRows::WithValue).await;
        assert_eq!(written, 2 * 5 * 15);
        for row in self::rows(&text) {
            let value: f64 = row["value"].parse().unwrap();
            assert!(value.is_finite(), "{row:?}");
        }
    });
}

#[test]
fn one_series_has_the_numbers_of_its_points() {
    on_each(async |history, _| {
        add(&history, [1, 2, 3]).await;
        let filter = SeriesFilter {
            guests: vec!["slab".into()],
            workloads: vec!["idle".into()],
            metrics: vec![Metric::NsPerEvent],
            ..SeriesFilter::default()
        };
        let points = history.series(&filter).await.unwrap().remove(0).points;
        let (_, text) = csv(&history, &filter, CsvRows::WithValue).await;
        let rows = rows(&text);
        assert_eq!(rows.len(), 3);
        for (row, point) in rows.iter().zip(points) {
            assert_eq!(row["run"], point.run.to_string());
            assert_eq!(row["value"].parse().ok(), point.value);
            assert_eq!(row["low"].parse().ok(), point.low);
            assert_eq!(row["high"].parse().ok(), point.high);
        }
    });
}

#[test]
fn an_empty_history_has_a_head() {
    on_each(async |history, _| {
        let (written, empty) = csv(&history, &SeriesFilter::default(), CsvRows::All).await;
        add(&history, [1]).await;
        let (_, full) = csv(&history, &SeriesFilter::default(), CsvRows::All).await;
        assert_eq!((written, empty.lines().next()), (0, full.lines().next()));
    });
}

/// Names that spreadsheets would calculate or that would break the table.
const HOSTILE: [&str; 10] =
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "a\"b,c\nd", "\u{202e}x\u{0}"];

#[test]
fn no_name_is_a_formula_or_breaks_a_row() {
    on_each(async |history, _| {
        for (name, number) in HOSTILE.iter().zip(0..) {
            let mut record = small(number);
            let cell = &mut record.cells[0];
            (cell.guest, cell.host, cell.workload) =
                (name.to_string(), name.to_string(), name.to_string());
            cell.knobs = [(name.to_string(), KnobValue::Choice(name.to_string()))].into();
            cell.parameters = cell.knobs.clone();
            record.cells.truncate(1);
            let commit = Some(name.trim_matches(char::is_control).replace(char::is_control, ""));
            let commit = commit.filter(|it| !it.contains('\u{202e}'));
            let provenance = Provenance { branch: commit.clone(), commit, ..Provenance::default() };
            history.add(&record, &provenance).await.unwrap();
        }
        let filter = SeriesFilter { metrics: vec![Metric::PollCalls], ..SeriesFilter::default() };
        let (_, text) = csv(&history, &filter, CsvRows::All).await;
        let rows = rows(&text);
        assert_eq!(rows.len(), HOSTILE.len());
        for field in rows.iter().flat_map(|row| row.values()) {
            let start = field.trim_start().chars().next().unwrap_or('x');
            assert!(!"=+-@＝\t\r".contains(start), "{field:?}");
            assert!(!field.contains(|it: char| it.is_control() || it == '\u{202e}'), "{field:?}");
        }
        python_agrees(&text, &rows);
    });
}

/// Python's reader finds the same fields; it is what Otava reads with.
fn python_agrees(text: &str, rows: &[std::collections::BTreeMap<String, String>]) {
    const SCRIPT: &str =
        "import csv, json, sys; print(json.dumps(list(csv.DictReader(sys.stdin))))";
    let python = Command::new("python3")
        .args(["-X", "utf8", "-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        return eprintln!("left out: Python, which is not installed");
    };
    python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    let read: Vec<std::collections::BTreeMap<String, String>> =
        serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read, rows);
}
