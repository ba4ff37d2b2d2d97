//! A tuning as text for a terminal: the answers first, then a table for each load.

use comfy_table::{CellAlignment, Table};

use super::words;
use super::{Costs, Tuned, Tuning};
use crate::format;
use crate::table::STYLE;

/// Renders a tuning.
pub fn render(tuning: &Tuning) -> String {
    let mut text = format!("{} on {}, {}\n", guest(tuning), host(tuning), tuning.objective.unit());
    for tuned in &tuning.tuned {
        text += &format!("\n{}: {}\n", words::knobs(tuned), words::load(tuned));
        for sentence in words::answer(tuning, tuned) {
            text += &format!("  {sentence}\n");
        }
    }
    let trends = words::trends(tuning);
    if !trends.is_empty() {
        text += &format!("\n{}\n", trends.join("\n"));
    }
    for sentence in tuning.explained.iter().flat_map(|it| words::explanation(tuning, it)) {
        text += &format!("\n{sentence}\n");
    }
    for tuned in &tuning.tuned {
        let (knobs, load) = (words::knobs(tuned), words::load(tuned));
        text += &format!("\n{knobs}: {load}\n{}", table(tuning, tuned));
    }
    text
}

/// The guest with its fixed knobs.
pub fn guest(tuning: &Tuning) -> String {
    let fixed = tuning.fixed.iter().map(|(name, value)| format!(" {name}={value}"));
    tuning.guest.name.clone() + &fixed.collect::<String>()
}

/// The host, and the one on which guests were counted, if that is another one.
pub fn host(tuning: &Tuning) -> String {
    match &tuning.counted_on {
        Some(other) => format!("{} (counted on {other})", tuning.host),
        None => tuning.host.clone(),
    }
}

/// Every value with what it costs. The recommended value is marked, and so is the default.
fn table(tuning: &Tuning, tuned: &Tuned) -> String {
    if tuned.judgement.is_none() {
        return String::new();
    }
    let is_mix = tuned.parts.len() > 1;
    // A compromise is one of two objectives, and this is the other one's table.
    let reference = if tuned.compromise.is_some() { "of the cheapest" } else { "of the reference" };
    let mut table = Table::new();
    let knobs = words::names(tuned);
    let standing = knobs.len() + 3;
    let costs = ["cost", reference, "standing", "handles / event", "ready / poll"];
    let mut header = [&[""], knobs.as_slice(), &costs].concat();
    let p99 = tuned.parts.first().map_or(&[][..], |it| &it.p99);
    let has_latency = !is_mix && !p99.is_empty();
    if has_latency {
        header.push("p99 wake-up");
    }
    table.load_style(STYLE).set_header(header);
    for tried in words::rows(tuned) {
        let (value, judged) = (tried.value, tried.judged);
        let mark = match (Some(value) == tuned.to_use(), value == tuned.default) {
            (true, _) => "use",
            (false, true) => "default",
            (false, false) => "",
        };
        let counts = counts(tuned, value);
        let mut row = vec![mark.to_string()];
        match tuned.grid {
            Some(_) => row.extend(tuned.settings(value).into_iter().map(|it| it.1.to_string())),
            None => row.push(words::values(&tuned.same_as(value))),
        }
        row.extend([
            judged.cost.map_or_else(|| "-".into(), |it| words::cost(tuning.objective, is_mix, it)),
            judged.ratio.map_or_else(|| "-".into(), words::times),
            words::standing_of(tuned, tried),
            counts.map_or_else(|| "-".into(), |it| format::quantity(it.0)),
            counts.map_or_else(|| "-".into(), |it| format::quantity(it.1)),
        ]);
        if has_latency {
            row.push(middle(p99, judged.value).map_or_else(|| "-".into(), format::duration));
        }
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        if at != 0 && at != standing {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// Handles passed for each event, and handles ready for each poll, of a single work.
fn counts(tuned: &Tuned, value: u64) -> Option<(f64, f64)> {
    let [part] = tuned.parts.as_slice() else { return None };
    let counters = part.counted.iter().find(|it| it.value == value)?.counters.as_ref()?;
    let window = &counters.window;
    let per = |count: u64, of: u64| count as f64 / of.max(1) as f64;
    Some((per(window.handles_passed, window.events), per(window.ready_returned, window.poll_calls)))
}

fn middle(costs: &[Costs], value: u64) -> Option<f64> {
    costs.iter().find(|it| it.value == value)?.median()
}
