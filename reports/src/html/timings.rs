use crate::format;
use crate::matrix::{Configuration, Entry, Figures, Ratio, Size};

use super::sort_table::{Column, Datum, SortTable};

/// The text shown for a time that can't be told from 0.
pub(super) const NEAR_ZERO: &str = "can't be told from 0";

/// The times of one workload configuration, one row for each cell that has them.
pub(super) fn table(configuration: &Configuration) -> SortTable {
    let numbers = [
        "pollables",
        "ns / event",
        "interval, low",
        "interval, high",
        "coverage",
        "gross",
        "driver",
        "of the best",
        "of bare",
        "ns / poll",
        "ns / handle",
        "guest",
        "boundary",
        "host",
        "wake-up p50",
        "wake-up p99",
        "wake-up max",
        "observer",
        "cell",
    ]
    .map(Column::numbers);
    let cold = has_cold(configuration);
    let cold_numbers = ["cold wake-up p99", "cold wake-up max"].map(Column::numbers);
    let mut rows = Vec::new();
    for size in &configuration.sizes {
        rows.extend(size.entries.iter().filter_map(|entry| row(size, entry, cold)));
    }
    SortTable {
        caption: format!("Times, {}", configuration.label),
        columns: std::iter::once(Column::words("guest"))
            .chain(numbers)
            .chain(cold_numbers.into_iter().filter(|_| cold))
            .collect(),
        rows,
    }
}

/// Whether the workload has cold pollables, which rarely have an event.
fn has_cold(configuration: &Configuration) -> bool {
    let mut entries = configuration.sizes.iter().flat_map(|size| &size.entries);
    entries.any(|entry| entry.cold_latency().is_some())
}

fn row(size: &Size, entry: &Entry, cold: bool) -> Option<Vec<Datum>> {
    let estimate = entry.time()?;
    let time = entry.cell.time.as_ref()?;
    let figures = Figures::new(entry, size);
    let duration = |value: Option<f64>| Datum::number(value, format::duration);
    let part = |value: f64| Datum::number(Some(value), format::percent);
    let ratio = |ratio: Option<Ratio>, is_itself: bool| {
        Datum::number(ratio.map(|it| it.value), |value| match ratio {
            Some(ratio) if !(is_itself && (entry.variant.is_floor() || ratio.is_told())) => {
                ratio.to_string()
            }
            _ => format::ratio(value),
        })
    };
    let to_best = match &entry.other_work {
        Some(why) => Datum::text(why),
        None => ratio(figures.to_best, figures.is_best),
    };
    let median = match figures.is_above_zero {
        true => duration(Some(estimate.median)),
        false => Datum::worded(NEAR_ZERO, estimate.median),
    };
    // A single repetition has no interval.
    let end = |value| match estimate.has_interval() {
        true => duration(Some(value)),
        false => Datum::text("?"),
    };
    let latency = entry.latency();
    let mut row = vec![
        Datum::text(&entry.variant.label),
        Datum::count(size.pollables.into()),
        median,
        end(estimate.low),
        end(estimate.high),
        part(estimate.confidence),
        duration(figures.gross_ns_per_event),
        duration(figures.driver_ns_per_event),
        to_best,
        ratio(figures.to_floor, entry.variant.is_floor()),
        duration(figures.ns_per_poll),
        duration(figures.ns_per_handle),
        part(time.guest_share),
        part(time.boundary_share),
        part(time.host_share),
        duration(latency.map(|it| it.p50 as f64)),
        duration(latency.map(|it| it.p99 as f64)),
        duration(latency.map(|it| it.max as f64)),
        Datum::number(Some(time.observer_ratio), format::ratio),
        Datum::count(entry.number),
    ];
    if cold {
        let waits = entry.cold_latency();
        row.push(duration(waits.map(|it| it.p99 as f64)));
        row.push(duration(waits.map(|it| it.max as f64)));
    }
    Some(row)
}
