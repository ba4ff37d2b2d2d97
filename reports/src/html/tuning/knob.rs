use itertools::Itertools as _;

use crate::chart::{self, Chart};
use crate::format;
use crate::tuning::{GridKnob, Tuned, Tuning, words};

use super::super::sort_table::SortTable;
use super::table::table;

/// What was found of one knob, or of two on a grid.
pub(super) struct Knob {
    pub name: String,
    pub anchor: String,
    /// Its least and greatest value and its default, in words.
    pub range: String,
    pub answers: Vec<Answer>,
    pub figures: Vec<Figure>,
    /// What the costs come from, a sentence each.
    pub explanation: Vec<String>,
    pub tables: Vec<SortTable>,
    /// Whether cost is paid for with latency under any of its loads.
    pub is_compromise: bool,
}

/// The value to use under one load.
pub(super) struct Answer {
    pub load: String,
    /// In large type: each knob with its value; empty if there is none.
    pub values: Vec<(String, u64)>,
    /// Each in pieces, of which every second one is a command.
    pub sentences: Vec<Vec<String>>,
}

/// A chart with the words beside it.
pub(super) struct Figure {
    pub heading: String,
    pub note: String,
    pub chart: Chart,
}

impl Knob {
    /// All knobs, in the order of the record.
    pub fn all(tuning: &Tuning) -> Result<Vec<Self>, chart::Error> {
        let mut names: Vec<&str> = Vec::new();
        for tuned in &tuning.tuned {
            if !names.contains(&tuned.knob.as_str()) {
                names.push(&tuned.knob);
            }
        }
        let knob = |(index, name): (usize, &str)| Self::new(tuning, name, index);
        names.into_iter().enumerate().map(knob).collect()
    }

    fn new(tuning: &Tuning, name: &str, index: usize) -> Result<Self, chart::Error> {
        let loads: Vec<&Tuned> = tuning.tuned.iter().filter(|it| it.knob == name).collect();
        Ok(Self {
            name: loads.first().map_or_else(|| name.into(), |it| words::knobs(it)),
            anchor: format!("knob-{}", index + 1),
            range: loads.first().map_or_else(String::new, |it| range(it)),
            answers: loads.iter().map(|it| Answer::new(tuning, it)).collect(),
            figures: figures(tuning, &loads)?,
            explanation: tuning
                .explained
                .iter()
                .filter(|it| it.knob == name)
                .flat_map(|it| words::explanation(tuning, it))
                .collect(),
            tables: loads.iter().map(|it| table(tuning, it)).collect(),
            is_compromise: loads.iter().any(|it| it.compromise.is_some()),
        })
    }
}

impl Answer {
    fn new(tuning: &Tuning, tuned: &Tuned) -> Self {
        let used = tuned.to_use().map(|it| tuned.settings(it)).unwrap_or_default();
        Self {
            load: words::load(tuned),
            values: used.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            sentences: words::answer(tuning, tuned).iter().map(|it| pieces(it)).collect(),
        }
    }
}

/// A sentence, split where a command between backticks begins or ends.
fn pieces(sentence: &str) -> Vec<String> {
    let pieces: Vec<String> = sentence.split('`').map(str::to_owned).collect();
    if pieces.len() % 2 == 1 { pieces } else { vec![sentence.into()] }
}

/// The values that a knob can have, in words; of two knobs, for each.
fn range(tuned: &Tuned) -> String {
    let range = |low, high, default| {
        let [low, high, default] = [low, high, default].map(format::count);
        format!("a whole number from {low} to {high}, {default} by default")
    };
    match &tuned.grid {
        None => range(tuned.low, tuned.high, tuned.default),
        Some(grid) => {
            let knob =
                |it: &GridKnob| format!("{}: {}", it.name, range(it.low, it.high, it.default));
            grid.knobs.iter().map(knob).join("; ")
        }
    }
}

fn figures(tuning: &Tuning, loads: &[&Tuned]) -> Result<Vec<Figure>, chart::Error> {
    let mut figures = Vec::new();
    for alike in together(loads) {
        let Some(first) = alike.first() else { continue };
        let of_load = match first.grid {
            Some(_) => format!(": {}", words::load(first)),
            None => String::new(),
        };
        if let Some(chart) = chart::tuning::cost(tuning, &alike)? {
            let what = if first.is_mix() { "What the whole costs" } else { "What it costs" };
            let below = if first.grid.is_some() { GRID } else { LANES };
            let is_hollow = alike.iter().flat_map(|it| it.tried()).any(|it| !it.is_measured());
            let hollow = if is_hollow { HOLLOW } else { "" };
            let note = format!("{COST}{below}{hollow}");
            figures.push(Figure { heading: format!("{what}{of_load}"), note, chart });
        }
        if let Some(chart) = chart::tuning::ready(&alike)? {
            let heading = format!("Ready handles per poll call{of_load}");
            figures.push(Figure { heading, note: READY.into(), chart });
        }
    }
    for tuned in loads {
        if let Some(chart) = chart::tuning::trade_off(tuning, tuned)? {
            let heading = format!("Cost against latency: {}", words::load(tuned));
            figures.push(Figure { heading, note: TRADE_OFF.into(), chart });
        }
    }
    Ok(figures)
}

/// The loads that a chart shows together: mixes apart from single works, and each grid by
/// itself, as it is several curves.
fn together<'a>(loads: &[&'a Tuned]) -> Vec<Vec<&'a Tuned>> {
    let (grids, others): (Vec<&Tuned>, _) = loads.iter().partition(|it| it.grid.is_some());
    let (mixes, single): (Vec<&Tuned>, Vec<&Tuned>) = others.iter().partition(|it| it.is_mix());
    [single, mixes].into_iter().chain(grids.into_iter().map(|it| vec![it])).collect()
}

const COST: &str = "Medians of the fresh rounds. Whiskers are intervals of the ratio to the \
    reference, around the value's own cost. What is dotted is a prediction from counts.";
const LANES: &str = " Below the plot, for each load: an upright stroke at the value to use, and \
    a thick bar over the values that are not shown to be worse.";
const GRID: &str = " A curve for each value of the second knob, or for several that do the \
    same; the point to use and the \
    defaults are named.";
const HOLLOW: &str = " At a hollow mark the guest does the same as with another value, whose \
    cost is shown there: it was not measured.";
const READY: &str = "From exact counts: how many handles came back ready from a poll call. The \
    more there are, the fewer calls an event takes.";
const TRADE_OFF: &str = "A point for each value: further down is cheaper, further left is \
    sooner. p99 is the latency that 99 % of the events do not exceed. On the front, less of the \
    one is more of the other.";
