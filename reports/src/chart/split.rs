use plotters::chart::ChartBuilder;
use plotters::element::Rectangle;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, TRANSPARENT};

use crate::format;
use crate::matrix::{Configuration, Entry};
use crate::record::{Split, Time};

use super::Chart;
use super::canvas::{Canvas, Drawing, Error};
use super::frame::Frame;
use super::legend::{Item, Legend};
use super::palette::{AXIS, GRID, PARTS};
use super::text;

/// The names of [`PARTS`], in the order of a call from the inside out.
const NAMES: [&str; 5] = ["guest", "boundary", "host: poll", "host: other", "driver (pollbench)"];

/// The height of a bar, in pixels.
const BAR: i32 = 18;
/// The space between a bar and what is above it, in pixels.
const GAP: i32 = 10;
/// The width of the column of names beside the bars, in pixels.
const NAME_COLUMN: i32 = 200;
/// The width of the column of the legend beside the bars, in pixels.
const LEGEND_COLUMN: i32 = 190;
/// The room for the total after the longest bar, in pixels.
const TOTAL: i32 = 76;
/// The room for the axis's labels, and the same again for its title, in pixels.
const AXIS_HEIGHT: i32 = 28;
/// Labels on the axis.
const TICKS: usize = 4;
/// The margin on the left, into which the first label of the axis reaches.
const LEFT: i32 = 18;

/// Where an event's time goes at the largest size, one bar for each guest.
///
/// `None` where no guest was timed there.
pub fn split(configuration: &Configuration) -> Result<Option<Chart>, Error> {
    let Some(size) = configuration.largest() else { return Ok(None) };
    let bars: Vec<Bar> = size.entries.iter().filter_map(Bar::new).collect();
    if bars.is_empty() {
        return Ok(None);
    }
    let pollables = format::count(size.pollables.into());
    let label =
        format!("Where an event's time goes, {}, {pollables} pollables", configuration.label);
    Chart::draw(label, |frame| draw(&bars, frame)).map(Some)
}

/// One guest's costs.
struct Bar {
    name: String,
    /// Nanoseconds per event of each of [`PARTS`].
    parts: [f64; 5],
}

impl Bar {
    fn new(entry: &Entry) -> Option<Self> {
        entry.time()?;
        let parts = parts_per_event(entry.cell.time.as_ref()?)?;
        Some(Self { name: entry.variant.label.clone(), parts })
    }

