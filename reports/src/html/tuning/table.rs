use crate::format;
use crate::tuning::{CountedValue, Tried, Tuned, Tuning, words};

use super::super::sort_table::{Column, Datum, SortTable};

/// Every value that was tried under a load, with what it costs; of a grid, every point, with
/// a column for each knob. Values with which the guest failed come last.
pub(super) fn table(tuning: &Tuning, tuned: &Tuned) -> SortTable {
    let part = tuned.parts.first().filter(|_| !tuned.is_mix());
    let has_latency = part.is_some_and(|it| !it.p99.is_empty());
    let mut columns = match tuned.grid {
        None => vec![Column::words("value")],
        // The names of rows are to the left, in any table.
        Some(_) => match words::names(tuned).as_slice() {
            [first, others @ ..] => [Column::words(first.to_string())]
                .into_iter()
                .chain(others.iter().map(|it| Column::numbers(it.to_string())))
                .collect(),
            [] => Vec::new(),
        },
    };
    let names = columns.len();
    columns.extend([
        Column::words("what it is"),
        Column::numbers(cost_title(tuning, tuned)),
        Column::numbers("ratio"),
        Column::numbers("its interval"),
        Column::words("standing"),
    ]);
    if part.is_some() {
        columns.extend(["handles / event", "ready / poll"].map(Column::numbers));
    }
    if has_latency {
        columns.push(Column::numbers("p99 wake-up"));
    }
    let row = |tried: Tried| {
        let mut row = costs(tuning, tuned, tried);
        if let Some(part) = part {
            let counted = part.counted.iter().find(|it| it.value == tried.value);
            let count = |of: fn(&CountedValue) -> Option<f64>| {
                Datum::number(counted.and_then(of), format::quantity)
            };
            row.extend([
                count(CountedValue::handles_per_event),
                count(CountedValue::ready_per_poll),
            ]);
        }
        if has_latency {
            row.push(Datum::number(p99(tuned, tried.judged.value), format::duration));
        }
        row
    };
    let mut rows: Vec<Vec<Datum>> = words::rows(tuned).into_iter().map(row).collect();
    let mut failed = failed(tuned);
    failed.retain(|value| tuned.judgement.as_ref().is_none_or(|it| it.of(*value).is_none()));
    for value in failed {
        let mut row: Vec<Datum> =
            tuned.settings(value).into_iter().map(|it| Datum::count(it.1)).collect();
        row.push(Datum::text("failed"));
        row.extend(columns[names + 1..].iter().map(|it| match it.is_number {
            true => Datum::number(None, format::quantity),
            false => Datum::text("failed"),
        }));
        rows.push(row);
    }
    let caption = format!("{}: {}", words::knobs(tuned), words::load(tuned));
    SortTable { caption, columns, rows }
}

fn cost_title(tuning: &Tuning, tuned: &Tuned) -> &'static str {
    if tuned.is_mix() { "cost (default = 1)" } else { tuning.objective.unit() }
}

fn costs(tuning: &Tuning, tuned: &Tuned, tried: Tried) -> Vec<Datum> {
    let (judged, ratio) = (tried.judged, tried.judged.ratio);
    // It is sorted by its lower end.
    let interval = match ratio.filter(|it| it.low < it.high) {
        Some(it) => Datum::worded(
            format!("{} to {}", format::ratio(it.low), format::ratio(it.high)),
            it.low,
        ),
        None => Datum::number(None, format::ratio),
    };
    let cost = |it| words::cost(tuning.objective, tuned.is_mix(), it);
    let mut row = values(tuned, tried.value);
    row.extend([
        Datum::text(roles(tuned, tried.value)),
        Datum::number(judged.cost, cost),
        Datum::number(ratio.map(|it| it.estimate), format::ratio),
        interval,
        Datum::text(words::standing_of(tuned, tried)),
    ]);
    row
}

/// A value, with those that are the same to the guest; of a point, both values.
fn values(tuned: &Tuned, value: u64) -> Vec<Datum> {
    match (&tuned.grid, tuned.same_as(value).as_slice()) {
        (None, all @ [_, _, ..]) => vec![Datum::worded(words::values(all), value as f64)],
        _ => tuned.settings(value).into_iter().map(|it| Datum::count(it.1)).collect(),
    }
}

/// What a value is: the one to use, the default, at the knee.
fn roles(tuned: &Tuned, value: u64) -> String {
    let knee = tuned.compromise.as_ref().and_then(|it| it.trade_off.knee);
    let roles = [
        (tuned.to_use() == Some(value), "use"),
        (knee == Some(value), "knee"),
        (tuned.default == value, "default"),
    ];
    let roles: Vec<&str> = roles.iter().filter(|it| it.0).map(|it| it.1).collect();
    roles.join(", ")
}

/// The values with which the guest failed in one of the works, in ascending order.
fn failed(tuned: &Tuned) -> Vec<u64> {
    let counted = tuned.parts.iter().flat_map(|it| &it.counted);
    let mut values: Vec<u64> =
        counted.filter(|it| it.counters.is_none()).map(|it| it.value).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// The median over rounds.
fn p99(tuned: &Tuned, value: u64) -> Option<f64> {
    tuned.parts.first()?.p99.iter().find(|it| it.value == value)?.median()
}
