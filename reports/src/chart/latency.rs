use crate::format;
use crate::matrix::{Configuration, Entry, Variant};
use crate::summary::histogram;

use super::Chart;
use super::canvas::Error;
use super::marker::Marker;
use super::palette::Ink;
use super::percentiles::{Times, percentiles};

/// The distribution of the wake-up latency at the largest size.
///
/// `None` where no latency was recorded.
pub fn latency(
    configuration: &Configuration,
    variants: &[Variant],
) -> Result<Option<Chart>, Error> {
    let Some(size) = configuration.largest() else { return Ok(None) };
    let curve = |variant: &Variant| {
        let packed = size.entry(variant).and_then(Entry::latency)?;
        Some(Times {
            name: variant.label.clone(),
            color: Ink::of(variant).color(),
            marker: Marker::of(variant),
            events: histogram(packed).filter(|it| !it.is_empty())?,
        })
    };
    let curves: Vec<Times> = variants.iter().filter_map(curve).collect();
    let pollables = format::count(size.pollables.into());
    let label =
        format!("Wake-up latency by percentile, {}, {pollables} pollables", configuration.label);
    percentiles(label, "wake-up latency, log scale", &curves)
}
