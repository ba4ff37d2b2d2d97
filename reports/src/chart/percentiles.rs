use hdrhistogram::Histogram;
use plotters::style::RGBColor;

use super::Chart;
use super::axis::{Axis, Scale, log_range};
use super::canvas::Error;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::scaling::time_axis;

/// How many points a curve has for each factor of ten.
const POINTS_PER_DECADE: u32 = 24;
/// Room at the ends of the vertical axis, as a part of its length.
const ROOM: f64 = 0.06;
/// The most labels on the vertical axis.
const TICKS: usize = 7;

/// The distribution of some times.
pub(super) struct Times {
    /// Whose times these are.
    pub name: String,
    pub color: RGBColor,
    pub marker: Marker,
    /// The times, in nanoseconds.
    pub events: Histogram<u64>,
}

/// Distributions of times: the time that each part of the events does not exceed, on an axis
/// that spreads out the rare events. `title` is that of the vertical axis, and `label` says
/// what the chart shows.
///
/// `None` where there are no events.
pub(super) fn percentiles(
    label: String,
    title: &str,
    curves: &[Times],
) -> Result<Option<Chart>, Error> {
    let rarest = curves.iter().map(|it| it.events.len()).max().unwrap_or(0) as f64;
    let ticks = ticks(rarest);
    let lines: Vec<Line> = curves.iter().map(|it| line(it, &ticks)).collect();
    let heights = lines.iter().flat_map(|line| &line.points).map(|point| point.1);
    let Some(range) = log_range(heights, ROOM) else { return Ok(None) };
    let chart = LineChart {
        // A little beyond the last event, where the largest time is marked.
        x: Axis {
            scale: Scale::Log,
            title: "percentile of events, log scale of 1/(1-q)".into(),
            range: (1.0, rarest.max(10.0) * 1.2),
            ticks,
        },
        y: time_axis(title, range, TICKS),
        lines,
        marks: Marks::default(),
    };
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

/// 50 %, 90 %, 99 % and so on, each as 1/(1-q), as far as there are events.
fn ticks(events: f64) -> Vec<(f64, String)> {
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

fn line(of: &Times, ticks: &[(f64, String)]) -> Line {
    let Times { name, color, marker, events } = of;
    let end = events.len() as f64;
    let steps = (end.log10() * f64::from(POINTS_PER_DECADE)).floor() as u32;
    let step = |index| 10_f64.powf(f64::from(index) / f64::from(POINTS_PER_DECADE));
    let last = (end, events.max().max(1) as f64);
    let marked = ticks.iter().map(|(rarity, _)| *rarity).filter(|rarity| *rarity < end);
    let (points, marks) = (latencies(events, (0..=steps).map(step)), latencies(events, marked));
    Line {
        color: *color,
        marker: *marker,
        dash: Dash::Solid,
        name: name.clone(),
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

/// Points of a curve, from the left: each rarity with the time that no more than one in
/// `rarity` events exceeds. All are found in one pass over the events.
fn latencies(
    events: &Histogram<u64>,
    rarities: impl Iterator<Item = f64> + Clone,
) -> impl Iterator<Item = (f64, f64)> {
    let quantiles = rarities.clone().map(|rarity| 1.0 - 1.0 / rarity);
    // Times under a nanosecond are shown as one, because a logarithmic axis has no
    // zero.
    let values = events.value_at_quantiles(quantiles).map(|value| value.max(1) as f64);
    rarities.zip(values)
}
