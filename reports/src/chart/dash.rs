use plotters::element::{DashedPathElement, PathElement};
use plotters::style::{Color as _, RGBColor};

use super::canvas::{Canvas, Error};

/// How a line is drawn, to tell lines apart where colours don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dash {
    /// Without gaps.
    Solid,
    /// In dashes of so many pixels, with gaps of so many.
    Dashed(i32, i32),
    /// Not at all: points that nothing connects.
    Absent,
}

const DASHES: [Dash; 4] =
    [Dash::Solid, Dash::Dashed(9, 5), Dash::Dashed(16, 4), Dash::Dashed(5, 3)];

impl Dash {
    /// The pattern of what was not measured.
    pub const PREDICTION: Self = Self::Dashed(2, 5);

    /// The pattern with this number; after the last one, the first comes again.
    pub fn numbered(index: usize) -> Self {
        DASHES[index % DASHES.len()]
    }

    /// Draws a line through places on the canvas.
    pub fn draw(self, canvas: &Canvas, path: &[(i32, i32)], color: RGBColor) -> Result<(), Error> {
        let stroke = color.stroke_width(2);
        match self {
            Self::Absent => Ok(()),
            Self::Solid => canvas.draw(&PathElement::new(path, stroke)),
            Self::Dashed(length, gap) => {
                canvas.draw(&DashedPathElement::new(path.to_vec(), length, gap, stroke))
            }
        }
    }
}
