use crate::format;
use crate::matrix::{Configuration, Entry, Matrix, Size};
use crate::record::Counters;

use super::sort_table::{Column, Datum, SortTable};

/// The exact counts of the measured window, one row for each cell that has them.
pub(super) fn table(matrix: &Matrix) -> SortTable {
    let names = ["guest", "workload"].map(Column::words);
    let numbers = [
        "pollables",
        "events",
        "poll calls",
        "handles / event",
        "handles passed",
        "ready returned",
        "spurious wake-ups",
        "ready calls",
        "block calls",
        "clock calls",
        "subscriptions",
        "drops",
        "fuel / event",
        "guest fuel",
        "polls to wake, p50",
        "polls to wake, p99",
        "polls to wake, cold max",
        "handles at peak",
        "handles leaked",
        "memory at peak",
    ]
    .map(Column::numbers);
    let mut rows = Vec::new();
    for configuration in &matrix.configurations {
        for size in &configuration.sizes {
            rows.extend(size.entries.iter().filter_map(|entry| row(configuration, size, entry)));
        }
    }
    SortTable {
        caption: "Exact counts of the measured window; peaks and leaks are of the whole run".into(),
        columns: names.into_iter().chain(numbers).collect(),
        rows,
    }
}

fn row(configuration: &Configuration, size: &Size, entry: &Entry) -> Option<Vec<Datum>> {
    let counters: &Counters = entry.cell.counters.as_ref()?;
    let window = &counters.window;
    let per_event = |count| Datum::number(window.per_event(count), format::quantity);
    let polls = entry.cell.latency_polls.as_ref();
    let waited = |count: Option<u64>| {
        Datum::number(count.map(|it| it as f64), |value| format::count(value as u64))
    };
    Some(vec![
        Datum::text(&entry.variant.label),
        Datum::text(&configuration.label),
        Datum::count(size.pollables.into()),
        Datum::count(window.events),
        Datum::count(window.poll_calls),
        per_event(window.handles_passed),
        Datum::count(window.handles_passed),
        Datum::count(window.ready_returned),
        Datum::count(window.spurious_wakeups),
        Datum::count(window.ready_calls),
        Datum::count(window.block_calls),
        Datum::count(window.clock_calls),
        Datum::count(window.subscriptions),
        Datum::count(window.drops),
        per_event(window.guest_fuel),
        Datum::count(window.guest_fuel),
        waited(polls.map(|it| it.p50)),
        waited(polls.map(|it| it.p99)),
        waited(entry.cell.cold_latency_polls.as_ref().map(|it| it.max)),
        Datum::count(counters.handles_peak),
        Datum::count(counters.handles_leaked),
        Datum::bytes(counters.guest_memory_peak_bytes),
    ])
}
