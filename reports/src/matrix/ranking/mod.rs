//! Which guest is best, which are level with it, which are slower, and where it can't
//! be told: the one definition that tables, sentences, heatmaps and charts go by.
//!
//! The best of a size is the guest whose ratios to all the others multiply to the least.
//! It was chosen by the times it is judged by, so that a plain test against it would
//! find too much. Two questions are asked instead, whose answers hold whichever guest is
//! truly the best (Hsu, Simultaneous Confidence Intervals for All Distances from the
//! Best, 1981):
//!
//! - A guest is *level* with the best where it is shown to take less than 1 + [`MARGIN`]
//!   times the time of every other guest: each of these tests has to refute, and so none
//!   needs a correction (Berger, Multiparameter Hypothesis Testing and Acceptance
//!   Sampling, 1982). Nobody is level where the best guest itself is not shown to be.
//! - A guest is *slower* where it is shown to take longer than the best one, the p-value
//!   being multiplied by the number of guests it could have been held against.
//!
//! All tests are Wilcoxon's signed-rank tests of log-ratios by round. The p-values of
//! all cells of a record are adjusted together, those of either question and those of the
//! best guests apart, so that of each kind of claim one in twenty is expected to be wrong
//! at most ([`fdr`](crate::stats::paired::fdr)). If no claim of a kind is true, that is
//! the probability of making any in the whole record.

mod judge;
#[cfg(test)]
mod noise;
mod rounds;

pub(crate) use judge::{Comparison, Ranking, compare, rank};
pub(crate) use rounds::Rounds;

/// What takes so much longer than the best, as a part of its time, is level with it
/// nevertheless: no more than what one choice of compiler flags or memory layout makes.
pub const MARGIN: f64 = 0.05;

/// The part of the claims of a kind that may be wrong.
pub const FALSE_CLAIMS: f64 = 0.05;
