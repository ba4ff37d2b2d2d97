use crate::format;
use crate::tuning::{Part, Tuned, words};

use super::super::Chart;
use super::super::axis::Scale;
use super::super::canvas::Error;
use super::super::lines::{Line, LineChart};
use super::super::marks::Marks;
use super::{is_drawable, knob_axis, look, place, round_quantity, vertical};

/// How many handles were ready for each poll call, against the value of a knob: a curve for
/// each load, or for each part of a mix. Its horizontal axis is that of [`cost`](super::cost)
/// for the same loads.
///
/// `None` if nothing was counted.
pub fn ready(loads: &[&Tuned]) -> Result<Option<Chart>, Error> {
    let parts = loads.iter().flat_map(|tuned| tuned.parts.iter().map(move |it| (*tuned, it)));
    let mut lines: Vec<Line> =
        parts.enumerate().map(|(index, (tuned, part))| line(tuned, part, index)).collect();
    let judged = loads.iter().filter_map(|it| it.judgement.as_ref());
    let values = judged.flat_map(|it| &it.values).map(|it| it.value);
    let heights = lines.iter().flat_map(|line| &line.marks).map(|it| it.1);
    let axis = vertical("ready handles per poll call", heights, round_quantity);
    let (Some(first), Some(y)) = (loads.first(), axis) else { return Ok(None) };
    let Some(x) = knob_axis(&first.knob, values) else { return Ok(None) };
    let is_shown = |(at, height): &(f64, f64)| {
        (0.0..=1.0).contains(&x.part(*at)) && (y.scale == Scale::Linear || *height > 0.0)
    };
    lines.iter_mut().for_each(|it| it.retain(is_shown));
    let label = format!("Ready handles per poll call against the value of {}", first.knob);
    let marks = Marks { is_low: true, is_legend_below: true, ..Marks::default() };
    let chart = LineChart { x, y, lines, marks };
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

fn line(tuned: &Tuned, part: &Part, index: usize) -> Line {
    let (color, marker, dash) = look(index);
    let name = if tuned.is_mix() { part.workload.clone() } else { words::load(tuned) };
    let mut counts: Vec<(u64, f64)> = part
        .counted
        .iter()
        .filter_map(|it| Some((it.value, it.ready_per_poll()?)))
        .filter(|it| is_drawable(it.1))
        .collect();
    counts.sort_by_key(|it| it.0);
    let points: Vec<(f64, f64)> = counts.iter().map(|it| (place(it.0), it.1)).collect();
    let hint = |&(value, ready): &(u64, f64)| {
        let words = format!("{name}: {} = {value}: {} ready", tuned.knob, format::quantity(ready));
        ((place(value), ready), words)
    };
    Line {
        color,
        marker,
        dash,
        note: String::new(),
        whiskers: Vec::new(),
        hints: counts.iter().map(hint).collect(),
        marks: points.clone(),
        points,
        name,
    }
}
