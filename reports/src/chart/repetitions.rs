use crate::record::{Estimate, RepetitionKind, Time};

use super::Chart;
use super::axis::{Axis, Scale, linear_range, linear_ticks_between};
use super::canvas::Error;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::palette::Ink;
use crate::format;

/// The most labels on the vertical axis.
const TICKS: usize = 7;
/// The most labels on the horizontal axis.
const ROUNDS: usize = 9;

/// Every repetition of a cell as a dot over the round it was in, before pollbench's own time
/// is taken off; those that were observed are told apart.
///
/// `None` without a repetition that had an event.
pub fn repetitions(time: &Time) -> Result<Option<Chart>, Error> {
    let kinds = [("plain", RepetitionKind::Plain), ("observed", RepetitionKind::Profiled)];
    let lines = kinds.iter().enumerate().map(|(index, (name, kind))| {
        let of_kind = time.repetitions.iter().filter(|it| it.kind == *kind && it.events > 0);
        let dots =
            of_kind.map(|it| (f64::from(it.round), it.nanoseconds as f64 / it.events as f64));
        dots_of(index, name, dots.collect())
    });
    let lines: Vec<Line> = lines.filter(|line| !line.marks.is_empty()).collect();
    let marks = || lines.iter().flat_map(|line| &line.marks);
    if marks().next().is_none() {
        return Ok(None);
    }
    let last = marks().map(|it| it.0).fold(0.0, f64::max);
    let Estimate { median, low, high, .. } = time.ns_per_event;
    let range = linear_range(marks().map(|it| it.1).chain([low, high]));
    let duration = |tick: f64| (tick, format::duration(tick));
    let rounds = linear_ticks_between((0.0, last.max(1.0)), ROUNDS);
    let rounds = rounds.into_iter().filter(|it| it.fract() == 0.0);
    let chart = LineChart {
        x: Axis {
            title: "round".into(),
            scale: Scale::Linear,
            range: (-0.5, last + 0.5),
            ticks: rounds.map(|it| (it, format::count(it as u64))).collect(),
        },
        y: Axis {
            title: "time per event, all in".into(),
            scale: Scale::Linear,
            range,
            ticks: linear_ticks_between(range, TICKS).into_iter().map(duration).collect(),
        },
        lines,
        marks: Marks {
            level: Some((median, "median of the plain ones".into())),
            is_low: true,
            is_legend_below: true,
            ..Marks::default()
        },
    };
    Chart::draw("Every repetition over its round".into(), |frame| chart.draw(frame)).map(Some)
}

fn dots_of(index: usize, name: &str, dots: Vec<(f64, f64)>) -> Line {
    let words = |&(round, time): &(f64, f64)| {
        ((round, time), format!("round {round}: {}", format::duration(time)))
    };
    Line {
        color: Ink::numbered(index).color(),
        marker: Marker::numbered(index),
        dash: Dash::Absent,
        name: name.into(),
        note: String::new(),
        points: Vec::new(),
        hints: dots.iter().map(words).collect(),
        marks: dots,
        hollow: Vec::new(),
        whiskers: Vec::new(),
        band: Vec::new(),
        links: Vec::new(),
    }
}
