use crate::chart::{self, Chart};
use crate::format;
use crate::tuning::{Tuned, Tuning, words};

use super::super::sort_table::SortTable;
use super::table::table;

/// What was found of one knob.
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
    /// In large type: the value, or that there is none.
    pub value: String,
    pub is_number: bool,
    pub sentences: Vec<String>,
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
        let range = loads.first().map_or_else(String::new, |it| {
            let [low, high, default] = [it.low, it.high, it.default].map(format::count);
            format!("a whole number from {low} to {high}, {default} by default")
        });
        Ok(Self {
            name: name.into(),
            anchor: format!("knob-{}", index + 1),
            range,
            answers: loads.iter().map(|it| Answer::new(tuning, it)).collect(),
            figures: figures(tuning, &loads)?,
            explanation: tuning
                .explained
                .iter()
                .filter(|it| it.knob == name)
                .flat_map(words::explanation)
                .collect(),
            tables: loads.iter().map(|it| table(tuning, it)).collect(),
            is_compromise: loads.iter().any(|it| it.compromise.is_some()),
        })
    }
}

impl Answer {
    fn new(tuning: &Tuning, tuned: &Tuned) -> Self {
        let value = tuned.to_use();
        Self {
            load: words::load(tuned),
            value: value.map_or_else(|| "no value".into(), |it| it.to_string()),
            is_number: value.is_some(),
            sentences: words::answer(tuning, tuned),
        }
    }
}

fn figures(tuning: &Tuning, loads: &[&Tuned]) -> Result<Vec<Figure>, chart::Error> {
    let mut figures = Vec::new();
    for is_mix in [false, true] {
        let alike: Vec<&Tuned> = loads.iter().filter(|it| it.is_mix() == is_mix).copied().collect();
        if let Some(chart) = chart::tuning::cost(tuning, &alike)? {
            let heading = if is_mix { "What the whole costs" } else { "What it costs" };
            figures.push(Figure { heading: heading.into(), note: COST.into(), chart });
        }
        if let Some(chart) = chart::tuning::ready(&alike)? {
            let heading = "Ready handles per poll call".into();
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

const COST: &str = "Medians of the fresh rounds. Whiskers are intervals of the ratio to the \
    reference, around the value's own cost. Below the plot, for each load: an upright stroke at \
    the value to use, and a thick bar over the values that are not shown to be worse. What is \
    dotted is a prediction from counts.";
const READY: &str = "From exact counts: how many handles came back ready from a poll call. The \
    more there are, the fewer calls an event takes.";
const TRADE_OFF: &str = "A point for each value: further down is cheaper, further left is \
    sooner. p99 is the latency that 99 % of the events do not exceed. On the front, less of the \
    one is more of the other.";
