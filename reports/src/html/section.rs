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
