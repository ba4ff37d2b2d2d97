use crate::format;
use crate::names::shown;
use crate::profile::flame::Unit;
use crate::profile::label::titles;
use crate::profile::text::calls_per_event;
use crate::profile::words::amount;
use crate::profile::{CallTree, Function, HostSamples, by_function};

use super::super::sort_table::{Column, Datum, SortTable};

/// How many functions the table has.
const MOST_FUNCTIONS: usize = 200;
/// How many characters of a name it has; longer ones are below it in full.
const MOST_CHARACTERS: usize = 120;
/// How many long names are given in full, and how much of them.
const MOST_LONG_NAMES: usize = 50;
const FULL: usize = 100_000;

/// What each function costs in a tree, the greatest own cost first. Calls are given for each of
/// so many events, where they were counted.
pub(in super::super) fn table(
    functions: &[Function],
    tree: &CallTree,
    unit: Unit,
    events: u64,
) -> SortTable {
    let titles = titles(functions, MOST_CHARACTERS, true);
    let total = tree.total() as f64;
    let costs = by_function(tree, functions.len());
    let share = |cost: u64| Datum::number(Some(cost as f64 / total), format::percent);
    let (own_share, own, inclusive) = match unit {
        Unit::Fuel => ("own fuel", "units", "fuel with calls"),
        Unit::Samples => ("own time", "samples", "time with calls"),
    };
    let mut columns = vec![
        Column::words("function"),
        Column::numbers(own_share),
        Column::numbers(own),
        Column::numbers(inclusive),
    ];
    let has_calls = costs.iter().any(|it| it.calls > 0);
    if has_calls {
        columns.push(Column::numbers("calls / event"));
    }
    let rows = costs.iter().take(MOST_FUNCTIONS).map(|cost| {
        let mut row = vec![
            Datum::text(&titles[cost.function]),
            share(cost.own),
            Datum::count(cost.own),
            share(cost.inclusive),
        ];
        if has_calls {
            row.push(Datum::number(calls_per_event(events, cost.calls), format::quantity));
        }
        row
    });
    let rows = rows.collect();
    SortTable { caption: caption(tree, unit, costs.len()), columns, rows }
}

fn caption(tree: &CallTree, unit: Unit, functions: usize) -> String {
    let by = match unit {
        Unit::Fuel => "By fuel, about one unit for each instruction: exact".into(),
        Unit::Samples => format!("By time, of {}", amount(tree.total(), unit)),
    };
    match functions > MOST_FUNCTIONS {
        true => format!(
            "{by}; the {MOST_FUNCTIONS} of {} functions that cost most",
            format::count(functions as u64)
        ),
        false => by,
    }
}

/// What ran in the host, by function.
pub(super) fn host_table(samples: &HostSamples) -> SortTable {
    let rows = samples.functions.iter().take(MOST_FUNCTIONS).map(|function| {
        vec![
            Datum::text(shown(&function.name, MOST_CHARACTERS)),
            Datum::number(Some(samples.share(function)), format::percent),
            Datum::count(function.samples),
        ]
    });
    let columns =
        vec![Column::words("function"), Column::numbers("own time"), Column::numbers("samples")];
    let caption = format!("By processor time, of {}", samples.amount());
    SortTable { caption, columns, rows: rows.collect() }
}

/// The names that are too long for the table, each once.
pub(in super::super) fn long_names(functions: &[Function]) -> Vec<String> {
    let names = functions.iter().map(|it| it.name.trim());
    let mut long: Vec<&str> =
        names.filter(|it| it.chars().nth(MOST_CHARACTERS).is_some()).collect();
    long.sort_unstable();
    long.dedup();
    long.into_iter().take(MOST_LONG_NAMES).map(|it| shown(it, FULL)).collect()
}
