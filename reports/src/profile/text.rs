//! A profile as text for a terminal: the answer first, then the functions with the most own
//! cost, and where the time goes.

use comfy_table::{CellAlignment, Table};

use super::flame::Unit;
use super::label::titles;
use super::words::{amount, answer, parts, warnings};
use super::{CallTree, Difference, Profile, TurnsSummary, by_function};
use crate::format;
use crate::names::shown;
use crate::record::KnobValue;
use crate::table::STYLE;

/// How many functions are shown.
const MOST_FUNCTIONS: usize = 10;
/// How many characters of a name are shown.
const MOST_CHARACTERS: usize = 60;

/// Renders a profile. A timeline that is damaged is said to be, and the rest is shown.
pub fn render(profile: &Profile) -> String {
    let turns = profile.timeline.as_ref().map(|it| it.unpack());
    let summary = turns.as_ref().and_then(|it| it.as_ref().ok()).map(TurnsSummary::of);
    let mut text = format!("{}\n\n", title(profile));
    for sentence in answer(profile, summary.as_ref()) {
        text += &format!("{sentence}\n");
    }
    for warning in warnings(profile) {
        text += &format!("Warning: {warning}\n");
    }
    if let Some(Err(error)) = &turns {
        text += &format!("Warning: {error}\n");
    }
    let exact = profile.exact.iter().map(|it| (&it.tree, Unit::Fuel));
    let sampled = profile.sampled.iter().map(|it| (&it.tree, Unit::Samples));
    for (tree, unit) in exact.chain(sampled) {
        text += &functions(profile, tree, unit);
    }
    text += &host_functions(profile);
    text += &split(profile);
    text
}

/// `slab timers=heap on stock: idle, 1,000 pollables, 1 active`.
pub fn title(profile: &Profile) -> String {
    let work = &profile.work;
    let name = |it: &str| shown(it, MOST_CHARACTERS);
    let setting = |(key, value): (&String, &KnobValue)| match value {
        KnobValue::Choice(word) => format!("{}={}", name(key), name(word)),
        number => format!("{}={number}", name(key)),
    };
    let knobs: String = profile.knobs.iter().map(|it| format!(" {}", setting(it))).collect();
    let parameters: String =
        work.parameters.iter().map(|it| format!(", {}", setting(it))).collect();
    let active = match work.active {
        0 => String::new(),
        active => format!(", {} active", format::count(active.into())),
    };
    format!(
        "{}{knobs} on {}: {}, {} pollables{active}{parameters}",
        name(&profile.guest.name),
        name(&profile.host),
        name(&work.workload),
        format::count(work.pollables.into())
    )
}

fn functions(profile: &Profile, tree: &CallTree, unit: Unit) -> String {
    let total = tree.total();
    let costs = by_function(tree, profile.functions.len());
    if total == 0 {
        return String::new();
    }
    let titles = titles(&profile.functions, MOST_CHARACTERS, true);
    let share = |cost: u64| format::percent(cost as f64 / total as f64);
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["function", "own", "with calls", "calls / event"]);
    for cost in costs.iter().take(MOST_FUNCTIONS) {
        let calls = calls_per_event(profile.work.events, cost.calls);
        table.add_row([
            titles[cost.function].clone(),
            share(cost.own),
            share(cost.inclusive),
            calls.map_or_else(|| "-".into(), format::quantity),
        ]);
    }
    align(&mut table);
    let head = format!("\nGuest's functions, of {}", amount(total, unit));
    let more = and_more(costs.len());
    format!("{head}\n{}\n{more}", table.trim_fmt())
}

fn host_functions(profile: &Profile) -> String {
    let Some(samples) = profile.host_samples() else { return String::new() };
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["function", "own"]);
    for function in samples.functions.iter().take(MOST_FUNCTIONS) {
        let share = format::percent(samples.share(function));
        table.add_row([shown(&function.name, MOST_CHARACTERS), share]);
    }
    align(&mut table);
    let more = and_more(samples.functions.len());
    let amount = samples.amount();
    format!("\nHost's functions, of {amount}\n{}\n{more}", table.trim_fmt())
}

/// How many of so many functions are not in their table.
fn and_more(functions: usize) -> String {
    match functions.saturating_sub(MOST_FUNCTIONS) as u64 {
        0 => String::new(),
        left => format!("and {} more\n", format::count(left)),
    }
}

/// Calls for each event; `None` where calls were not counted, or without events.
pub(crate) fn calls_per_event(events: u64, calls: u64) -> Option<f64> {
    (calls > 0 && events > 0).then(|| calls as f64 / events as f64)
}

fn split(profile: &Profile) -> String {
    let parts = parts(profile);
    if parts.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["part", "time / event", "share"]);
    for part in parts {
        table.add_row([
            part.name.to_owned(),
            format::duration(part.per_event),
            format::percent(part.share),
        ]);
    }
    align(&mut table);
    format!("\nWhere the time goes\n{}\n", table.trim_fmt())
}

/// Renders what has changed between two profiles, the functions with the greatest difference
/// first; a sentence where they have nothing that can be compared.
pub fn difference(before: &Profile, after: &Profile) -> String {
    let head = format!("before: {}\nafter:  {}\n\n", title(before), title(after));
    let Some((differences, unit)) = Difference::between(before, after) else {
        return head + "Nothing can be compared: one has exact counts, and the other samples.\n";
    };
    if differences.is_empty() {
        return head + "No function's own cost has changed.\n";
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["function", "before", "after", "change"]);
    for it in differences.iter().take(MOST_FUNCTIONS) {
        table.add_row([
            shown(&it.name, MOST_CHARACTERS),
            format::quantity(it.before),
            format::quantity(it.after),
            format!(
                "{}{}",
                if it.change() > 0.0 { "+" } else { "" },
                format::quantity(it.change())
            ),
        ]);
    }
    align(&mut table);
    format!("{head}Own costs in {unit}, the greatest change first\n{}\n", table.trim_fmt())
}

/// Numbers stand at the right.
fn align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
