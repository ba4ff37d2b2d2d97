//! Corrects several tests: Holm, A Simple Sequentially Rejective Multiple Test Procedure,
//! 1979.
//!
//! The probability of rejecting any true hypothesis is at most `alpha`, over all tests
//! together and however they depend on each other.

use super::ascending;

/// The adjusted p-values, in the order of `p`: a hypothesis is rejected at every `alpha`
/// that is not below its adjusted p-value.
///
/// `None` when one of `p` is no probability.
pub fn adjusted(p: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p)?;
    let mut result = vec![0.0; p.len()];
    let mut least = 0.0_f64;
    for (rank, &cell) in order.iter().enumerate() {
        least = least.max(p[cell] * (p.len() - rank) as f64).min(1.0);
        result[cell] = least;
    }
    Some(result)
}

/// The level at which each test is made, in the order of `p`: of m tests, the one
/// with the r-th smallest p-value has `alpha`/(m - r + 1).
///
/// Holm's procedure stops at the first test that does not reject. Here all later tests keep
/// that test's level, so that a p-value is at or below its level exactly if its
/// [`adjusted`] value is at or below `alpha`. Intervals at these levels hence agree with
/// the tests; that all of them cover at once is not claimed.
///
/// `None` when one of `p`, or `alpha`, is no probability.
pub fn levels(p: &[f64], alpha: f64) -> Option<Vec<f64>> {
    let order = ascending(p)?;
    ascending(&[alpha])?;
    let level = |rank: usize| alpha / (p.len() - rank) as f64;
    let refuted =
        order.iter().enumerate().take_while(|&(rank, &cell)| p[cell] <= level(rank)).count();
    let mut result = vec![0.0; p.len()];
    for (rank, &cell) in order.iter().enumerate() {
        result[cell] = level(rank.min(refuted));
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::are_near;
    use super::*;

    #[test]
    fn adjusted_values_agree_with_another_implementation() {
        // statsmodels 0.14: statsmodels.stats.multitest.multipletests(p, 0.05, "holm")[1].
        let found = adjusted(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        assert!(are_near(&found, &[0.03, 0.06, 0.06, 0.02]), "{found:?}");
        let found = adjusted(&[0.02, 0.001, 0.6, 0.02, 0.013, 0.9, 0.0004]).unwrap();
        assert!(are_near(&found, &[0.08, 0.006, 1.0, 0.08, 0.065, 1.0, 0.0028]), "{found:?}");
    }

    #[test]
    fn levels_rise_until_a_test_does_not_refute() {
        let found = levels(&[0.01, 0.04, 0.03, 0.005], 0.05).unwrap();
        assert!(are_near(&found, &[0.05 / 3.0, 0.025, 0.025, 0.0125]), "{found:?}");
        let found = levels(&[0.001, 0.04, 0.02], 0.05).unwrap();
        assert!(are_near(&found, &[0.05 / 3.0, 0.05, 0.025]), "{found:?}");
        let found = levels(&[0.9, 0.8], 0.05).unwrap();
        assert!(are_near(&found, &[0.025, 0.025]), "{found:?}");
    }

    #[test]
    fn a_single_test_needs_no_adjustment_and_no_tests_have_no_levels() {
        assert_eq!(
            (adjusted(&[0.03]), levels(&[0.03], 0.05)),
            (Some(vec![0.03]), Some(vec![0.05]))
        );
        assert_eq!((adjusted(&[]), levels(&[], 0.05)), (Some(Vec::new()), Some(Vec::new())));
    }

    #[test]
    fn values_that_are_no_probabilities_are_not_adjusted() {
        for odd in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            assert_eq!((adjusted(&[0.1, odd]), levels(&[0.1, odd], 0.05)), (None, None));
            assert_eq!(levels(&[0.1], odd), None);
        }
    }

    /// Holm's definition through closure: the largest of Bonferroni's p-values over
    /// every set of tests which the test is in.
    fn by_closure(p: &[f64], cell: usize) -> f64 {
        let sets = (1_u32..1 << p.len()).filter(|set| set >> cell & 1 == 1);
        let bonferroni = sets.map(|set| {
            let of_set = (0..p.len()).filter(|other| set >> other & 1 == 1).map(|other| p[other]);
            (of_set.fold(1.0, f64::min) * f64::from(set.count_ones())).min(1.0)
        });
        bonferroni.fold(0.0, f64::max)
    }

    fn several() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(
            prop_oneof![0.0_f64..0.1, 0.0_f64..=1.0, Just(0.01), Just(0.0), Just(1.0)],
            1..9,
        )
    }

    proptest! {
        #[test]
        fn adjusted_values_are_those_of_the_closed_test(p in several()) {
            let expected: Vec<f64> = (0..p.len()).map(|cell| by_closure(&p, cell)).collect();
            prop_assert!(are_near(&adjusted(&p).unwrap(), &expected));
        }

        #[test]
        fn levels_refute_what_adjusted_values_do(p in several(), alpha in 0.001_f64..0.3) {
            for ((p, level), adjusted) in p.iter().zip(levels(&p, alpha).unwrap()).zip(adjusted(&p).unwrap()) {
                prop_assert_eq!(*p <= level, adjusted <= alpha);
            }
        }
    }
}
