//! What a report of many cells takes: seconds and bytes of the record, of the page and of
//! the terminal's tables. Run with `cargo bench -p pollbench-reports --bench size`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::time::Instant;

use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::Record;
use pollbench_reports::{html, table};

use support::large;

/// Each is done so many times, and the shortest time is shown: what else the machine does
/// can only add to it.
const TIMES: usize = 3;

fn main() {
    println!(
        "{:>7}{:>12}{:>10}{:>10}{:>10}{:>12}{:>10}{:>12}{:>10}",
        "cells",
        "record MB",
        "write s",
        "read s",
        "matrix s",
        "page MB",
        "page s",
        "tables MB",
        "tables s",
    );
    for cells in [100, 1_000, 10_000] {
        println!("{}", line(&large(cells)));
    }
}

/// What a record of one size takes.
fn line(record: &Record) -> String {
    let directory = tempfile::tempdir().expect("a place for the record");
    let path = directory.path().join("record.json");
    let (write, _) = shortest(|| record.write(&path).expect("the record is written"));
    let bytes = fs::metadata(&path).expect("the record is there").len() as usize;
    let (read, _) = shortest(|| Record::read(&path).expect("the record is read"));
    let (matrix, _) = shortest(|| Matrix::new(record));
    let (page, html) = shortest(|| html::render(record).expect("the page is made"));
    let (tables, text) = shortest(|| table::render(record, None));
    format!(
        "{:>7}{:>12.2}{write:>10.3}{read:>10.3}{matrix:>10.3}{:>12.2}{page:>10.3}{:>12.2}{tables:>10.3}",
        record.cells.len(),
        megabytes(bytes),
        megabytes(html.len()),
        megabytes(text.len()),
    )
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The shortest time in seconds that something took, and what came of it.
fn shortest<T>(work: impl Fn() -> T) -> (f64, T) {
    let timed = || {
        let begun = Instant::now();
        let result = work();
        (begun.elapsed().as_secs_f64(), result)
    };
    (1..TIMES).fold(timed(), |best, _| {
        let again = timed();
        if again.0 < best.0 { again } else { best }
    })
}
