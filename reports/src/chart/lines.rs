use std::f64::consts::E;

use plotters::chart::ChartBuilder;
use plotters::coord::combinators::{BindKeyPoints as _, IntoLogRange as _};
use plotters::element::{PathElement, Polygon};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, RGBColor, TRANSPARENT};

use super::axis::{Axis, thin};
use super::canvas::{Canvas, Drawing, Error, Hint};
use super::curve::simplified;
use super::dash::Dash;
use super::frame::Frame;
use super::lane;
use super::legend::{Item, Legend};
use super::marker::Marker;
use super::marks::{Marks, Plot};
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
/// How opaque a band is.
const BAND: f64 = 0.18;

/// Lines over two axes.
pub(super) struct LineChart {
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
    /// What is drawn beside the lines.
    pub marks: Marks,
}

/// A line of a line chart.
pub(super) struct Line {
    pub color: RGBColor,
    pub marker: Marker,
    pub dash: Dash,
    /// Its name in the legend.
    pub name: String,
    /// What follows the name.
    pub note: String,
    /// The points that the line connects.
    pub points: Vec<(f64, f64)>,
    /// The points that have a marker.
    pub marks: Vec<(f64, f64)>,
    /// The points that have a hollow marker.
    pub hollow: Vec<(f64, f64)>,
    /// Intervals around some of the points: x, low and high.
    pub whiskers: Vec<(f64, f64, f64)>,
    /// The ends of a band behind the line: x, low and high.
    pub band: Vec<(f64, f64, f64)>,
    /// Points of which something is said to whoever points there.
    pub hints: Vec<((f64, f64), String)>,
    /// Where each of the points with a hint leads to; empty if they lead nowhere.
    pub links: Vec<String>,
}

impl LineChart {
    /// The width of the column for the legend, in pixels; `None` if it goes below the plot.
    fn legend_column(&self, frame: Frame) -> Option<i32> {
        frame.legend_column().filter(|_| !self.marks.is_legend_below)
    }

    /// Draws it with the legend beside or below the plot.
    pub fn draw(&self, frame: Frame) -> Result<Drawing, Error> {
        let items: Vec<Item> = self.lines.iter().map(Line::item).collect();
        let column = self.legend_column(frame);
        let legend = Legend::new(&items, frame, column);
        let plot_height = frame.plot_height() * self.marks.height_percent() / 100;
        let plot = (frame.width() - column.unwrap_or(0), plot_height);
        let end = plot.1 + lane::height(&self.marks.lanes);
        let height = match column {
            Some(_) => end.max(TOP + legend.height()),
            None => end + legend.height(),
        };
        let mut hints = Vec::new();
        let drawing = Drawing::new((frame.width(), height), |canvas| {
            hints = self.draw_plot(canvas, plot, frame)?;
            let corner = if column.is_some() { (plot.0, TOP) } else { (0, end) };
            legend.draw(&canvas.clone().shrink(corner, (frame.width() - corner.0, legend.height())))
        })?;
        Ok(drawing.with_hints(hints))
    }

