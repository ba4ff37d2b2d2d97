use crate::format;
use crate::tuning::{Part, Tuned, words};

use super::super::Chart;
use super::super::axis::Scale;
use super::super::canvas::Error;
use super::super::lines::{Line, LineChart};
use super::super::marks::Marks;
use super::curve::{Curve, axis_name, curves};
use super::{is_drawable, knob_axis, look, place, round_quantity, vertical};

/// How many handles were ready for each poll call, against the value of a knob: a curve for
/// each load, or for each part of a mix; of a grid, for each value of its second knob. Its
/// horizontal axis is that of [`cost`](super::cost) for the same loads.
///
/// `None` if nothing was counted, and for a mix on a grid, whose curves would be too many.
pub fn ready(loads: &[&Tuned]) -> Result<Option<Chart>, Error> {
    let curves = curves(loads);
    let Some(first) = loads.first().filter(|it| it.grid.is_none() || !it.is_mix()) else {
        return Ok(None);
    };
    let parts = curves.iter().flat_map(|curve| curve.tuned.parts.iter().map(move |it| (curve, it)));
    let mut lines: Vec<Line> =
        parts.enumerate().map(|(index, (curve, part))| line(curve, part, index)).collect();
    let values = curves.iter().flat_map(|it| &it.tried).map(|it| it.0);
    let heights = lines.iter().flat_map(|line| &line.marks).map(|it| it.1);
    let axis = vertical("ready handles per poll call", heights, round_quantity);
    let (Some(x), Some(y)) = (knob_axis(axis_name(first), values), axis) else { return Ok(None) };
    if y.scale == Scale::Log {
        lines.iter_mut().for_each(|it| it.retain(|point| point.1 > 0.0));
    }
    let label = format!("Ready handles per poll call against the value of {}", axis_name(first));
    let marks = Marks { is_low: true, is_legend_below: true, ..Marks::default() };
    let chart = LineChart { x, y, lines, marks };
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

fn line(curve: &Curve, part: &Part, index: usize) -> Line {
    let (color, marker, dash) = look(index);
    let tuned = curve.tuned;
    let name = if tuned.is_mix() { part.workload.clone() } else { curve.name.clone() };
    let count = |value: u64| {
        let counted = part.counted.iter().find(|it| it.value == value)?;
        counted.ready_per_poll().filter(|&it| is_drawable(it))
    };
    let counts: Vec<(u64, u64, f64)> = curve
        .tried
        .iter()
        .filter_map(|(along, it)| Some((*along, it.value, count(it.value)?)))
        .collect();
    let points: Vec<(f64, f64)> = counts.iter().map(|it| (place(it.0), it.2)).collect();
    let hint = |&(along, value, ready): &(u64, u64, f64)| {
        let (load, setting) = (words::load(tuned), words::setting(tuned, value));
        let whose = if tuned.is_mix() { &part.workload } else { &load };
        ((place(along), ready), format!("{whose}: {setting}: {} ready", format::quantity(ready)))
    };
    Line {
        color,
        marker,
        dash,
        note: String::new(),
        whiskers: Vec::new(),
        hollow: Vec::new(),
        hints: counts.iter().map(hint).collect(),
        band: Vec::new(),
        links: Vec::new(),
        marks: points.clone(),
        points,
        name,
    }
}
