use plotters::element::{PathElement, Rectangle};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, RGBColor};

use super::canvas::{Canvas, Error};
use super::dash::Dash;
use super::frame::Frame;
use super::labels::{self, Label, Space};
use super::lane::Lane;
use super::palette::{AXIS, TEXT};
use super::text;

/// The room above the plot for the words at an upright line, in pixels.
const HEADER: i32 = 20;

/// What is drawn beside the lines of a chart.
#[derive(Default)]
pub(super) struct Marks {
    /// A range of the horizontal axis that is shaded, and its colour.
    pub shaded: Option<((f64, f64), RGBColor)>,
    /// Values of the horizontal axis, in ascending order, with a line up from each and words
    /// above that.
    pub uprights: Vec<(f64, String)>,
    /// A value of the vertical axis with a line across from it, and the words at its end.
    pub level: Option<(f64, String)>,
    /// Points with words beside them, those first that need them most.
    pub labels: Vec<((f64, f64), String)>,
    /// Ranges of the horizontal axis that are shown below it.
    pub lanes: Vec<Lane>,
    /// Whether two thirds of the usual height are enough.
    pub is_low: bool,
    /// Whether the legend goes below the plot in any case, as its names are long.
    pub is_legend_below: bool,
}

/// The ends of the plot on the canvas, in pixels.
pub(super) struct Plot {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
}

impl Marks {
    /// The plot's height in per cent of the usual one.
    pub fn height_percent(&self) -> i32 {
        if self.is_low { 67 } else { 100 }
    }

    /// The room needed above the plot, in pixels.
    pub fn header(&self) -> i32 {
        if self.uprights.is_empty() { 0 } else { HEADER }
    }

    /// Draws what lines are drawn over; `place` turns values into places on the canvas.
    pub fn draw_below(
        &self,
        canvas: &Canvas,
        plot: &Plot,
        place: &dyn Fn((f64, f64)) -> (i32, i32),
        frame: Frame,
    ) -> Result<(), Error> {
        // Only places across count here, so any height will do.
        let across = |x: f64| place((x, 1.0)).0.clamp(plot.left, plot.right);
        if let Some(((low, high), color)) = self.shaded {
            let corners = [(across(low), plot.top), (across(high), plot.bottom)];
            canvas.draw(&Rectangle::new(corners, color.mix(0.14).filled()))?;
        }
        let mut free_from = 4;
        for (x, words) in &self.uprights {
            let x = across(*x);
            let ends = [(x, plot.top - 4), (x, plot.bottom)];
            Dash::Dashed(4, 4).draw(canvas, &ends, AXIS.color())?;
            let half = text::width(words, frame) / 2;
            let right = canvas.dim_in_pixel().0 as i32 - 4;
            let middle = x.min(right - half).max(half + 4);
            // Where lines are close together, the words of some would cover those of others.
            if middle - half < free_from {
                continue;
            }
            free_from = middle + half + 4;
            canvas.draw_text(words, &text::style(frame, HPos::Center), (middle, plot.top - 13))?;
        }
        if let Some((y, _)) = &self.level {
            let y = place((1.0, *y)).1.clamp(plot.top, plot.bottom);
            Dash::Dashed(4, 4).draw(canvas, &[(plot.left, y), (plot.right, y)], AXIS.color())?;
        }
        Ok(())
    }

    /// Draws the words in the plot, so that none covers another or one of the `points`.
    pub fn draw_labels(
        &self,
        canvas: &Canvas,
        plot: &Plot,
        place: &dyn Fn((f64, f64)) -> (i32, i32),
        points: &[(i32, i32)],
        frame: Frame,
    ) -> Result<(), Error> {
        let mut space = Space::new(plot, points);
        if let Some((y, words)) = &self.level {
            let y = place((1.0, *y)).1.clamp(plot.top + 18, plot.bottom) - 10;
            let label = Label::at((plot.right - text::width(words, frame), y), words, frame);
            space.take(&label);
            canvas.draw_text(words, &text::style(frame, HPos::Left), label.start())?;
        }
        for (point, words) in &self.labels {
            let point = place(*point);
            let Some(label) = labels::beside(point, words, &mut space, frame) else { continue };
            if let Some(end) = label.far_from(point) {
                canvas
                    .draw(&PathElement::new([point, end], TEXT.color().mix(0.5).stroke_width(1)))?;
            }
            canvas.draw_text(words, &text::style(frame, HPos::Left), label.start())?;
        }
        Ok(())
    }
}