    fn total(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// The parts of an event's time in nanoseconds, pooled over the profiled repetitions.
fn parts_per_event(time: &Time) -> Option<[f64; 5]> {
    let observed = time.repetitions.iter().filter_map(|it| Some((it.split?, it.events)));
    let events: u64 = observed.clone().map(|(_, events)| events).sum();
    let sum = |part: fn(&Split) -> f64| observed.clone().map(|(it, _)| part(&it)).sum::<f64>();
    let sums = [
        sum(|it| it.guest),
        sum(|it| it.poll_boundary + it.other_boundary),
        sum(|it| it.poll),
        sum(|it| it.other_host),
        sum(|it| it.driver),
    ];
    // A very small part may be negative after the cost of observing was subtracted.
    (events > 0).then(|| sums.map(|sum| (sum / events as f64).max(0.0)))
}

/// The width of the legend's column, narrower than one for the names of guests.
fn legend_column(frame: Frame) -> Option<i32> {
    frame.legend_column().map(|_| LEGEND_COLUMN)
}

/// Where things are, which depends on whether names fit beside the bars.
struct Layout {
    frame: Frame,
    /// The left end of the bars.
    left: i32,
    /// The distance from the top of one bar to the next, in pixels.
    pitch: i32,
    /// The width and height of bars and axis together.
    plot: (i32, i32),
}

impl Layout {
    fn new(frame: Frame, bars: usize) -> Self {
        let beside = frame.legend_column().is_some();
        let pitch = BAR + GAP + if beside { 0 } else { BAR };
        let height = pitch * bars as i32 + GAP + 2 * AXIS_HEIGHT;
        let left = if beside { NAME_COLUMN } else { LEFT };
        let width = frame.width() - legend_column(frame).unwrap_or(0);
        Self { frame, left, pitch, plot: (width, height) }
    }

    fn names_are_beside(&self) -> bool {
        self.left == NAME_COLUMN
    }

    /// The top of a bar.
    fn top(&self, index: usize) -> i32 {
        self.pitch * (index as i32 + 1) - BAR
    }
}

fn draw(bars: &[Bar], frame: Frame) -> Result<Drawing, Error> {
    let items: Vec<Item> = PARTS
        .iter()
        .zip(NAMES)
        .map(|(ink, name)| Item {
            color: ink.color(),
            marker: None,
            name: name.into(),
            note: String::new(),
        })
        .collect();
    let legend = Legend::new(&items, frame, legend_column(frame));
    let layout = Layout::new(frame, bars.len());
    let (width, height) = layout.plot;
    let (corner, total_height) = match legend_column(frame) {
        Some(_) => ((width, 0), height.max(legend.height())),
        None => ((0, height), height + legend.height()),
    };
    Drawing::new((frame.width(), total_height), |canvas| {
        draw_bars(&canvas.clone().shrink((0, 0), (width, height)), bars, &layout)?;
        legend.draw(&canvas.clone().shrink(corner, (frame.width() - corner.0, legend.height())))
    })
}

fn draw_bars(canvas: &Canvas, bars: &[Bar], layout: &Layout) -> Result<(), Error> {
    let longest = bars.iter().map(Bar::total).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut chart = ChartBuilder::on(canvas)
        .margin_left(layout.left)
        .margin_right(TOTAL)
        .margin_bottom(AXIS_HEIGHT)
        .x_label_area_size(AXIS_HEIGHT)
        .build_cartesian_2d(0.0..longest, 0.0..1.0)?;
    chart
        .configure_mesh()
        .disable_y_axis()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.color())
        .axis_style(AXIS.color())
        .x_labels(TICKS)
        .label_style(text::style(layout.frame, HPos::Left))
        .x_label_formatter(&|nanoseconds| format::round_duration(*nanoseconds))
        .draw()?;
    let x = |nanoseconds: f64| chart.backend_coord(&(nanoseconds, 0.0)).0;
    let middle = x(longest / 2.0);
    let title_at = (middle, layout.plot.1 - AXIS_HEIGHT / 2);
    canvas.draw_text("time per event", &text::style(layout.frame, HPos::Center), title_at)?;
    bars.iter().enumerate().try_for_each(|(index, bar)| bar.draw(canvas, layout, index, &x))
}

impl Bar {
    fn draw(
        &self,
        canvas: &Canvas,
        layout: &Layout,
        index: usize,
        x: &dyn Fn(f64) -> i32,
    ) -> Result<(), Error> {
        let top = layout.top(index);
        let left = text::style(layout.frame, HPos::Left);
        let mut from = 0.0;
        for (part, ink) in self.parts.iter().zip(PARTS) {
            let corners = [(x(from), top), (x(from + part), top + BAR)];
            canvas.draw(&Rectangle::new(corners, ink.color().filled()))?;
            from += part;
        }
        let end = (x(from) + 6, top + BAR / 2);
        canvas.draw_text(&format::duration(self.total()), &left, end)?;
        if layout.names_are_beside() {
            let right = text::style(layout.frame, HPos::Right);
            let name = text::fit(&self.name, layout.frame, NAME_COLUMN - 16);
            canvas.draw_text(&name, &right, (NAME_COLUMN - 10, top + BAR / 2))
        } else {
            let name = text::fit(&self.name, layout.frame, layout.plot.0 - LEFT);
            canvas.draw_text(&name, &left, (LEFT, top - BAR / 2))
        }
    }
}
