//! By how much one of two paired measurements differs from the other.
//!
//! A sample is a difference: the log ratio of one block's two medians, so that all
//! shifts here are natural logarithms of a factor. Samples are taken to be
//! independent and, around their shift, as often positive as negative at any size
//! (symmetric); nothing else is assumed of their distribution.
//!
//! For several cells at once, their [`Shift::p_differs`] go through [`holm`], and
//! its levels are the errors to ask [`Shift::interval`] for.

mod detectable;
pub mod fdr;
pub mod holm;
mod shift;
mod signed_rank;

pub use detectable::{POWER, deviations, smallest_count};
pub use shift::{Interval, Shift};
pub use signed_rank::{EXACT, SignedRank};

/// The indices of the p-values, from the smallest to the largest; `None` if one is not a
/// probability.
fn ascending(p: &[f64]) -> Option<Vec<usize>> {
    if !p.iter().all(|value| (0.0..=1.0).contains(value)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&left, &right| p[left].total_cmp(&p[right]));
    Some(order)
}

/// Whether numbers equal the expected ones, except for rounding.
#[cfg(test)]
fn are_near(found: &[f64], expected: &[f64]) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(left, right)| (left - right).abs() < 1e-12)
}
