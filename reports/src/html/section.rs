use crate::chart::{self, Chart};
use crate::format;
use crate::matrix::{Configuration, Variant};
use crate::record::KnobValue;

use super::sort_table::SortTable;
use super::timings;

/// What the page shows of one workload configuration.
pub(super) struct Section {
    pub label: String,
    pub anchor: String,
    /// Its parameters and host, in words.
    pub details: String,
    /// The size the split and the latencies are of.
    pub largest: String,
    pub scaling: Option<Chart>,
    pub split: Option<Chart>,
    pub latency: Option<Chart>,
    /// Why a guest is not in the charts of the largest size.
    pub absent: Vec<String>,
    /// What is said of single cells: a sentence each.
    pub notes: Vec<String>,
    pub timings: SortTable,
}

impl Section {
    pub fn new(
        configuration: &Configuration,
        variants: &[Variant],
        anchor: String,
    ) -> Result<Self, chart::Error> {
        let largest = configuration.largest().map_or(0, |size| size.pollables);
        Ok(Self {
            label: configuration.label.clone(),
            anchor,
            details: details(configuration),
            largest: format::count(largest.into()),
            scaling: chart::scaling(configuration, variants)?,
            split: chart::split(configuration)?,
            latency: chart::latency(configuration, variants)?,
            absent: absent(configuration),
            notes: notes(configuration),
            timings: timings::table(configuration),
        })
    }
}

fn details(configuration: &Configuration) -> String {
    let parameters = configuration.parameters.iter();
    let mut parts: Vec<String> =
        parameters.map(|(name, value)| format!("{name} {}", setting(value))).collect();
    parts.push(format!("host {}", configuration.host));
    parts.join(", ")
}

fn setting(value: &KnobValue) -> String {
    match value {
        KnobValue::Integer(number) => format::count(*number),
        KnobValue::Choice(word) => word.clone(),
    }
}

fn absent(configuration: &Configuration) -> Vec<String> {
    let Some(size) = configuration.largest() else { return Vec::new() };
    let untimed = size.entries.iter().filter(|entry| entry.time().is_none());
    untimed
        .map(|entry| {
            let reason = match () {
                () if entry.failed() => "failed",
                () if entry.not_supported() => "not supported",
                () => "not timed",
            };
            format!("{} ({reason})", entry.variant.label)
        })
        .collect()
}

/// Who is not ranked for having done other work, and whose time is next to nothing, and
/// so has no place on a logarithmic axis.
fn notes(configuration: &Configuration) -> Vec<String> {
    let mut notes = Vec::new();
    for size in &configuration.sizes {
        let pollables = format::count(size.pollables.into());
        for entry in size.entries.iter().filter(|it| it.time().is_some()) {
            let label = &entry.variant.label;
            if let Some(why) = &entry.other_work {
                notes.push(format!("{label} is not ranked at {pollables} pollables: {why}."));
            }
            if !entry.is_above_zero() {
                notes.push(format!(
                    "The time of {label} at {pollables} pollables can't be told from 0, and is \
                     not drawn over the number of pollables."
                ));
            }
        }
    }
    notes
}
