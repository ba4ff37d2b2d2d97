use std::collections::BTreeSet;

use crate::format;
use crate::matrix::{Configuration, Entry, Size};
use crate::record::{Cell, Counters, PhaseCounters, Record};

use super::sort_table::{Column, Datum, SortTable};

type Count = fn(&PhaseCounters) -> u64;

/// The counts that the table also shows per event, beside the total.
const PER_EVENT: [(&str, Count); 4] = [
    ("yields / event", |it| it.yields),
    ("handles / event", |it| it.handles_passed),
    ("looks / event", |it| it.looks),
    ("fuel / event", |it| it.guest_fuel),
];

/// The exact counts of the measured window, one row for each cell of some configurations
/// that has them.
pub(super) fn table(configurations: &[Configuration], record: &Record) -> SortTable {
    let names = ["guest", "workload"].map(Column::words);
    let counts = PhaseCounters::COUNTS.iter().map(|it| it.label);
    let others = [
        "host instructions / handle",
        "polls to wake, p50",
        "polls to wake, p99",
        "polls to wake, cold max",
        "still waiting",
        "timers late, p50",
        "timers late, p99",
        "timers late, max",
        "handles at peak",
        "handles leaked",
        "of standard streams, kept",
        "memory at peak",
        "cell",
    ];
    let numbers = std::iter::once("pollables")
        .chain(counts)
        .chain(PER_EVENT.iter().map(|(label, _)| *label))
        .chain(others);
    let mut rows = Vec::new();
    for configuration in configurations {
        for size in &configuration.sizes {
            rows.extend(size.entries.iter().filter_map(|entry| row(configuration, size, entry)));
        }
    }
    SortTable {
        caption: caption(record),
        columns: names.into_iter().chain(numbers.map(Column::numbers)).collect(),
        rows,
    }
}

fn caption(record: &Record) -> String {
    let mut caption =
        String::from("Exact counts of the measured window; peaks and leaks are of the whole run.");
    let reasons: BTreeSet<&str> =
        record.all_environments().filter_map(|it| it.no_instructions.as_deref()).collect();
    for reason in reasons {
        caption += &format!(" The host's instructions are not counted: {reason}.");
    }
    caption
}

/// How many instructions of the host its `poll` takes for each handle passed.
fn instructions_a_handle(cell: &Cell) -> Option<f64> {
    let handles = cell.counters.as_ref()?.window.handles_passed;
    (handles > 0).then_some(cell.poll_instructions? as f64 / handles as f64)
}

fn row(configuration: &Configuration, size: &Size, entry: &Entry) -> Option<Vec<Datum>> {
    let counters: &Counters = entry.cell.counters.as_ref()?;
    let window = &counters.window;
    let polls = entry.cell.latency_polls.as_ref();
    let waited = |count: Option<u64>| {
        Datum::number(count.map(|it| it as f64), |value| format::count(value as u64))
    };
    let late = entry.lateness();
    let duration = |it: Option<u64>| Datum::number(it.map(|it| it as f64), format::duration);
    let names = [
        Datum::text(&entry.variant.label),
        Datum::text(&configuration.label),
        Datum::count(size.pollables.into()),
    ];
    let counts = PhaseCounters::COUNTS.iter().map(|it| Datum::count((it.of)(window)));
    let per_event = PER_EVENT
        .iter()
        .map(|(_, count)| Datum::number(window.per_event(count(window)), format::quantity));
    let others = [
        Datum::number(instructions_a_handle(entry.cell), format::quantity),
        waited(polls.map(|it| it.p50)),
        waited(polls.map(|it| it.p99)),
        waited(entry.cell.cold_latency_polls.as_ref().map(|it| it.max)),
        waited(polls.map(|_| entry.cell.still_waiting)),
        duration(late.map(|it| it.p50)),
        duration(late.map(|it| it.p99)),
        duration(late.map(|it| it.max)),
        Datum::count(counters.handles_peak),
        Datum::count(counters.handles_leaked),
        Datum::count(counters.stream_handles_left),
        Datum::bytes(counters.guest_memory_peak_bytes),
        Datum::count(entry.number),
    ];
    Some(names.into_iter().chain(counts).chain(per_event).chain(others).collect())
}
