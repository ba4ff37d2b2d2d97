use crate::format;
use crate::matrix::{Configuration, Entry, Variant};
use crate::stats::log_log_slope;

use super::Chart;
use super::axis::{Axis, Scale, log_range, log_ticks};
use super::canvas::Error;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::palette::Ink;

/// Room at the ends of the axes, as a part of their length.
const ROOM: f64 = 0.06;
/// The most labels on the vertical axis.
const TICKS: usize = 7;

/// Time per event against the number of pollables, one line for each guest with
/// the intervals as whiskers; the legend has each line's fitted slope.
///
/// `None` where fewer than two sizes were timed.
pub fn scaling(
    configuration: &Configuration,
    variants: &[Variant],
) -> Result<Option<Chart>, Error> {
    let lines: Vec<Line> =
        variants.iter().filter_map(|variant| line(configuration, variant)).collect();
    let sizes: Vec<u32> = configuration
        .sizes
        .iter()
        .filter(|size| size.entries.iter().any(|entry| entry.time().is_some()))
        .map(|size| size.pollables)
        .collect();
    let numbers = sizes.iter().map(|&size| f64::from(size));
    let heights = lines.iter().flat_map(|line| &line.whiskers).flat_map(|it| [it.1, it.2]);
    let marks = lines.iter().flat_map(|line| &line.marks).map(|it| it.1);
    let (Some(x), Some(y)) = (log_range(numbers, ROOM), log_range(heights.chain(marks), ROOM))
    else {
        return Ok(None);
    };
    if sizes.len() < 2 {
        return Ok(None);
    }
    let ticks = |size: &u32| (f64::from(*size), format::count((*size).into()));
    let chart = LineChart {
        x: Axis {
            scale: Scale::Log,
            title: "pollables (N), log scale".into(),
            range: x,
            ticks: sizes.iter().map(ticks).collect(),
        },
        y: time_axis("time per event, log scale", y, TICKS),
        lines,
        marks: Marks::default(),
    };
    let label = format!("Time per event against the number of pollables, {}", configuration.label);
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

/// A logarithmic axis of durations, from a range in nanoseconds.
pub(super) fn time_axis(title: &str, range: (f64, f64), at_most: usize) -> Axis {
    let ticks = log_ticks(range, at_most);
    Axis {
        title: title.into(),
        scale: Scale::Log,
        range,
        ticks: ticks.into_iter().map(|tick| (tick, format::round_duration(tick))).collect(),
    }
}

/// A number with two decimals, and without a minus sign if all digits are zeros.
fn two_decimals(value: f64) -> String {
    let hundredths = (value * 100.0).round();
    format!("{:.2}", if hundredths == 0.0 { 0.0 } else { hundredths / 100.0 })
}

fn line(configuration: &Configuration, variant: &Variant) -> Option<Line> {
    let timed: Vec<(f64, _)> = configuration
        .sizes
        .iter()
        .filter_map(|size| {
            let time = size.entry(variant).and_then(Entry::time)?;
            // A logarithmic axis has no place for a time of zero.
            (time.low > 0.0).then_some((f64::from(size.pollables), time))
        })
        .collect();
    let points: Vec<(f64, f64)> = timed.iter().map(|&(size, time)| (size, time.median)).collect();
    let slope = log_log_slope(&points);
    (!points.is_empty()).then(|| Line {
        color: Ink::of(variant).color(),
        marker: Marker::of(variant),
        dash: Dash::Solid,
        name: variant.label.clone(),
        note: slope.map_or_else(String::new, |slope| format!(", slope {}", two_decimals(slope))),
        marks: points.clone(),
        points,
        hollow: Vec::new(),
        whiskers: timed.iter().map(|&(size, time)| (size, time.low, time.high)).collect(),
        hints: Vec::new(),
        band: Vec::new(),
        links: Vec::new(),
    })
}
