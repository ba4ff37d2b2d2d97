//! A tuning as text for a terminal: the answers first, then a table for each load.

use comfy_table::{CellAlignment, Table};

use super::words;
use super::{Costs, Tuned, Tuning};
use crate::format;
use crate::table::STYLE;

/// Renders a tuning.
pub fn render(tuning: &Tuning) -> String {
    let mut text = format!("{} on {}, {}\n", guest(tuning), tuning.host, tuning.objective.unit());
    for tuned in &tuning.tuned {
        text += &format!("\n{}: {}\n", tuned.knob, words::load(tuned));
        for sentence in words::answer(tuning, tuned) {
            text += &format!("  {sentence}\n");
        }
    }
    let trends = words::trends(tuning);
    if !trends.is_empty() {
        text += &format!("\n{}\n", trends.join("\n"));
    }
    for sentence in tuning.explained.iter().flat_map(words::explanation) {
        text += &format!("\n{sentence}\n");
    }
    for tuned in &tuning.tuned {
        text += &format!("\n{}: {}\n{}", tuned.knob, words::load(tuned), table(tuning, tuned));
    }
    text
}

/// The guest with its fixed knobs.
pub fn guest(tuning: &Tuning) -> String {
    let fixed = tuning.fixed.iter().map(|(name, value)| format!(" {name}={value}"));
    tuning.guest.name.clone() + &fixed.collect::<String>()
}

/// Every value with what it costs. The recommended value is marked, and so is the default.
fn table(tuning: &Tuning, tuned: &Tuned) -> String {
    let Some(judgement) = &tuned.judgement else { return String::new() };
    let is_mix = tuned.parts.len() > 1;
    // A compromise is one of two objectives, and this is the other one's table.
    let reference = if tuned.compromise.is_some() { "of the cheapest" } else { "of the reference" };
    let mut table = Table::new();
    let mut header =
        vec!["", &tuned.knob, "cost", reference, "standing", "handles / event", "ready / poll"];
    let p99 = tuned.parts.first().map_or(&[][..], |it| &it.p99);
    let has_latency = !is_mix && !p99.is_empty();
    if has_latency {
        header.push("p99 wake-up");
    }
    table.load_style(STYLE).set_header(header);
    for judged in &judgement.values {
        let mark = match (Some(judged.value) == tuned.to_use(), judged.value == tuned.default) {
            (true, _) => "use",
            (false, true) => "default",
            (false, false) => "",
        };
        let counts = counts(tuned, judged.value);
        let mut row = vec![
            mark.to_string(),
            words::values(&tuned.same_as(judged.value)),
            judged.cost.map_or_else(|| "-".into(), |it| words::cost(tuning.objective, is_mix, it)),
            judged.ratio.map_or_else(|| "-".into(), words::times),
            words::standing(judged).into(),
            counts.map_or_else(|| "-".into(), |it| format::quantity(it.0)),
            counts.map_or_else(|| "-".into(), |it| format::quantity(it.1)),
        ];
        if has_latency {
            row.push(middle(p99, judged.value).map_or_else(|| "-".into(), format::duration));
        }
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        if at != 0 && at != 4 {
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
