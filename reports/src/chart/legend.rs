use plotters::element::Rectangle;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color as _, RGBColor};

use super::canvas::{Canvas, Error};
use super::dash::Dash;
use super::frame::Frame;
use super::marker::Marker;
use super::text;

/// The height of a line of the legend, in pixels.
const ROW: i32 = 22;
/// The width of the sample before a label, with the gap after it, in pixels.
const SAMPLE: i32 = 34;
/// The gap to the left of the legend, in pixels.
const MARGIN: i32 = 16;

/// An entry of the legend: what a colour stands for.
pub(super) struct Item {
    /// Its colour.
    pub color: RGBColor,
    /// The marker of a line and how that is drawn, or `None` for an area.
    pub marker: Option<(Marker, Dash)>,
    /// The name, which may be shortened.
    pub name: String,
    /// Text after the name that may not be shortened.
    pub note: String,
}

/// The legend below a plot or beside it.
pub(super) struct Legend<'i> {
    items: &'i [Item],
    frame: Frame,
    /// The width of the column beside the plot, or `None` for below it.
    column: Option<i32>,
}

impl<'i> Legend<'i> {
    pub fn new(items: &'i [Item], frame: Frame, column: Option<i32>) -> Self {
        Self { items, frame, column }
    }

    /// The height that the legend needs, in pixels.
    pub fn height(&self) -> i32 {
        let rows = self.items.len().div_ceil(self.columns());
        ROW * i32::try_from(rows).unwrap_or(i32::MAX / ROW)
    }

    fn available(&self) -> i32 {
        self.column.unwrap_or(self.frame.width()) - MARGIN
    }

    /// Two columns where every label fits into one of them.
    fn columns(&self) -> usize {
        let room = self.available() / 2 - SAMPLE - MARGIN;
        let fits =
            |item: &Item| text::width(&format!("{}{}", item.name, item.note), self.frame) <= room;
        if self.column.is_none() && self.items.iter().all(fits) { 2 } else { 1 }
    }

    /// Draws it at the top left of `canvas`.
    pub fn draw(&self, canvas: &Canvas) -> Result<(), Error> {
        let columns = self.columns();
        let column_width = self.available() / columns as i32;
        for (index, item) in self.items.iter().enumerate() {
            let x = MARGIN + (index % columns) as i32 * column_width;
            let y = (index / columns) as i32 * ROW + ROW / 2;
            sample(canvas, item, (x, y))?;
            let room = column_width - SAMPLE - text::width(&item.note, self.frame);
            let label = text::fit(&item.name, self.frame, room) + &item.note;
            let place = (x + SAMPLE, y);
            canvas.draw_text(&label, &text::style(self.frame, HPos::Left), place)?;
        }
        Ok(())
    }
}

fn sample(canvas: &Canvas, item: &Item, (x, y): (i32, i32)) -> Result<(), Error> {
    const LENGTH: i32 = SAMPLE - 10;
    match item.marker {
        Some((marker, dash)) => {
            dash.draw(canvas, &[(x, y), (x + LENGTH, y)], item.color)?;
            marker.draw(canvas, (x + LENGTH / 2, y), item.color)
        }
        None => {
            let corners = [(x + 4, y - 7), (x + 18, y + 7)];
            canvas.draw(&Rectangle::new(corners, item.color.filled()))
        }
    }
}
