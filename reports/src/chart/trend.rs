use plotters::element::{Circle, PathElement};
use plotters::style::Color as _;

use crate::format;

use super::Chart;
use super::axis::{Axis, Scale, linear_range, linear_ticks_between, log_range, log_ticks};
use super::canvas::{Drawing, Error};
use super::curve::simplified;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::palette::Ink;

/// Room at the ends of the vertical axis, as a part of its length.
const ROOM: f64 = 0.08;
/// The most labels on the vertical axis.
const TICKS: usize = 7;
/// With more points than this, their markers would be most of the line.
const MOST_MARKERS: usize = 120;

/// A metric of a cell over runs, which is drawn by [`trend`].
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// What the vertical axis measures.
    pub title: String,
    /// How its values are written.
    pub quantity: Quantity,
    /// Whether equal ratios are equally long. It is left at that only where all values are
    /// above zero.
    pub is_log: bool,
    /// A line for each branch.
    pub lines: Vec<TrendLine>,
    /// The places of runs, from 0 on, that have a label on the horizontal axis.
    pub labels: Vec<(usize, String)>,
    /// The places of the first runs after a change, in ascending order, each with the word
    /// above its line.
    pub changes: Vec<(usize, String)>,
}

/// What is measured, and so how a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Nanoseconds.
    Duration,
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
}

impl Quantity {
    /// A value with its unit.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Duration => format::duration(value),
            Self::Bytes => format::bytes(value.max(0.0) as u64),
            // A whole number has all its digits, and so has what is large enough for three.
            Self::Count
                if (0.0..1e7).contains(&value) && (value.fract() == 0.0 || value >= 1e3) =>
            {
                format::count(value.round() as u64)
            }
            Self::Count => format::quantity(value),
        }
    }
}

/// The runs of a branch.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendLine {
    /// The branch.
    pub name: String,
    /// The runs that have a value.
    pub points: Vec<TrendPoint>,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// Its place among all runs.
    pub place: usize,
    /// What it measured.
    pub value: f64,
    /// The interval of the value, where it has one.
    pub interval: Option<(f64, f64)>,
    /// What is said of it to whoever points there.
    pub words: String,
    /// The page of the run.
    pub link: String,
}

/// Values over runs, in the order of runs, so that each has as much room as the next.
///
/// `None` where there are fewer than two runs.
pub fn trend(of: &Trend) -> Result<Option<Chart>, Error> {
    let points = || of.lines.iter().flat_map(|line| &line.points);
    let last = points().map(|it| it.place).max().unwrap_or(0);
    if last == 0 {
        return Ok(None);
    }
    let ends = || {
        points().flat_map(|it| {
            [
                it.interval.map_or(it.value, |ends| ends.0),
                it.value,
                it.interval.map_or(it.value, |ends| ends.1),
            ]
        })
    };
    let is_log = of.is_log && ends().all(|it| it > 0.0);
    let number = |it: usize| it as f64;
    let chart = LineChart {
        x: Axis {
            title: "runs, the earliest first".into(),
            scale: Scale::Linear,
            range: (-0.5, number(last) + 0.5),
            ticks: of.labels.iter().map(|(place, label)| (number(*place), label.clone())).collect(),
        },
        y: vertical(of, is_log, ends()),
        lines: of.lines.iter().enumerate().map(|(index, it)| line(index, it)).collect(),
        marks: Marks {
            uprights: of
                .changes
                .iter()
                .map(|(place, word)| (number(*place) - 0.5, word.clone()))
                .collect(),
            is_legend_below: true,
            ..Marks::default()
        },
    };
    let label = format!("{} over {} runs", of.title, points().count());
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

fn vertical(of: &Trend, is_log: bool, ends: impl Iterator<Item = f64> + Clone) -> Axis {
    let logarithmic = log_range(ends.clone(), ROOM).filter(|_| is_log);
    let (scale, range, ticks) = match logarithmic {
        Some(range) => (Scale::Log, range, log_ticks(range, TICKS)),
        None => {
            let range = linear_range(ends);
            (Scale::Linear, range, linear_ticks_between(range, TICKS))
        }
    };
    let name = if is_log { ", log scale" } else { "" };
    let text = |value: f64| match of.quantity {
        Quantity::Duration if is_log => format::round_duration(value),
        it => it.text(value),
    };
    Axis {
        title: format!("{}{name}", of.title),
        scale,
        range,
        ticks: ticks.into_iter().map(|tick| (tick, text(tick))).collect(),
    }
}

fn line(index: usize, of: &TrendLine) -> Line {
    let place = |it: &TrendPoint| (it.place as f64, it.value);
    let points: Vec<(f64, f64)> = of.points.iter().map(place).collect();
    let band = |it: &TrendPoint| it.interval.map(|(low, high)| (it.place as f64, low, high));
    let has_markers = points.len() <= MOST_MARKERS;
    Line {
        color: Ink::numbered(index).color(),
        marker: Marker::numbered(index),
        dash: Dash::numbered(index),
        name: of.name.clone(),
        note: String::new(),
        marks: if has_markers { points.clone() } else { Vec::new() },
        points,
        hollow: Vec::new(),
        whiskers: Vec::new(),
        band: of.points.iter().filter_map(band).collect(),
        hints: of.points.iter().map(|it| (place(it), it.words.clone())).collect(),
        links: of.points.iter().map(|it| it.link.clone()).collect(),
    }
}

/// The size of a sparkline, in pixels.
const SPARK: (i32, i32) = (132, 30);
/// The room around it, so that a mark at its end is whole, in pixels.
const MARGIN: i32 = 4;

/// The shape of a series in the space of a word, with a dot on the first run after each
/// change. It has no axes and no label: words beside it say what it shows.
///
/// Values that are not finite stand for runs without a value.
pub fn sparkline(values: &[f64], changes: &[usize]) -> Result<String, Error> {
    let known = values.iter().copied().filter(|it| it.is_finite());
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = known.fold(ends, |(low, high), it| (low.min(it), high.max(it)));
    let (width, height) = (SPARK.0 - 2 * MARGIN, SPARK.1 - 2 * MARGIN);
    let along = (values.len().max(2) - 1) as f64;
    let place = |index: usize| {
        let part = if high > low { (values[index] - low) / (high - low) } else { 0.5 };
        let x = index as f64 / along * f64::from(width);
        (MARGIN + x.round() as i32, MARGIN + ((1.0 - part) * f64::from(height)).round() as i32)
    };
    let drawing = Drawing::new(SPARK, |canvas| {
        let known = (0..values.len()).filter(|&it| values[it].is_finite());
        let path: Vec<_> = known.map(place).collect();
        let line = Ink::numbered(0).color();
        if path.len() > 1 {
            canvas.draw(&PathElement::new(simplified(&path), line.stroke_width(1)))?;
        }
        let dots = changes.iter().filter(|&&it| values.get(it).is_some_and(|it| it.is_finite()));
        let dot = Ink::numbered(1).color();
        dots.into_iter().try_for_each(|&it| canvas.draw(&Circle::new(place(it), 3, dot.filled())))
    })?;
    Ok(drawing.into_small("chart spark"))
}
