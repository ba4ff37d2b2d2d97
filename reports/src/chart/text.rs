use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont as _, TextStyle};

use super::frame::Frame;
use super::palette::TEXT;

/// Plotters takes a font's line height, and writes it divided by this as the font's size.
const LINE_HEIGHT: f64 = 1.24;

/// The text of a frame, anchored vertically at its middle.
pub(super) fn style(frame: Frame, anchor: HPos) -> TextStyle<'static> {
    ("sans-serif", frame.font_size() * LINE_HEIGHT)
        .into_font()
        .color(&TEXT.color())
        .pos(Pos::new(anchor, VPos::Center))
}

/// About how wide a text comes out, in pixels: a generous guess, because the font
/// is the reader's.
pub(super) fn width(text: &str, frame: Frame) -> i32 {
    let em = |character: char| match character {
        'i' | 'j' | 'l' | '.' | ',' | ' ' | ':' | '\'' => 0.4,
        'm' | 'w' | 'A'..='Z' | '%' => 0.9,
        _ if character.is_ascii() => 0.63,
        _ => 1.0,
    };
    (text.chars().map(em).sum::<f64>() * frame.font_size()).ceil() as i32
}

/// The text, shortened so that it comes out at most this wide.
pub(super) fn fit(text: &str, frame: Frame, pixels: i32) -> String {
    if width(text, frame) <= pixels {
        return text.into();
    }
    let mut short = String::new();
    for character in text.chars() {
        if width(&format!("{short}{character}…"), frame) > pixels {
            break;
        }
        short.push(character);
    }
    short.trim_end().to_owned() + "…"
}
