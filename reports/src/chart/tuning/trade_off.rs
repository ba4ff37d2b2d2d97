use crate::format;
use crate::tuning::{Bound, Compromise, Point, Tuned, Tuning, words};

use super::super::Chart;
use super::super::axis::log_range;
use super::super::canvas::Error;
use super::super::dash::Dash;
use super::super::lines::{Line, LineChart};
use super::super::marker::Marker;
use super::super::marks::Marks;
use super::super::palette::{FLOOR, Ink};
use super::super::scaling::time_axis;
use super::{ROOM, TICKS, is_drawable, knob_value};

/// The most labels on the horizontal axis.
const X_TICKS: usize = 6;

/// Cost against latency, a point for each value, and the front of those that nothing
/// surpasses in both.
///
/// `None` if the knob is no compromise.
pub fn trade_off(tuning: &Tuning, tuned: &Tuned) -> Result<Option<Chart>, Error> {
    let Some(compromise) = &tuned.compromise else { return Ok(None) };
    let points = shown(&compromise.trade_off.points);
    let (most_p99, most_cost) = match tuning.bound {
        Some(Bound::P99AtMost(most)) if is_drawable(most) => (Some(most), None),
        Some(Bound::CostAtMost(most)) if is_drawable(most) => (None, Some(most)),
        _ => (None, None),
    };
    let across = log_range(points.iter().map(|it| it.p99).chain(most_p99), ROOM);
    let up = log_range(points.iter().map(|it| it.cost).chain(most_cost), ROOM);
    let (Some(across), Some(up)) = (across, up) else { return Ok(None) };
    let bound = |most: f64| (most, format!("bound: {} at most", format::duration(most)));
    // The value to use and the default get the best places, and then those at the right edge,
    // which have the least room.
    let mut labelled = points.clone();
    labelled.sort_by(|a, b| {
        let others = |it: &Point| (Some(it.value) != compromise.chosen, it.value != tuned.default);
        others(a).cmp(&others(b)).then(b.p99.total_cmp(&a.p99))
    });
    let labels = labelled.iter().map(|it| ((it.p99, it.cost), name(it.value, tuned, compromise)));
    let marks = Marks {
        uprights: most_p99.map(bound).into_iter().collect(),
        level: most_cost.map(bound),
        labels: labels.collect(),
        is_legend_below: true,
        ..Marks::default()
    };
    let chart = LineChart {
        x: time_axis("p99 wake-up latency, log scale", across, X_TICKS),
        y: time_axis("CPU time per event, log scale", up, TICKS),
        lines: lines(tuned, compromise, &points),
        marks,
    };
    let (knobs, load) = (words::knobs(tuned), words::load(tuned));
    let label = format!("Cost against latency by the value of {knobs}, {load}");
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

fn shown(points: &[Point]) -> Vec<Point> {
    let is_shown =
        |it: &&Point| [it.cost, it.p99].into_iter().all(|it| it > 0.0 && is_drawable(it));
    points.iter().filter(is_shown).copied().collect()
}

/// The value, and what it is.
fn name(value: u64, tuned: &Tuned, compromise: &Compromise) -> String {
    let mut name = words::short(tuned, value, knob_value);
    let is_knee = compromise.trade_off.knee == Some(value);
    for (applies, word) in [
        (compromise.chosen == Some(value), "use"),
        (is_knee, "knee"),
        (value == tuned.default, "default"),
    ] {
        if applies {
            name += &format!(", {word}");
        }
    }
    name
}

fn lines(tuned: &Tuned, compromise: &Compromise, points: &[Point]) -> Vec<Line> {
    let front = shown(&compromise.trade_off.front);
    let is_ahead = |it: &&Point| front.iter().any(|front| front.value == it.value);
    let surpassed: Vec<Point> = points.iter().filter(|it| !is_ahead(it)).copied().collect();
    let place = |it: &Point| (it.p99, it.cost);
    let hint = |it: &Point| {
        let words = format!(
            "{}: {} an event, 99 % noticed within {}",
            words::setting(tuned, it.value),
            format::duration(it.cost),
            format::duration(it.p99)
        );
        (place(it), words)
    };
    let line = |name: &str, points: &[Point], (color, marker)| Line {
        color,
        marker,
        dash: Dash::Absent,
        name: name.into(),
        note: String::new(),
        points: Vec::new(),
        marks: points.iter().map(place).collect(),
        hollow: Vec::new(),
        whiskers: Vec::new(),
        hints: points.iter().map(hint).collect(),
        band: Vec::new(),
        links: Vec::new(),
    };
    let mut lines = Vec::new();
    if !surpassed.is_empty() {
        lines.push(line("surpassed by another", &surpassed, (FLOOR.color(), Marker::Ring)));
    }
    let color = Ink::numbered(0).color();
    let of_front = line("the front", &front, (color, Marker::Circle));
    lines.push(Line { points: of_front.marks.clone(), dash: Dash::Solid, ..of_front });
    let chosen: Vec<Point> =
        front.iter().filter(|it| Some(it.value) == compromise.chosen).copied().collect();
    if !chosen.is_empty() {
        lines.push(line("the value to use", &chosen, (Ink::numbered(1).color(), Marker::Diamond)));
    }
    lines
}
