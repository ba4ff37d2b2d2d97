use inferno::flamegraph::color::{BackgroundColor, PaletteMap, parse_hex_color};
use inferno::flamegraph::{Direction, Options, TextTruncateDirection, from_lines};

use super::hues::Hue;
use super::{Flame, Lines, Side};

/// Why a flame graph could not be drawn. Since it is drawn into memory from lines that were
/// made for it, this is not expected.
#[derive(Debug, thiserror::Error)]
pub enum FlameError {
    /// The drawing failed.
    #[error("can't draw the flame graph: {0}")]
    Draw(#[from] std::io::Error),
    /// What was drawn is not as it is expected to be.
    #[error("can't draw the flame graph: the drawing has no frames")]
    NoFrames,
}

/// The frames of a flame graph as a part of a page, which has a script of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// SVG elements: a group for each frame, with a title, a rectangle and a text. Places and
    /// widths are in per cent, heights in pixels.
    pub frames: String,
    /// Where the first of them begins, in pixels from the top.
    pub above: usize,
    /// How high all of them together are, in pixels.
    pub height: usize,
    /// The cost of everything, in the units of the frames' `fg:w`.
    pub total: u64,
}

/// The height of a frame in a page, in pixels.
const FRAME_HEIGHT: usize = 20;
/// Frames of less than this many per cent of the whole are left out.
const LEAST_WIDTH: f64 = 0.02;
/// The width for which texts are cut in a page, in pixels: a script fits them anew.
const PAGE_WIDTH: usize = 720;
/// How inferno writes the element that has the frames.
const FRAMES: &str = "<svg id=\"frames\"";

/// What a standalone drawing has beside inferno's own rules, for a dark window.
const DARK: &str = "@media (prefers-color-scheme: dark) {
rect[fill=\"url(#background)\"] { fill: #14171b; }
#title, #subtitle, #details, #search, #matched, #unzoom { fill: #e6e8eb; }
#frames > *:hover { stroke: #ffffff; }
}
</style>";

impl Flame {
    /// An SVG file of its own, which can be searched and zoomed in a browser, without network,
    /// in a light or a dark window. The same lines give the same bytes.
    ///
    /// # Errors
    ///
    /// If it can't be drawn, which is not expected.
    pub fn svg(&self) -> Result<String, FlameError> {
        let mut options = self.options();
        options.title = self.title();
        let svg = self.draw(options)?;
        Ok(svg.replacen("</style>", DARK, 1))
    }

    /// The frames, to be a part of a page.
    pub fn drawn(&self) -> Result<Drawn, FlameError> {
        let mut options = self.options();
        options.image_width = Some(PAGE_WIDTH);
        options.frame_height = FRAME_HEIGHT;
        let (above, total) = (options.font_size * 4 + 4, self.total());
        let below = options.font_size + 10;
        let svg = self.draw(options)?;
        let height = height_of(&svg).ok_or(FlameError::NoFrames)?;
        let (_, frames) = svg.split_once(FRAMES).ok_or(FlameError::NoFrames)?;
        let (_, frames) = frames.split_once('>').ok_or(FlameError::NoFrames)?;
        let frames = frames.strip_suffix("</svg></svg>").ok_or(FlameError::NoFrames)?;
        let height = height.saturating_sub(above + below);
        Ok(Drawn { frames: frames.into(), above, height, total })
    }

    fn draw(&self, options: Options) -> Result<String, FlameError> {
        // Sorted as strings, `a`, `a::b` and `a;c` would draw `a` twice: the frames of a path
        // are what is to be in order. Lines in an order of one's own are what inferno takes
        // for a flame chart, from the last to the first.
        let mut entries = self.entries();
        entries.sort_by(|a, b| b.0.split(';').cmp(a.0.split(';')));
        let lines: Vec<String> = entries.iter().map(|it| format!("{} {}", it.0, it.1)).collect();
        let mut palette = self.palette();
        let mut options = options;
        options.flame_chart = true;
        if matches!(self.lines, Lines::Costs(_)) {
            options.palette_map = Some(&mut palette);
        }
        let mut svg = Vec::new();
        from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)?;
        Ok(String::from_utf8_lossy(&svg).into_owned())
    }

    fn options(&self) -> Options<'_> {
        let mut options = Options::default();
        options.direction = Direction::Inverted;
        options.count_name = self.unit.into();
        options.factor = self.factor;
        options.min_width = LEAST_WIDTH;
        options.text_truncate_direction = TextTruncateDirection::Right;
        options.deterministic = true;
        options.negate_differentials = self.widths() == Some(Side::Before);
        options.bgcolors = parse_hex_color("#ffffff").map(BackgroundColor::Flat);
        options
    }

    /// The colour of every frame, by its label.
    fn palette(&self) -> PaletteMap {
        let mut palette = PaletteMap::default();
        let Lines::Costs(folded) = &self.lines else { return palette };
        let frames = folded.keys().flat_map(|path| path.split(';'));
        let colored = frames.map(|frame| (frame, Hue::Guest)).chain([("", Hue::All)]);
        let parts = self.parts.iter().map(|(label, hue)| (label.as_str(), *hue));
        for (label, hue) in colored.chain(parts) {
            if let Some(color) = hue.color(label) {
                palette.insert(label, color);
            }
        }
        palette
    }
}

/// The height of a drawing, in pixels.
fn height_of(svg: &str) -> Option<usize> {
    let (_, after) = svg.split_once(" height=\"")?;
    after.split_once('"')?.0.parse().ok()
}
