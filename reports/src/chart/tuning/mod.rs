//! Charts of a tuning: what the values of a knob come to.

mod cost;
mod curve;
mod prediction;
mod ready;
mod trade_off;

pub use cost::cost;
pub use ready::ready;
pub use trade_off::trade_off;

use plotters::style::RGBColor;

use crate::format;

use super::axis::{Axis, Scale, linear_ticks, log_range, log_ticks};
use super::dash::Dash;
use super::marker::Marker;
use super::palette::Ink;

/// Room at the ends of the axes, as a part of their length.
const ROOM: f64 = 0.06;
/// The most labels on the vertical axis.
const TICKS: usize = 7;
/// Numbers whose ratios are less than this are shown on a linear axis from 0, on which no
/// difference looks larger than it is.
const MOST_LINEAR: f64 = 4.0;

/// How the line with a number looks.
fn look(index: usize) -> (RGBColor, Marker, Dash) {
    (Ink::numbered(index).color(), Marker::numbered(index), Dash::numbered(index))
}

/// Where a value of a knob is on a logarithmic axis, which has no 0: that is put one step
/// of two below 1.
fn place(value: u64) -> f64 {
    if value == 0 { 0.5 } else { value as f64 }
}

/// The axis of a knob's values; `None` without any.
fn knob_axis(knob: &str, values: impl Iterator<Item = u64>) -> Option<Axis> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.dedup();
    Some(Axis {
        title: format!("{knob}, log scale"),
        scale: Scale::Log,
        range: log_range(values.iter().map(|&it| place(it)), ROOM / 2.0)?,
        ticks: values.into_iter().map(|it| (place(it), knob_value(it))).collect(),
    })
}

/// A value of a knob in a chart.
fn knob_value(value: u64) -> String {
    if value < 10_000_000 { format::count(value) } else { format::quantity(value as f64) }
}

/// Whether a number can be drawn: neither negative nor beyond what anyone measures.
fn is_drawable(value: f64) -> bool {
    value == 0.0 || (1e-9..1e18).contains(&value)
}

/// The vertical axis for some numbers, logarithmic or linear as fits; `None` without any
/// above 0.
fn vertical(
    title: &str,
    values: impl Iterator<Item = f64>,
    show: fn(f64) -> String,
) -> Option<Axis> {
    let values: Vec<f64> = values.collect();
    let range = log_range(values.iter().copied(), ROOM)?;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let is_linear = least <= 0.0 || most < MOST_LINEAR * least;
    let ticks = match is_linear {
        true => linear_ticks(most * 1.08, TICKS),
        false => log_ticks(range, TICKS),
    };
    Some(Axis {
        title: if is_linear { title.into() } else { format!("{title}, log scale") },
        scale: if is_linear { Scale::Linear } else { Scale::Log },
        range: if is_linear { (0.0, most * 1.08) } else { range },
        ticks: ticks.into_iter().map(|it| (it, show(it))).collect(),
    })
}

/// A round number on an axis.
fn round_quantity(value: f64) -> String {
    let text = format::quantity(value);
    let digits = text.trim_end_matches(char::is_alphabetic);
    let prefix = &text[digits.len()..];
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    // Two decimals are too few for small numbers.
    if value > 0.0 && value < 0.1 { format!("{value:e}") } else { format!("{digits}{prefix}") }
}

/// A round ratio on an axis.
fn round_ratio(value: f64) -> String {
    format!("{}x", round_quantity(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers_have_no_needless_zeros() {
        let numbers = [0.0, 0.05, 0.5, 1.0, 20.0, 100.0, 1e4, 2.5e6].map(round_quantity);
        assert_eq!(numbers, ["0", "5e-2", "0.5", "1", "20", "100", "10k", "2.5M"]);
    }

    #[test]
    fn small_differences_are_drawn_from_0() {
        let axis = |values: [f64; 2]| vertical("", values.into_iter(), round_ratio).unwrap();
        assert_eq!(axis([1.0, 1.1]).scale, Scale::Linear);
        assert_eq!(axis([1.0, 10.0]).scale, Scale::Log);
        assert_eq!(axis([0.0, 10.0]).scale, Scale::Linear);
        assert!(vertical("", [0.0].into_iter(), round_ratio).is_none());
    }
}
