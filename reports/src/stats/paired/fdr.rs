//! Corrects many tests so that only a part of the rejections may be wrong: Benjamini &
//! Hochberg, Controlling the False Discovery Rate, 1995.
//!
//! Of the rejected hypotheses, the expected part that is true is at most `alpha`. If all
//! hypotheses are true, that is the probability of rejecting any at all. It holds for tests
//! that are independent of each other, or depend positively (Benjamini & Yekutieli, 2001),
//! as those of several guests against one do.

use super::ascending;

/// The adjusted p-values, in the order of `p`: a hypothesis is rejected at every `alpha`
/// that is not below its adjusted p-value.
///
/// `None` when one of `p` is not a probability.
pub fn adjusted(p: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p)?;
    let mut result = vec![0.0; p.len()];
    let mut most = 1.0_f64;
    for (rank, &cell) in order.iter().enumerate().rev() {
        most = most.min(p[cell] * p.len() as f64 / (rank + 1) as f64);
        result[cell] = most;
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::are_near;
    use super::*;

    #[test]
    fn adjusted_values_are_those_worked_out_by_hand() {
        // Sorted: 0.005 · 4/1, 0.01 · 4/2, 0.03 · 4/3, 0.04 · 4/4.
        let found = adjusted(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        assert!(are_near(&found, &[0.02, 0.04, 0.04, 0.02]), "{found:?}");
        // A larger p-value with a smaller adjusted value lowers those of the smaller
        // p-values.
        let found = adjusted(&[0.04, 0.045, 0.9]).unwrap();
        assert!(are_near(&found, &[0.0675, 0.0675, 0.9]), "{found:?}");
        assert_eq!(adjusted(&[]), Some(Vec::new()));
        assert_eq!(adjusted(&[0.1, f64::NAN]), None);
    }

    proptest! {
        /// The procedure as it was published: it rejects all up to the largest rank k whose
        /// p-value is at most k/m of alpha.
        #[test]
        fn the_refuted_tests_are_those_of_the_procedure(
            p in prop::collection::vec(prop_oneof![0.0_f64..0.1, 0.0_f64..=1.0], 1..12),
            alpha in 0.001_f64..0.3,
        ) {
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let bound = |rank: usize| alpha * rank as f64 / p.len() as f64;
            let largest = (1..=p.len()).rev().find(|&rank| sorted[rank - 1] <= bound(rank));
            let limit = largest.map_or(-1.0, |rank| sorted[rank - 1]);
            for (value, adjusted) in p.iter().zip(adjusted(&p).unwrap()) {
                prop_assert_eq!(*value <= limit, adjusted <= alpha);
            }
        }
    }
}
