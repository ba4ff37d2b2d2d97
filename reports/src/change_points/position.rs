//! Where exactly a change is.

use std::ops::{Range, RangeInclusive};

use super::partition::{Piece, SHORTEST, Sums};
use crate::stats::median;

/// How much less likely a place may be than the best for the change still to be there, with a
/// confidence of 95 %: the critical value of Hansen (Sample Splitting and Threshold
/// Estimation, 2000), in the squared deviations by which a fit is worse.
const CRITICAL: f64 = 7.35;

/// Moves the splits between level pieces by a few runs to where the distances from the
/// medians of both add up to the least.
///
/// Noise has been given a normal shape around a level that was not yet known, so that a run
/// on the wrong side of a split looks like an outlier of that side and stays there.
pub(super) fn moved(values: &[f64], mut pieces: Vec<Piece>) -> Vec<Piece> {
    for at in 1..pieces.len() {
        let [before, after] = [at - 1, at].map(|it| pieces[it].clone());
        if !before.slopes && !after.slopes {
            let split = moved_split(values, &before.runs, &after.runs);
            pieces[at - 1].runs.end = split;
            pieces[at].runs.start = split;
        }
    }
    pieces
}

fn moved_split(values: &[f64], before: &Range<usize>, after: &Range<usize>) -> usize {
    let reach = SHORTEST - 1;
    let first = before.end.saturating_sub(reach).max(before.start + 1);
    let last = (after.start + reach).min(after.end - 1);
    let levels = [before, after].map(|runs| median(&values[runs.clone()]));
    let misfit = |split: &usize| {
        let sum = |runs: Range<usize>, level: f64| {
            values[runs].iter().map(|it| (it - level).abs()).sum::<f64>()
        };
        sum(first..*split, levels[0]) + sum(*split..last, levels[1])
    };
    let best = (first..=last).min_by(|a, b| misfit(a).total_cmp(&misfit(b)));
    best.filter(|it| misfit(it) < misfit(&before.end)).unwrap_or(before.end)
}

/// The places where the second of two neighbouring pieces could start.
pub(super) fn interval(sums: &Sums, before: &Piece, after: &Piece) -> RangeInclusive<usize> {
    let (start, end) = (before.runs.start, after.runs.end);
    let least = |piece: &Piece| if piece.slopes { 3 } else { 1 };
    let rest = |split: usize| {
        let lines = [(start..split, before.slopes), (split..end, after.slopes)];
        lines.iter().map(|(runs, slopes)| sums.line(runs, *slopes).rest).sum::<f64>()
    };
    let best = after.runs.start;
    let bound = rest(best) + CRITICAL;
    let possible = |split: &usize| rest(*split) <= bound;
    let first = (start + least(before)..best).find(possible).unwrap_or(best);
    let last = (best..=end - least(after)).rev().find(possible).unwrap_or(best);
    first..=last
}
