use hdrhistogram::Histogram;

use crate::format;
use crate::matrix::{Configuration, Entry, Variant};
use crate::summary::histogram;

use super::Chart;
use super::axis::{Axis, Scale, log_range};
use super::canvas::Error;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::palette::Ink;
use super::scaling::time_axis;

/// How many points a curve has for each factor of ten.
const POINTS_PER_DECADE: u32 = 24;
/// Room at the ends of the vertical axis, as a part of its length.
const ROOM: f64 = 0.06;
/// The most labels on the vertical axis.
const TICKS: usize = 7;

/// The distribution of the wake-up latency at the largest size: the latency that each part
/// of the events does not exceed, on an axis that spreads out the rare events.
///
/// `None` where no latency was recorded.
pub fn latency(
    configuration: &Configuration,
    variants: &[Variant],
) -> Result<Option<Chart>, Error> {
    let Some(size) = configuration.largest() else { return Ok(None) };
    let curve = |variant| {
        let packed = size.entry(variant).and_then(Entry::latency)?;
        Some((variant, histogram(packed).filter(|it| !it.is_empty())?))
    };
    let curves: Vec<(&Variant, Histogram<u64>)> = variants.iter().filter_map(curve).collect();
    let rarest = curves.iter().map(|(_, events)| events.len()).max().unwrap_or(0) as f64;
    let ticks = percentiles(rarest);
    let lines: Vec<Line> =
        curves.iter().map(|(variant, events)| line(variant, events, &ticks)).collect();
    let heights = lines.iter().flat_map(|line| &line.points).map(|point| point.1);
    let Some(range) = log_range(heights, ROOM) else { return Ok(None) };
    let chart = LineChart {
        // A little beyond the last event, where the largest latency is marked.
        x: Axis {
            scale: Scale::Log,
            title: "percentile of events, log scale of 1/(1-q)".into(),
            range: (1.0, rarest.max(10.0) * 1.2),
            ticks,
        },
        y: time_axis("wake-up latency, log scale", range, TICKS),
        lines,
        marks: Marks::default(),
    };
    let pollables = format::count(size.pollables.into());
    let label =
        format!("Wake-up latency by percentile, {}, {pollables} pollables", configuration.label);
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

/// 50 %, 90 %, 99 % and so on, each as 1/(1-q), as far as there are events.
fn percentiles(events: f64) -> Vec<(f64, String)> {
    let nines = (1..).map(|nines| (10_f64.powi(nines), percentile(nines)));
    let all = std::iter::once((2.0, "50%".to_owned())).chain(nines);
    all.take_while(|(rarity, _)| *rarity <= events.max(2.0)).collect()
}

/// The label of the percentile with this many nines.
fn percentile(nines: i32) -> String {
    match nines {
        1 => "90%".into(),
        2 => "99%".into(),
        _ => format!("99.{}%", "9".repeat(nines as usize - 2)),
    }
}

fn line(variant: &Variant, events: &Histogram<u64>, ticks: &[(f64, String)]) -> Line {
    let end = events.len() as f64;
    let steps = (end.log10() * f64::from(POINTS_PER_DECADE)).floor() as u32;
    let step = |index| 10_f64.powf(f64::from(index) / f64::from(POINTS_PER_DECADE));
    let last = (end, events.max().max(1) as f64);
    let marked = ticks.iter().map(|(rarity, _)| *rarity).filter(|rarity| *rarity < end);
    let (points, marks) = (latencies(events, (0..=steps).map(step)), latencies(events, marked));
    Line {
        color: Ink::of(variant).color(),
        marker: Marker::of(variant),
        dash: Dash::Solid,
        name: variant.label.clone(),
        note: String::new(),
        points: points.chain([last]).collect(),
        marks: marks.chain([last]).collect(),
        hollow: Vec::new(),
        whiskers: Vec::new(),
        hints: Vec::new(),
        band: Vec::new(),
        links: Vec::new(),
    }
}

/// Points of a curve, from the left: each rarity with the latency that no more than one in
/// `rarity` events exceeds. All are found in one pass over the events.
fn latencies(
    events: &Histogram<u64>,
    rarities: impl Iterator<Item = f64> + Clone,
) -> impl Iterator<Item = (f64, f64)> {
    let quantiles = rarities.clone().map(|rarity| 1.0 - 1.0 / rarity);
    // Latencies under a nanosecond are shown as one, because a logarithmic axis has no
    // zero.
    let values = events.value_at_quantiles(quantiles).map(|value| value.max(1) as f64);
    rarities.zip(values)
}
