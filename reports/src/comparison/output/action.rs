//! github-action-benchmark's `customSmallerIsBetter`
//! (<https://github.com/benchmark-action/github-action-benchmark>).

use serde::Serialize;

use super::{figures, words};
use crate::comparison::Comparison;
use crate::format;

#[derive(Serialize)]
pub struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    /// Shown in the tooltip of a point.
    extra: String,
}

pub fn report(comparison: &Comparison) -> Vec<Entry> {
    let extra = words::side(&comparison.candidate);
    let cells = figures::all(comparison);
    let entries = cells.into_iter().flat_map(|(cell, figures)| {
        let extra = extra.clone();
        figures.into_iter().map(move |figure| Entry {
            name: format!("{cell} {}", figure.metric),
            unit: figure.metric.unit(),
            value: figure.value,
            range: figure.interval.map(|(low, high)| format::duration_range(low, high)),
            extra: extra.clone(),
        })
    });
    entries.collect()
}
