use crate::format;
use crate::tuning::{Judged, Judgement, Objective, Tuned, Tuning, words};

use super::super::canvas::Error;
use super::super::lane::Lane;
use super::super::lines::{Line, LineChart};
use super::super::marks::Marks;
use super::super::{Chart, axis::Scale};
use super::prediction;
use super::{
    is_drawable, knob_axis, knob_value, look, place, round_quantity, round_ratio, vertical,
};

/// What each value of a knob costs, a curve for each load, with the values to use and those
/// that are as good below it. All of the loads are mixes, or none.
///
/// `None` if nothing was judged.
pub fn cost(tuning: &Tuning, loads: &[&Tuned]) -> Result<Option<Chart>, Error> {
    let is_mix = loads.iter().any(|it| it.is_mix());
    let judged: Vec<(usize, &Tuned, &Judgement)> = loads
        .iter()
        .enumerate()
        .filter_map(|(index, it)| Some((index, *it, it.judgement.as_ref()?)))
        .collect();
    let Some((_, first, _)) = judged.first() else { return Ok(None) };
    let mut lines: Vec<Line> =
        judged.iter().map(|(index, it, judgement)| line(tuning, it, judgement, *index)).collect();
    if !is_mix {
        lines.extend(prediction::lines(tuning, &first.knob));
    }
    let values = judged.iter().flat_map(|(_, _, it)| &it.values).map(|it| it.value);
    let heights = lines.iter().flat_map(|line| {
        let whiskers = line.whiskers.iter().flat_map(|it| [it.1, it.2]);
        whiskers.chain(line.marks.iter().map(|it| it.1))
    });
    let (title, show) = vertical_words(tuning.objective, is_mix);
    let (Some(x), Some(y)) = (knob_axis(&first.knob, values), vertical(title, heights, show))
    else {
        return Ok(None);
    };
    if y.scale == Scale::Log {
        lines.iter_mut().for_each(|it| it.retain(|point| point.1 > 0.0));
    }
    // Beyond the values that were judged, nothing is predicted.
    lines.iter_mut().for_each(|it| it.retain(|point| (0.0..=1.0).contains(&x.part(point.0))));
    let shaded = match judged.as_slice() {
        [(index, tuned, it)] if tuned.compromise.is_none() => {
            Some(((place(it.plateau.low), place(it.plateau.high)), look(*index).0))
        }
        _ => None,
    };
    let is_tried = judged.iter().any(|(_, it, judgement)| judgement.of(it.default).is_some());
    let marks = Marks {
        shaded,
        upright: is_tried
            .then(|| (place(first.default), format!("default {}", knob_value(first.default)))),
        lanes: judged.iter().map(|(index, it, judgement)| lane(it, judgement, *index)).collect(),
        is_legend_below: true,
        ..Marks::default()
    };
    let label = format!("Cost against the value of {}", first.knob);
    let chart = LineChart { x, y, lines, marks };
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
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

fn line(tuning: &Tuning, tuned: &Tuned, judgement: &Judgement, index: usize) -> Line {
    let (color, marker, dash) = look(index);
    let known: Vec<(&Judged, f64)> = judgement
        .values
        .iter()
        .filter_map(|it| Some((it, it.cost.filter(|&it| is_drawable(it))?)))
        .collect();
    let points: Vec<(f64, f64)> = known.iter().map(|(it, cost)| (place(it.value), *cost)).collect();
    // The interval is one of the ratio, drawn around the cost itself.
    let whisker = |(judged, cost): &(&Judged, f64)| {
        let ratio = judged.ratio.filter(|it| it.low < it.high && it.estimate > 0.0)?;
        let [low, high] = [ratio.low, ratio.high].map(|it| cost * it / ratio.estimate);
        (low > 0.0 && is_drawable(low) && is_drawable(high))
            .then(|| (place(judged.value), low, high))
    };
    let hint = |(judged, cost): &(&Judged, f64)| {
        let cost_in_words = words::cost(tuning.objective, tuned.is_mix(), *cost);
        let ratio = judged.ratio.map_or_else(String::new, |it| format!(", {}", words::times(it)));
        let (knob, value) = (&tuned.knob, judged.value);
        let words = format!(
            "{}: {knob} = {value}: {cost_in_words}{ratio}, {}",
            words::load(tuned),
            words::standing(judged)
        );
        ((place(value), *cost), words)
    };
    Line {
        color,
        marker,
        dash,
        name: words::load(tuned),
        note: String::new(),
        whiskers: known.iter().filter_map(whisker).collect(),
        hints: known.iter().map(hint).collect(),
        marks: points.clone(),
        points,
    }
}

/// The value to use, and those that are as good.
fn lane(tuned: &Tuned, judgement: &Judgement, index: usize) -> Lane {
    let (color, marker, _) = look(index);
    let plateau = &judgement.plateau;
    let (low, high) = (plateau.low, plateau.high);
    let range = match low == high {
        true => knob_value(low),
        false => format!("{} to {}", knob_value(low), knob_value(high)),
    };
    let used = tuned.to_use().map(knob_value);
    let words = match (&tuned.compromise, used) {
        (Some(_), Some(used)) => format!("use {used} for cost and latency; least cost: {range}"),
        (Some(_), None) => format!("nothing meets the bound; least cost: {range}"),
        (None, _) if judgement.makes_no_difference => "makes no difference".into(),
        (None, Some(used)) if low == high => format!("use {used}"),
        (None, Some(used)) => format!("use {used}; not shown to be worse: {range}"),
        (None, None) => String::new(),
    };
    let values = &judgement.values;
    let end = |it: Option<&Judged>| place(it.map_or(low, |it| it.value));
    Lane {
        color,
        marker,
        words,
        whole: (end(values.first()), end(values.last())),
        range: Some((place(low), place(high))),
        value: tuned.to_use().map(place),
    }
}
