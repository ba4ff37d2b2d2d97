//! Charts as SVG, each in a wide and a narrow variant.
//!
//! Colours are written for a light background; [`stylesheet`] gives the rules that replace
//! them on a dark one.

mod axis;
mod canvas;
mod curve;
mod dash;
mod frame;
mod labels;
mod lane;
mod latency;
mod legend;
mod lines;
/// Charts of servers under load.
pub mod live;
mod marker;
mod marks;
mod palette;
mod panel;
mod paths;
mod percentiles;
mod repetitions;
mod scaling;
mod split;
mod text;
mod trend;
pub mod tuning;

pub use canvas::Error;
pub use latency::latency;
pub use palette::stylesheet;
pub use panel::{panel, panel_range};
pub use repetitions::repetitions;
pub use scaling::scaling;
pub use split::split;
pub use trend::{Quantity, Trend, TrendLine, TrendPoint, sparkline, trend};

use frame::Frame;

/// One chart, drawn twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, for those who can't see it.
    pub label: String,
    /// The SVG element for a wide page.
    pub wide: String,
    /// The SVG element for a phone.
    pub narrow: String,
}

impl Chart {
    /// The wide drawing as a file of its own, with its style, and without links.
    pub fn file(&self) -> String {
        let dark = stylesheet().replace("@media screen and", "@media");
        let ground = "svg { background: #FFFFFF; font-family: sans-serif }\n\
             @media (prefers-color-scheme: dark) { svg { background: #14171B } }\n";
        let style = format!("><style>{ground}{dark}</style>");
        let svg = canvas::without_links(&self.wide).replacen('>', &style, 1);
        match svg.contains("xmlns=") {
            true => svg,
            false => svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1),
        }
    }

    fn draw(
        label: String,
        draw: impl Fn(Frame) -> Result<canvas::Drawing, Error>,
    ) -> Result<Self, Error> {
        let variant = |frame| Ok::<_, Error>(draw(frame)?.into_element(&label, frame));
        Ok(Self { wide: variant(Frame::Wide)?, narrow: variant(Frame::Narrow)?, label })
    }
}
