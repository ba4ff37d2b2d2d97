//! The ratio of two groups of runs.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::record::Estimate;
use crate::stats::{CONFIDENCE, median};

/// Groups are taken to be normal in this respect from this number of runs on.
const MANY: usize = 10;

/// The median of the ratios of all pairs of a value after and a value before, with its
/// distribution-free interval between two of the ratios in order (Hodges & Lehmann, Estimates
/// of Location Based on Rank Tests, 1963; Conover, Practical Nonparametric Statistics, 5.4).
///
/// `None` if a group is empty or a value is not above zero.
pub(super) fn ratio(before: &[f64], after: &[f64]) -> Option<Estimate> {
    let positive = |values: &[f64]| !values.is_empty() && values.iter().all(|&it| it > 0.0);
    (positive(before) && positive(after)).then_some(())?;
    let pairs = after.iter().flat_map(|after| before.iter().map(move |before| after / before));
    let mut ratios: Vec<f64> = pairs.collect();
    ratios.sort_by(f64::total_cmp);
    let (rank, confidence) = outermost_rank(before.len(), after.len());
    let (low, high) = (ratios[rank], ratios[ratios.len() - 1 - rank]);
    Some(Estimate { median: median(&ratios), low, high, confidence })
}

/// How many ratios are left out on each side, and the interval's coverage.
fn outermost_rank(before: usize, after: usize) -> (usize, f64) {
    let few = before.min(after);
    if few >= MANY {
        let (product, total) = ((before * after) as f64, (before + after + 1) as f64);
        let wide = -Normal::standard().inverse_cdf((1.0 - CONFIDENCE) / 2.0);
        let rank = (product / 2.0 - 0.5 - wide * (product * total / 12.0).sqrt()).floor();
        return (rank.max(0.0) as usize, CONFIDENCE);
    }
    let chances = rank_sum_chances(few, before.max(after));
    let mut missed = 0.0;
    let mut rank = 0;
    let mut confidence = 1.0 - 2.0 * chances[0];
    for (below, chance) in chances.iter().enumerate().take(before * after / 2) {
        missed += 2.0 * chance;
        if 1.0 - missed < CONFIDENCE {
            break;
        }
        (rank, confidence) = (below, 1.0 - missed);
    }
    (rank, confidence.max(0.0))
}

/// The probability of each number of pairs in which the value of the first group is above
/// that of the second, if both come from one distribution (Mann & Whitney, On a Test of
/// Whether one of Two Random Variables is Stochastically Larger than the Other, 1947).
pub(super) fn rank_sum_chances(few: usize, many: usize) -> Vec<f64> {
    let most = few * many;
    // Of the pooled values so far, by how many are of the first group: the ways to place
    // them, by the number of pairs.
    let mut ways = vec![vec![0.0; most + 1]; few + 1];
    ways[0][0] = 1.0;
    for pooled in 1..=few + many {
        for first in (1..=few.min(pooled)).rev() {
            let above = pooled - first;
            for pairs in (above..=most).rev() {
                ways[first][pairs] += ways[first - 1][pairs - above];
            }
        }
    }
    let total: f64 = ways[few].iter().sum();
    ways[few].iter().map(|it| it / total).collect()
}
