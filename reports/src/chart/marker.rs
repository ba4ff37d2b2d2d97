use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{Color as _, RGBColor};

use crate::matrix::Variant;

use super::canvas::{Canvas, Error};

/// Half of a marker's width, in pixels.
const RADIUS: i32 = 5;

/// The shapes that tell lines apart where colours don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    TriangleDown,
    Plus,
    Cross,
    Ring,
}

/// There is one more marker than there are colours, so that few guests share both.
const MARKERS: [Marker; 8] = [
    Marker::Circle,
    Marker::Square,
    Marker::Triangle,
    Marker::Diamond,
    Marker::TriangleDown,
    Marker::Plus,
    Marker::Cross,
    Marker::Ring,
];

impl Marker {
    /// The marker of a guest, the same in every chart.
    pub fn of(variant: &Variant) -> Self {
        Self::numbered(variant.index)
    }

    /// The marker with this number; after the last one, the first comes again.
    pub fn numbered(index: usize) -> Self {
        MARKERS[index % MARKERS.len()]
    }

    /// Draws it around a place on the canvas.
    pub fn draw(self, canvas: &Canvas, (x, y): (i32, i32), color: RGBColor) -> Result<(), Error> {
        let polygon = |corners: &[(i32, i32)]| {
            let corners: Vec<_> = corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
            canvas.draw(&Polygon::new(corners, color.filled()))
        };
        let stroke = |from: (i32, i32), to: (i32, i32)| {
            let ends = [(x + from.0, y + from.1), (x + to.0, y + to.1)];
            canvas.draw(&PathElement::new(ends, color.stroke_width(2)))
        };
        const R: i32 = RADIUS;
        // The sides of a square as large as the circle.
        const S: i32 = RADIUS - 1;
        match self {
            Self::Circle => canvas.draw(&Circle::new((x, y), S, color.filled())),
            Self::Ring => canvas.draw(&Circle::new((x, y), S, color.stroke_width(2))),
            Self::Square => polygon(&[(-S, -S), (S, -S), (S, S), (-S, S)]),
            Self::Diamond => polygon(&[(0, -R - 1), (R + 1, 0), (0, R + 1), (-R - 1, 0)]),
            Self::Triangle => polygon(&[(0, -R), (R, S), (-R, S)]),
            Self::TriangleDown => polygon(&[(0, R), (R, -S), (-R, -S)]),
            Self::Plus => {
                stroke((-R, 0), (R, 0))?;
                stroke((0, -R), (0, R))
            }
            Self::Cross => {
                stroke((-S, -S), (S, S))?;
                stroke((-S, S), (S, -S))
            }
        }
    }
}
