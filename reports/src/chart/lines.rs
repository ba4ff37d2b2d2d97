use plotters::chart::ChartBuilder;
use plotters::coord::combinators::{BindKeyPoints as _, IntoLogRange as _};
use plotters::element::PathElement;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, RGBColor, TRANSPARENT};

use super::axis::{LogAxis, thin};
use super::canvas::{Canvas, Drawing, Error};
use super::curve::simplified;
use super::frame::Frame;
use super::legend::{Item, Legend};
use super::marker::Marker;
use super::palette::{AXIS, GRID};
use super::text;

/// The room above the plot for the title of the vertical axis, in pixels.
const TOP: i32 = 30;
/// The room for the labels of the vertical axis, in pixels.
const LEFT: i32 = 68;
/// The room for the labels of the horizontal axis, in pixels.
const BOTTOM: i32 = 28;
/// The room for the title of the horizontal axis, and above a legend below it, in pixels.
const TITLE: i32 = 28;
/// The room to the right of the plot, into which the last label may reach, in pixels.
const RIGHT: i32 = 24;
/// Half of the width of a whisker's ends, in pixels.
const WHISKER: i32 = 4;

/// Lines over two logarithmic axes.
pub(super) struct LineChart {
    pub x: LogAxis,
    pub y: LogAxis,
    pub lines: Vec<Line>,
}

/// A line of a line chart.
pub(super) struct Line {
    pub color: RGBColor,
    pub marker: Marker,
    /// Its name in the legend.
    pub name: String,
    /// What follows the name.
    pub note: String,
    /// The points that the line connects.
    pub points: Vec<(f64, f64)>,
    /// The points that have a marker.
    pub marks: Vec<(f64, f64)>,
    /// Intervals around some of the points: x, low and high.
    pub whiskers: Vec<(f64, f64, f64)>,
}

impl LineChart {
    /// The length of the horizontal axis, in pixels.
    pub fn x_pixels(frame: Frame) -> i32 {
        frame.width() - frame.legend_column().unwrap_or(0) - LEFT - RIGHT
    }

    /// Draws it with the legend beside or below the plot.
    pub fn draw(&self, frame: Frame) -> Result<Drawing, Error> {
        let items: Vec<Item> = self.lines.iter().map(Line::item).collect();
        let legend = Legend::new(&items, frame, frame.legend_column());
        let plot = (frame.width() - frame.legend_column().unwrap_or(0), frame.plot_height());
        let height = match frame.legend_column() {
            Some(_) => plot.1.max(TOP + legend.height()),
            None => plot.1 + legend.height(),
        };
        Drawing::new((frame.width(), height), |canvas| {
            self.draw_plot(&canvas.clone().shrink((0, 0), plot), frame)?;
            let corner = if frame.legend_column().is_some() { (plot.0, TOP) } else { (0, plot.1) };
            legend.draw(&canvas.clone().shrink(corner, (frame.width() - corner.0, legend.height())))
        })
    }

    fn draw_plot(&self, canvas: &Canvas, frame: Frame) -> Result<(), Error> {
        let (width, height) = canvas.dim_in_pixel();
        let left = text::style(frame, HPos::Left);
        canvas.draw_text(&self.y.title, &left, (4, TOP / 2))?;
        let x_title = (LEFT + (width as i32 - LEFT - RIGHT) / 2, height as i32 - TITLE / 2 - 4);
        canvas.draw_text(&self.x.title, &text::style(frame, HPos::Center), x_title)?;

        let x_ticks = thin(self.x.ticks.clone(), self.x.range, Self::x_pixels(frame), frame);
        let mut chart = ChartBuilder::on(canvas)
            .margin_top(TOP)
            .margin_right(RIGHT)
            .margin_bottom(TITLE)
            .x_label_area_size(BOTTOM)
            .y_label_area_size(LEFT)
            .build_cartesian_2d(
                (self.x.range.0..self.x.range.1).log_scale().with_key_points(places(&x_ticks)),
                (self.y.range.0..self.y.range.1).log_scale().with_key_points(places(&self.y.ticks)),
            )?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.color())
            .axis_style(AXIS.color())
            .label_style(text::style(frame, HPos::Left))
            .x_label_formatter(&|place| label_at(&x_ticks, *place))
            .y_label_formatter(&|place| label_at(&self.y.ticks, *place))
            .draw()?;
        for line in &self.lines {
            line.draw(canvas, &|point| chart.backend_coord(&point))?;
        }
        Ok(())
    }
}

impl Line {
    fn item(&self) -> Item {
        Item {
            color: self.color,
            marker: Some(self.marker),
            name: self.name.clone(),
            note: self.note.clone(),
        }
    }

    /// Draws the line; `place` turns values into places on the canvas.
    fn draw(&self, canvas: &Canvas, place: &dyn Fn((f64, f64)) -> (i32, i32)) -> Result<(), Error> {
        let stroke = self.color.stroke_width(2);
        let path: Vec<_> = self.points.iter().map(|&point| place(point)).collect();
        canvas.draw(&PathElement::new(simplified(&path), stroke))?;
        for &(x, low, high) in &self.whiskers {
            let ((x, bottom), (_, top)) = (place((x, low)), place((x, high)));
            // One path for the whole whisker: along one end, to the other end, and along
            // that.
            let [(left, right), (other_left, other_right)] =
                [bottom, top].map(|y| ((x - WHISKER, y), (x + WHISKER, y)));
            let path = [left, right, (x, bottom), (x, top), other_left, other_right];
            canvas.draw(&PathElement::new(path, self.color.stroke_width(1)))?;
        }
        self.marks.iter().try_for_each(|&mark| self.marker.draw(canvas, place(mark), self.color))
    }
}

fn places(ticks: &[(f64, String)]) -> Vec<f64> {
    ticks.iter().map(|(place, _)| *place).collect()
}

fn label_at(ticks: &[(f64, String)], place: f64) -> String {
    ticks.iter().find(|(tick, _)| *tick == place).map_or_else(String::new, |(_, it)| it.clone())
}
