use std::io;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea as _, SVGBackend};

use super::frame::Frame;
use super::paths::with_paths;

/// Why a chart could not be drawn. Since charts are drawn into memory, this is not
/// expected.
pub type Error = DrawingAreaErrorKind<io::Error>;

/// What charts are drawn on.
pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A finished drawing.
pub(super) struct Drawing {
    svg: String,
    hints: Vec<Hint>,
}

/// A place of a drawing, and what is said of it to whoever points there.
pub(super) struct Hint {
    pub place: (i32, i32),
    pub words: String,
    /// Where one gets to from there.
    pub link: Option<String>,
}

/// How near one has to point to a place that has a hint, in pixels.
const REACH: i32 = 10;

impl Drawing {
    /// Draws on a transparent canvas of this size, in pixels.
    pub fn new(
        (width, height): (i32, i32),
        draw: impl FnOnce(&Canvas) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut svg = String::new();
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&canvas)?;
        canvas.present()?;
        drop(canvas);
        Ok(Self { svg, hints: Vec::new() })
    }

    /// Adds hints, which no one needs who reads the table beside the drawing.
    pub fn with_hints(mut self, hints: Vec<Hint>) -> Self {
        self.hints = hints;
        self
    }

    /// A small element without a label, for a place where words say the same.
    pub fn into_small(self, class: &str) -> String {
        let head = format!("<svg class=\"{class}\" aria-hidden=\"true\" ");
        with_paths(&self.svg.replacen("<svg ", &head, 1).replace(" opacity=\"1\"", ""))
    }

    /// The SVG element, with a label for assistive technology.
    pub fn into_element(self, label: &str, frame: Frame) -> String {
        let class = frame.class();
        let label = escaped(label);
        // What is in an image is not told apart, and links have to be.
        let role = if self.hints.iter().any(|it| it.link.is_some()) { "group" } else { "img" };
        let head = format!("<svg class=\"chart {class}\" role=\"{role}\" aria-label=\"{label}\" ");
        // Shapes are opaque by default, so this attribute can be left out.
        let svg = self.svg.replacen("<svg ", &head, 1).replace(" opacity=\"1\"", "");
        let hint = |Hint { place: (x, y), words, link }: &Hint| {
            let words = escaped(words);
            let circle = format!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{REACH}\" fill=\"none\" pointer-events=\"all\"><title>{words}</title></circle>\n"
            );
            match link {
                // The table beside the drawing has the same links for the keyboard.
                Some(link) => {
                    format!("<a href=\"{}\" tabindex=\"-1\">{circle}</a>", escaped(link))
                }
                None => circle,
            }
        };
        let hints: String = self.hints.iter().map(hint).collect();
        with_paths(&svg).replacen("</svg>", &(hints + "</svg>"), 1)
    }
}

/// An element without the links that [`Drawing::into_element`] has put into it.
pub(super) fn without_links(svg: &str) -> String {
    let mut pieces = svg.split("<a ");
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.filter_map(|it| it.split_once('>')).map(|(_, after)| after);
    (first + &rest.collect::<String>()).replace("</a>", "")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
