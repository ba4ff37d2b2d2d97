use plotters::element::{Circle, PathElement, Text};
use plotters::style::text_anchor::HPos;

use crate::format;

use super::canvas::{Drawing, Error};
use super::curve::simplified;
use super::frame::Frame;
use super::palette::{GRID, Ink};
use super::text;

/// The size of a panel, in pixels.
const SIZE: (i32, i32) = (260, 110);
/// The room at its left for labels, and at the other sides, in pixels.
const LABELS: i32 = 52;
const MARGIN: i32 = 10;

/// One of several small charts which have the same scale, so that they can be held against each
/// other: a series as multiples of a value of its own.
///
/// `values` are multiples, in the order of runs; those that are not finite stand for runs without
/// a value. `changes` are the places of the first runs after each change, which have a dot.
/// `range` is the least and the greatest multiple, the same for all: what is beyond is drawn at
/// the edge. It has no label for those who can't see it: words beside it say what it shows.
pub fn panel(values: &[f64], changes: &[usize], range: (f64, f64)) -> Result<String, Error> {
    let (low, high) = (range.0.ln(), range.1.ln());
    let (width, height) = (SIZE.0 - LABELS - MARGIN, SIZE.1 - 2 * MARGIN);
    let y = |multiple: f64| {
        let part = ((multiple.ln() - low) / (high - low)).clamp(0.0, 1.0);
        MARGIN + ((1.0 - part) * f64::from(height)).round() as i32
    };
    let along = (values.len().max(2) - 1) as f64;
    let place = |index: usize| {
        let x = index as f64 / along * f64::from(width);
        (LABELS + x.round() as i32, y(values[index]))
    };
    let is_known = |it: &usize| values.get(*it).is_some_and(|it| it.is_finite() && *it > 0.0);
    let drawing = Drawing::new(SIZE, |canvas| {
        for multiple in [range.0, 1.0, range.1] {
            let line = vec![(LABELS, y(multiple)), (SIZE.0 - MARGIN, y(multiple))];
            canvas.draw(&PathElement::new(line, GRID.color()))?;
            let style = text::style(Frame::Narrow, HPos::Right);
            canvas.draw(&Text::new(format::ratio(multiple), (LABELS - 6, y(multiple)), style))?;
        }
        let path: Vec<_> = (0..values.len()).filter(is_known).map(place).collect();
        if path.len() > 1 {
            canvas.draw(&PathElement::new(simplified(&path), Ink::numbered(0).color()))?;
        }
        let dot = Ink::numbered(1).color();
        let dots = changes.iter().filter(|it| is_known(it));
        dots.into_iter().try_for_each(|&it| {
            canvas.draw(&Circle::new(place(it), 3, plotters::style::Color::filled(&dot)))
        })
    })?;
    Ok(drawing.into_small("chart panel"))
}

/// A range for panels which holds all multiples, but for a few that are far from the others; it
/// is never so small that noise fills it.
pub fn panel_range<'a>(all: impl IntoIterator<Item = &'a [f64]>) -> (f64, f64) {
    /// A fiftieth of all values may be beyond.
    const HELD: f64 = 0.98;
    /// At least 10 % up and down.
    const LEAST: f64 = 1.1;
    let known = all.into_iter().flatten().filter(|it| it.is_finite() && **it > 0.0);
    let mut far: Vec<f64> = known.map(|it| it.ln().abs()).collect();
    far.sort_by(f64::total_cmp);
    let last = far.len().saturating_sub(1) as f64;
    let held = far.get((last * HELD).ceil() as usize).map_or(1.0, |it| it.exp());
    let end = held.max(LEAST);
    (end.recip(), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_nearly_all_and_is_the_same_up_and_down() {
        let (low, high) = panel_range([]);
        assert!((high - 1.1).abs() < 1e-12 && (low * high - 1.0).abs() < 1e-12, "{low} {high}");
        let even: Vec<f64> = (0..100).map(|it| 1.0 + f64::from(it) / 100.0).collect();
        let (_, high) = panel_range([even.as_slice()]);
        assert!((1.95..=1.99).contains(&high), "{high}");
        let mut one = vec![1.0; 200];
        one[7] = 50.0;
        one.push(f64::NAN);
        let (_, high) = panel_range([one.as_slice()]);
        assert!((high - 1.1).abs() < 1e-12, "one of 200 is not held: {high}");
    }

    #[test]
    fn what_is_beyond_the_range_is_at_its_edge() {
        let drawn = |value: f64| panel(&[1.0, 1.0, value], &[], (0.5, 2.0)).unwrap();
        assert_eq!(drawn(2.0), drawn(7.0));
        assert_ne!(drawn(2.0), drawn(1.9));
    }

    #[test]
    fn runs_without_a_value_are_passed_over_and_changes_have_dots() {
        let svg = panel(&[f64::NAN, 1.0, 1.2, f64::NAN, 1.2], &[2, 3, 9], (0.5, 2.0)).unwrap();
        assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
        assert!(!svg.contains("NaN"), "{svg}");
        assert!(svg.contains("0.50x") && svg.contains("2.00x"), "{svg}");
    }
}
