//! Bencher Metric Format (<https://bencher.dev/docs/reference/bencher-metric-format>).

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures;
use crate::comparison::Comparison;

/// Measures by benchmark and name.
pub type Report = BTreeMap<String, BTreeMap<&'static str, Measure>>;

#[derive(Serialize)]
pub struct Measure {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

pub fn report(comparison: &Comparison) -> Report {
    let measure = |figure: figures::Figure| {
        let (lower_value, upper_value) = figure.interval.unzip();
        (figure.metric.name(), Measure { value: figure.value, lower_value, upper_value })
    };
    let cell = |(name, figures): (String, Vec<figures::Figure>)| {
        (name, figures.into_iter().map(measure).collect())
    };
    figures::all(comparison).into_iter().map(cell).collect()
}
