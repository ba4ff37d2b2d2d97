//! The record as comma-separated values (RFC 4180): a row for each cell, for spreadsheets
//! and scripts.

use std::collections::BTreeMap;

use itertools::Itertools as _;
use serde::Serialize;

use crate::matrix::{Entry, Figures, Matrix, Ratio, Size, Verdict};
use crate::record::{KnobValue, Record, Status};

/// The identity of a cell and its measurements. Missing values are empty; times are in
/// nanoseconds.
#[derive(Serialize)]
struct Row<'a> {
    guest: &'a str,
    /// The knobs as `name=value`, separated by blanks.
    knobs: String,
    host: &'a str,
    /// The number of the run it is of, in a merged record.
    run: usize,
    workload: &'a str,
    parameters: String,
    pollables: u32,
    active: u32,
    status: Status,
    failure: Option<String>,
    /// The median, without pollbench's own time if the record has that, and its confidence
    /// interval.
    ns_per_event: Option<f64>,
    ns_per_event_low: Option<f64>,
    ns_per_event_high: Option<f64>,
    confidence: Option<f64>,
    gross_ns_per_event: Option<f64>,
    driver_ns_per_event: Option<f64>,
    /// The ratio to the best guest of the size, and the verdict on it.
    ratio_to_best: Option<f64>,
    verdict: Option<&'static str>,
    ratio_to_floor: Option<f64>,
    ns_per_poll: Option<f64>,
    ns_per_handle: Option<f64>,
    events: Option<u64>,
    poll_calls: Option<u64>,
    handles_per_event: Option<f64>,
    looks_per_event: Option<f64>,
    fuel_per_event: Option<f64>,
    latency_p50_ns: Option<u64>,
    latency_p99_ns: Option<u64>,
    lateness_p99_ns: Option<u64>,
    still_waiting: Option<u64>,
}

/// All cells, in the order of the tables.
pub fn render(record: &Record) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let matrix = Matrix::new(record);
    for configuration in &matrix.configurations {
        for size in &configuration.sizes {
            for entry in &size.entries {
                let row = Row::new(entry, size, configuration.environment + 1);
                writer.serialize(row).expect("memory can be written to");
            }
        }
    }
    let bytes = writer.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("it was made of text")
}

impl<'a> Row<'a> {
    fn new(entry: &Entry<'a>, size: &Size<'_>, run: usize) -> Self {
        let cell = entry.cell;
        let figures = Figures::new(entry, size);
        // Of a single repetition there is none.
        let interval = entry.time().filter(|time| time.has_interval());
        let window = cell.counters.as_ref().map(|counters| &counters.window);
        Self {
            guest: &cell.guest,
            knobs: settings(&cell.knobs),
            host: &cell.host,
            run,
            workload: &cell.workload,
            parameters: settings(&cell.parameters),
            pollables: cell.pollables,
            active: cell.active,
            status: cell.status,
            failure: cell.failure.as_ref().map(|failure| failure.kind.to_string()),
            ns_per_event: figures.ns_per_event,
            ns_per_event_low: interval.map(|it| it.low),
            ns_per_event_high: interval.map(|it| it.high),
            confidence: interval.map(|it| it.confidence),
            gross_ns_per_event: figures.gross_ns_per_event,
            driver_ns_per_event: figures.driver_ns_per_event,
            ratio_to_best: figures.to_best.map(|ratio| ratio.value),
            verdict: figures.to_best.map(|ratio| verdict(ratio, figures.is_best)),
            ratio_to_floor: figures.to_floor.map(|ratio| ratio.value),
            ns_per_poll: figures.ns_per_poll,
            ns_per_handle: figures.ns_per_handle,
            events: window.map(|it| it.events),
            poll_calls: window.map(|it| it.poll_calls),
            handles_per_event: figures.handles_per_event,
            looks_per_event: figures.looks_per_event,
            fuel_per_event: figures.fuel_per_event,
            latency_p50_ns: figures.latency_p50,
            latency_p99_ns: figures.latency_p99,
            lateness_p99_ns: figures.lateness_p99,
            still_waiting: window.map(|_| cell.still_waiting),
        }
    }
}

fn settings(values: &BTreeMap<String, KnobValue>) -> String {
    values.iter().map(|(name, value)| format!("{name}={value}")).join(" ")
}

fn verdict(ratio: Ratio, is_best: bool) -> &'static str {
    match ratio.verdict {
        Verdict::Level if is_best => "best",
        Verdict::Level => "level",
        Verdict::Slower => "slower",
        Verdict::Faster => "faster",
        Verdict::CantTell(_) => "can't tell",
    }
}