    /// Draws everything but the legend, and returns the places that have a hint.
    fn draw_plot(
        &self,
        whole: &Canvas,
        (width, height): (i32, i32),
        frame: Frame,
    ) -> Result<Vec<Hint>, Error> {
        let canvas = &whole.clone().shrink((0, 0), (width, height));
        let y_title = text::fit(&self.y.title, frame, width - 8);
        canvas.draw_text(&y_title, &text::style(frame, HPos::Left), (4, TOP / 2))?;
        let x_pixels = width - LEFT - RIGHT;
        let x_title = text::fit(&self.x.title, frame, x_pixels + RIGHT);
        let x_place = (LEFT + x_pixels / 2, height - TITLE / 2 - 4);
        canvas.draw_text(&x_title, &text::style(frame, HPos::Center), x_place)?;

        let x_labels = thin(self.x.labels(), x_pixels, frame);
        let y_labels = self.y.labels();
        let top = TOP + self.marks.header();
        // Both axes are drawn as ones of parts, from 0 to 1. For Plotters they are logarithmic
        // ones from 1 to e: of these it lets one choose the ticks.
        let mut chart = ChartBuilder::on(canvas)
            .margin_top(top)
            .margin_right(RIGHT)
            .margin_bottom(TITLE)
            .x_label_area_size(BOTTOM)
            .y_label_area_size(LEFT)
            .build_cartesian_2d(
                (1.0..E).log_scale().with_key_points(places(&x_labels)),
                (1.0..E).log_scale().with_key_points(places(&y_labels)),
            )?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.color())
            .axis_style(AXIS.color())
            .label_style(text::style(frame, HPos::Left))
            .x_label_formatter(&|place| label_at(&x_labels, *place))
            .y_label_formatter(&|place| label_at(&y_labels, *place))
            .draw()?;
        let place =
            |(x, y): (f64, f64)| chart.backend_coord(&(self.x.part(x).exp(), self.y.part(y).exp()));
        let plot = Plot { left: LEFT, right: width - RIGHT, top, bottom: height - TITLE - BOTTOM };
        let across = |x: f64| place((x, self.y.range.0)).0;
        self.marks.draw_below(canvas, &plot, &place, frame)?;
        for line in &self.lines {
            line.draw(canvas, &place)?;
        }
        let points = self.lines.iter().flat_map(|it| it.marks.iter().chain(&it.hollow));
        let points: Vec<_> = points.map(|&point| place(point)).collect();
        self.marks.draw_labels(canvas, &plot, &place, &points, frame)?;
        lane::draw(&self.marks.lanes, whole, (width, height), &across, frame)?;
        let mut hints = Vec::new();
        for line in &self.lines {
            for (number, (point, words)) in line.hints.iter().enumerate() {
                let (place, words) = (place(*point), words.clone());
                hints.push(Hint { place, words, link: line.links.get(number).cloned() });
            }
        }
        Ok(hints)
    }
}

impl Line {
    /// Leaves out the points, and what belongs to them, that are not to be kept.
    pub fn retain(&mut self, is_kept: impl Fn(&(f64, f64)) -> bool) {
        self.points.retain(&is_kept);
        self.marks.retain(&is_kept);
        self.hollow.retain(&is_kept);
        self.hints.retain(|it| is_kept(&it.0));
        self.whiskers.retain(|it| is_kept(&(it.0, it.1)));
    }

    fn item(&self) -> Item {
        Item {
            color: self.color,
            marker: Some((self.marker, self.dash)),
            name: self.name.clone(),
            note: self.note.clone(),
        }
    }

    /// Draws the line; `place` turns values into places on the canvas.
    fn draw(&self, canvas: &Canvas, place: &dyn Fn((f64, f64)) -> (i32, i32)) -> Result<(), Error> {
        if self.band.len() > 1 {
            let low = self.band.iter().map(|&(x, low, _)| place((x, low)));
            let high = self.band.iter().rev().map(|&(x, _, high)| place((x, high)));
            let outline: Vec<_> = low.chain(high).collect();
            canvas.draw(&Polygon::new(outline, self.color.mix(BAND).filled()))?;
        }
        let path: Vec<_> = self.points.iter().map(|&point| place(point)).collect();
        self.dash.draw(canvas, &simplified(&path), self.color)?;
        for &(x, low, high) in &self.whiskers {
            let ((x, bottom), (_, top)) = (place((x, low)), place((x, high)));
            // One path for the whole whisker: along one end, to the other end, and along
            // that.
            let [(left, right), (other_left, other_right)] =
                [bottom, top].map(|y| ((x - WHISKER, y), (x + WHISKER, y)));
            let path = [left, right, (x, bottom), (x, top), other_left, other_right];
            canvas.draw(&PathElement::new(path, self.color.stroke_width(1)))?;
        }
        self.hollow
            .iter()
            .try_for_each(|&mark| Marker::Ring.draw(canvas, place(mark), self.color))?;
        self.marks.iter().try_for_each(|&mark| self.marker.draw(canvas, place(mark), self.color))
    }
}

fn places(labels: &[(f64, String)]) -> Vec<f64> {
    labels.iter().map(|(part, _)| part.exp()).collect()
}

fn label_at(labels: &[(f64, String)], place: f64) -> String {
    let is_here = |it: &&(f64, String)| it.0.exp() == place;
    labels.iter().find(is_here).map_or_else(String::new, |(_, it)| it.clone())
}
