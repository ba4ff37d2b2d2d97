use plotters::element::PathElement;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, RGBColor};

use super::canvas::{Canvas, Error};
use super::frame::Frame;
use super::marker::Marker;
use super::palette::AXIS;
use super::text;

/// The height of a lane, in pixels.
const HEIGHT: i32 = 42;
/// The room below the last lane, in pixels.
const END: i32 = 12;
/// Where the sample of the line's marker is, in pixels.
const SAMPLE: i32 = 30;
/// Where the words start, in pixels.
const WORDS: i32 = 46;

/// A range of the horizontal axis, shown below it.
pub(super) struct Lane {
    /// The colour and the marker of the line that it is about.
    pub color: RGBColor,
    pub marker: Marker,
    /// What it says.
    pub words: String,
    /// All values of the line: the least and the greatest.
    pub whole: (f64, f64),
    /// The range that is marked.
    pub range: Option<(f64, f64)>,
    /// The value that is marked.
    pub value: Option<f64>,
}

/// The height of all lanes, in pixels.
pub(super) fn height(lanes: &[Lane]) -> i32 {
    match i32::try_from(lanes.len()).unwrap_or(0) {
        0 => 0,
        count => count * HEIGHT + END,
    }
}

/// Draws lanes one below the other below a plot of this size; `across` turns values into
/// places.
pub(super) fn draw(
    lanes: &[Lane],
    canvas: &Canvas,
    (width, top): (i32, i32),
    across: &dyn Fn(f64) -> i32,
    frame: Frame,
) -> Result<(), Error> {
    let mut words_at = top + 10;
    for lane in lanes {
        let line = |from: f64, to: f64, color: RGBColor, width: u32| {
            let y = words_at + 20;
            let (mut from, mut to) = (across(from), across(to));
            if from == to {
                (from, to) = (from - 3, to + 3);
            }
            canvas.draw(&PathElement::new([(from, y), (to, y)], color.stroke_width(width)))
        };
        lane.marker.draw(canvas, (SAMPLE, words_at), lane.color)?;
        let room = width - WORDS - 4;
        let words = text::fit(&lane.words, frame, room);
        canvas.draw_text(&words, &text::style(frame, HPos::Left), (WORDS, words_at))?;
        line(lane.whole.0, lane.whole.1, AXIS.color(), 1)?;
        if let Some((low, high)) = lane.range {
            line(low, high, lane.color, 6)?;
        }
        if let Some(value) = lane.value {
            // An upright stroke, which is seen on the thick bar too.
            let (x, y) = (across(value), words_at + 20);
            canvas.draw(&PathElement::new([(x, y - 9), (x, y + 9)], lane.color.stroke_width(3)))?;
        }
        words_at += HEIGHT;
    }
    Ok(())
}
