use statrs::distribution::{Binomial, DiscreteCDF};

use crate::record::Estimate;

/// The coverage that an interval has at least, if there are enough samples.
pub const CONFIDENCE: f64 = 0.95;

/// The median of `samples` and a distribution-free interval for it.
///
/// The interval reaches from the k-th smallest to the k-th largest sample, for
/// the largest k with which it covers the median with a probability of at least
/// [`CONFIDENCE`]. Under six samples there is no such k: the interval is then
/// their full range, with its real, lower probability. (Conover, Practical
/// Nonparametric Statistics, 3.2: the number of samples below the median is
/// binomial with p = 1/2.)
///
/// `None` without samples, or when one of them is not finite.
pub fn median_interval(samples: &[f64]) -> Option<Estimate> {
    if samples.is_empty() || samples.iter().any(|sample| !sample.is_finite()) {
        return None;
    }
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    let (rank, confidence) = outermost_ranks(count)?;
    Some(Estimate {
        median: middle(&sorted),
        low: sorted[rank - 1],
        high: sorted[count - rank],
        confidence,
    })
}

/// The median of `samples`; NaN if there are none.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() { f64::NAN } else { middle(&sorted) }
}

/// The rank k, from 1, at which the interval starts, and its coverage.
fn outermost_ranks(count: usize) -> Option<(usize, f64)> {
    let below = Binomial::new(0.5, count as u64).ok()?;
    // The median is missed when fewer than k samples lie on one side of it.
    let coverage = |rank: usize| (1.0 - 2.0 * below.cdf(rank as u64 - 1)).max(0.0);
    let confident = (1..=count.div_ceil(2)).take_while(|&rank| coverage(rank) >= CONFIDENCE);
    let rank = confident.last().unwrap_or(1);
    Some((rank, coverage(rank)))
}

/// The median of sorted samples, of which there is at least one.
pub(super) fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Samples, the rank of the interval's lower end, and its coverage in per cent:
    /// the two-sided table of nonparametric intervals for the median.
    const PUBLISHED: [(usize, usize, f64); 13] = [
        (5, 1, 93.75),
        (6, 1, 96.88),
        (7, 1, 98.44),
        (8, 1, 99.22),
        (9, 2, 96.09),
        (10, 2, 97.85),
        (11, 2, 98.83),
        (12, 3, 96.14),
        (15, 4, 96.48),
        (17, 5, 95.10),
        (20, 6, 95.86),
        (25, 8, 95.67),
        (30, 10, 95.72),
    ];

    fn ranks_of(count: usize) -> (usize, usize, f64) {
        let samples: Vec<f64> = (1..=count).map(|rank| rank as f64).collect();
        let estimate = median_interval(&samples).unwrap();
        (estimate.low as usize, estimate.high as usize, estimate.confidence)
    }

    #[test]
    fn the_ranks_and_coverages_are_those_of_the_published_table() {
        for (count, rank, per_cent) in PUBLISHED {
            let (low, high, confidence) = ranks_of(count);
            assert_eq!((low, high), (rank, count + 1 - rank), "{count} samples");
            assert!((confidence * 100.0 - per_cent).abs() < 0.006, "{count}: {confidence}");
        }
    }

    #[test]
    fn one_sample_is_an_estimate_without_any_confidence() {
        let estimate = median_interval(&[7.0]).unwrap();
        assert_eq!((estimate.low, estimate.median, estimate.high), (7.0, 7.0, 7.0));
        assert!(estimate.confidence < 1e-12);
    }

    #[test]
    fn there_is_no_estimate_without_samples_or_with_one_that_is_not_finite() {
        assert_eq!(median_interval(&[]), None);
        assert!(median(&[]).is_nan());
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(median_interval(&[1.0, odd, 2.0]), None);
        }
    }

    /// Coverage, by enumerating all ways in which the samples can lie below or above the
    /// median.
    fn coverage_by_enumeration(count: usize, rank: usize) -> f64 {
        let covered = (0_u32..1 << count)
            .map(|sides| sides.count_ones() as usize)
            .filter(|&below| below >= rank && count - below >= rank)
            .count();
        covered as f64 / f64::from(1_u32 << count)
    }

    proptest! {
        #[test]
        fn the_interval_is_the_narrowest_that_brute_force_finds_confident(count in 1_usize..16) {
            let (low, high, confidence) = ranks_of(count);
            prop_assert_eq!(low + high, count + 1);
            prop_assert!((confidence - coverage_by_enumeration(count, low)).abs() < 1e-12);
            prop_assert!(confidence >= CONFIDENCE || low == 1);
            let narrower = coverage_by_enumeration(count, low + 1);
            prop_assert!(narrower < CONFIDENCE);
        }

        #[test]
        fn half_of_the_samples_lie_on_each_side(
            samples in prop::collection::vec(-1e12_f64..1e12, 1..40)
        ) {
            let estimate = median_interval(&samples).unwrap();
            let at_most = samples.iter().filter(|&&sample| sample <= estimate.median).count();
            let at_least = samples.iter().filter(|&&sample| sample >= estimate.median).count();
            prop_assert!(at_most * 2 >= samples.len() && at_least * 2 >= samples.len());
            prop_assert!(estimate.low <= estimate.median && estimate.median <= estimate.high);
            prop_assert!(samples.contains(&estimate.low) && samples.contains(&estimate.high));
        }

        #[test]
        fn order_does_not_matter(mut samples in prop::collection::vec(0.0_f64..1e9, 1..20)) {
            let first = median_interval(&samples);
            samples.reverse();
            prop_assert_eq!(first, median_interval(&samples));
        }
    }
}
