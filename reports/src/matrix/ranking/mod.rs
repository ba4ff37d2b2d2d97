//! Which guest is best, which are level with it, which are slower, and where it can't be
//! told: the one definition that tables, sentences, heatmaps and charts use.
//!
//! The best of a size is the guest whose ratios to all the others have the smallest
//! product. It is chosen by the same times that it is judged by, so a plain test against it
//! would find too many differences. Two questions are asked instead, whose answers hold
//! whichever guest is truly the best (Hsu, Simultaneous Confidence Intervals for All
//! Distances from the Best, 1981):
//!
//! - A guest is *level* with the best where it is shown to take less than 1 + [`MARGIN`]
//!   times the time of every other guest: all of these tests have to reject, so none needs
//!   a correction (Berger, Multiparameter Hypothesis Testing and Acceptance Sampling,
//!   1982). No guest is level if the best guest itself is not shown to be.
//! - A guest is *slower* where it is shown to take longer than the best one, after
//!   multiplying the p-value by the number of guests that it could have been compared with.
//!
//! All tests are Wilcoxon's signed-rank tests of log-ratios by round. The p-values of all
//! cells of a record are adjusted together, separately for each question and for the best
//! guests, so that of each kind of claim at most one in twenty is expected to be wrong
//! ([`fdr`](crate::stats::paired::fdr)). If no claim of a kind is true, that is the
//! probability of making any in the whole record.

mod judge;
#[cfg(test)]
mod noise;
mod rounds;

pub(crate) use judge::{Comparison, Ranking, compare, rank};
pub(crate) use rounds::Rounds;

/// How much longer than the best a guest may take and still be level with it, as a part of
/// the best's time: no more than the effect of compiler flags or memory layout.
pub const MARGIN: f64 = 0.05;

/// The highest expected part of the claims of a kind that is wrong.
pub const FALSE_CLAIMS: f64 = 0.05;
