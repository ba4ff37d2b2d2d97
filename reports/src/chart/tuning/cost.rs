use crate::format;
use crate::tuning::{Objective, Tried, Tuned, Tuning, words};

use super::super::canvas::Error;
use super::super::lane::Lane;
use super::super::lines::{Line, LineChart};
use super::super::marks::Marks;
use super::super::{Chart, axis::Scale};
use super::curve::{Curve, axis_name, curves};
use super::prediction;
use super::{
    is_drawable, knob_axis, knob_value, look, place, round_quantity, round_ratio, vertical,
};

/// What each value of a knob costs, a curve for each load, with the values to use and those
/// that are as good below it. All of the loads are mixes, or none. Of a grid, which is one
/// load, it has a curve for each value of the second knob.
///
/// `None` if nothing was judged.
pub fn cost(tuning: &Tuning, loads: &[&Tuned]) -> Result<Option<Chart>, Error> {
    let curves = curves(loads);
    let Some(first) = curves.first().map(|it| it.tuned) else { return Ok(None) };
    let mut lines: Vec<Line> = curves.iter().map(|it| line(tuning, it)).collect();
    if !first.is_mix() {
        lines.extend(prediction::lines(tuning, first));
    }
    let values = curves.iter().flat_map(|it| &it.tried).map(|it| it.0);
    let heights = lines.iter().flat_map(|line| {
        let whiskers = line.whiskers.iter().flat_map(|it| [it.1, it.2]);
        whiskers.chain(line.marks.iter().map(|it| it.1))
    });
    let (title, show) = vertical_words(tuning.objective, first.is_mix());
    let (Some(x), Some(y)) = (knob_axis(axis_name(first), values), vertical(title, heights, show))
    else {
        return Ok(None);
    };
    if y.scale == Scale::Log {
        lines.iter_mut().for_each(|it| it.retain(|point| point.1 > 0.0));
    }
    // Beyond the values that were judged, nothing is predicted.
    lines.iter_mut().for_each(|it| it.retain(|point| (0.0..=1.0).contains(&x.part(point.0))));
    let label = format!("Cost against the value of {}", axis_name(first));
    let marks = if first.grid.is_some() { marks_of_grid(first) } else { marks(first, &curves) };
    let chart = LineChart { x, y, lines, marks: Marks { is_legend_below: true, ..marks } };
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

/// What is drawn beside the curves of one knob: the default, and what is as good as the value
/// to use, in lanes; for a single load it is also shaded.
fn marks(first: &Tuned, curves: &[Curve]) -> Marks {
    let shaded = match curves {
        [it] if it.tuned.compromise.is_none() => {
            it.tuned.plateau().map(|(low, high)| ((place(low), place(high)), look(it.index).0))
        }
        _ => None,
    };
    let is_default = |it: &(u64, Tried)| it.0 == first.default;
    let is_tried = curves.iter().flat_map(|it| &it.tried).any(is_default);
    let default = (place(first.default), format!("default {}", knob_value(first.default)));
    Marks {
        shaded,
        uprights: is_tried.then_some(default).into_iter().collect(),
        lanes: curves.iter().filter_map(lane).collect(),
        ..Marks::default()
    }
}

/// The names of the point to use and of the defaults, beside the curves of a grid.
fn marks_of_grid(tuned: &Tuned) -> Marks {
    let (used, tried) = (tuned.to_use(), tuned.tried());
    let roles = match used {
        Some(used) if used == tuned.default => vec![(used, "use, default")],
        used => {
            used.map(|it| (it, "use")).into_iter().chain([(tuned.default, "default")]).collect()
        }
    };
    let label = |(value, role): (u64, &str)| {
        let tried = tried.iter().find(|it| it.value == value)?;
        let cost = tried.judged.cost.filter(|&it| it > 0.0 && is_drawable(it))?;
        let words = format!("{role}: {}", words::short(tuned, value, knob_value));
        Some(((place(tuned.along(value)), cost), words))
    };
    Marks { labels: roles.into_iter().filter_map(label).collect(), ..Marks::default() }
}

/// The title of the vertical axis, and how its numbers are written.
fn vertical_words(objective: Objective, is_mix: bool) -> (&'static str, fn(f64) -> String) {
    match objective {
        _ if is_mix => ("cost (default = 1)", round_ratio),
        Objective::NsPerEvent => ("CPU time per event", format::round_duration),
        Objective::P99 => ("p99 wake-up latency", format::round_duration),
        Objective::GuestFuel => ("guest fuel per event", round_quantity),
        Objective::HandlesPerEvent => ("handles per event", round_quantity),
    }
}

fn line(tuning: &Tuning, curve: &Curve) -> Line {
    let (tuned, (color, marker, dash)) = (curve.tuned, look(curve.index));
    let known: Vec<(f64, Tried, f64)> = curve
        .tried
        .iter()
        .filter_map(|(along, it)| {
            Some((place(*along), *it, it.judged.cost.filter(|&it| is_drawable(it))?))
        })
        .collect();
    let (measured, same): (Vec<_>, Vec<_>) = known.iter().partition(|it| it.1.is_measured());
    let point = |(x, _, cost): &(f64, Tried, f64)| (*x, *cost);
    // The interval is one of the ratio, drawn around the cost itself.
    let whisker = |(x, tried, cost): &(f64, Tried, f64)| {
        let ratio = tried.judged.ratio.filter(|it| it.low < it.high && it.estimate > 0.0)?;
        let [low, high] = [ratio.low, ratio.high].map(|it| cost * it / ratio.estimate);
        (low > 0.0 && is_drawable(low) && is_drawable(high)).then_some((*x, low, high))
    };
    Line {
        color,
        marker,
        dash,
        name: curve.name.clone(),
        note: String::new(),
        whiskers: measured.iter().filter_map(whisker).collect(),
        hints: known.iter().map(|it| (point(it), hint(tuning, tuned, it.1, it.2))).collect(),
        band: Vec::new(),
        links: Vec::new(),
        marks: measured.iter().map(point).collect(),
        hollow: same.iter().map(point).collect(),
        points: known.iter().map(point).collect(),
    }
}

/// What is said of a point to whoever points there.
fn hint(tuning: &Tuning, tuned: &Tuned, tried: Tried, cost: f64) -> String {
    let (load, setting) = (words::load(tuned), words::setting(tuned, tried.value));
    let judged = tried.judged;
    if !tried.is_measured() {
        let other = words::value(tuned, judged.value);
        return format!("{load}: {setting} does the same as {other}, not measured");
    }
    let cost = words::cost(tuning.objective, tuned.is_mix(), cost);
    let ratio = judged.ratio.map_or_else(String::new, |it| format!(", {}", words::times(it)));
    format!("{load}: {setting}: {cost}{ratio}, {}", words::standing(judged))
}

/// The value to use, and those that are as good.
fn lane(curve: &Curve) -> Option<Lane> {
    let (tuned, (color, marker, _)) = (curve.tuned, look(curve.index));
    let (low, high) = tuned.plateau()?;
    let range = match low == high {
        true => knob_value(low),
        false => format!("{} to {}", knob_value(low), knob_value(high)),
    };
    let used = tuned.to_use().map(knob_value);
    let words = match (&tuned.compromise, used) {
        (Some(_), Some(used)) => format!("use {used} for cost and latency; least cost: {range}"),
        (Some(_), None) => format!("nothing meets the bound; least cost: {range}"),
        (None, _) if tuned.makes_no_difference() => "makes no difference".into(),
        (None, Some(used)) if low == high => format!("use {used}"),
        (None, Some(used)) => format!("use {used}; not shown to be worse: {range}"),
        (None, None) => String::new(),
    };
    let end = |it: Option<&(u64, Tried)>| place(it.map_or(low, |it| it.0));
    Some(Lane {
        color,
        marker,
        words,
        whole: (end(curve.tried.first()), end(curve.tried.last())),
        range: Some((place(low), place(high))),
        value: tuned.to_use().map(place),
    })
}
