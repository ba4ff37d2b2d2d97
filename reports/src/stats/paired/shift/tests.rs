use proptest::prelude::*;

use super::*;

/// Hamilton depression scale factor IV of nine patients, after a tranquilizer less
/// before: Hollander & Wolfe, table 3.1.
const DEPRESSION: [f64; 9] = [-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010];

/// θ and its one-sided p-values for [`SAMPLES`], from SciPy 1.17.1, with
/// `scipy.stats.wilcoxon([x - theta for x in samples], alternative=side,
/// method="exact").pvalue` for "greater" and "less".
const REFERENCE: [(f64, f64, f64); 5] = [
    (-0.01, 0.001220703125, 0.999267578125),
    (0.0, 0.01708984375, 0.986572265625),
    (0.0047, 0.07568359375, 0.935302734375),
    (0.0142, 0.574951171875, 0.454833984375),
    (0.03, 0.993896484375, 0.008056640625),
];

const SAMPLES: [f64; 12] = [
    0.012, -0.003, 0.0345, 0.021, 0.0081, -0.0177, 0.0402, 0.0259, 0.0019, 0.0311, -0.0068, 0.0153,
];

#[test]
fn the_textbook_example_is_estimated_as_in_the_textbook() {
    let shift = Shift::of(&DEPRESSION).unwrap();
    let interval = shift.interval(0.05).unwrap();
    assert_eq!(shift.count(), 9);
    assert!((shift.estimate() + 0.46).abs() < 1e-12);
    assert!((interval.low + 0.786).abs() < 1e-12 && (interval.high + 0.010).abs() < 1e-12);
    // Of the 512 ways to sign nine ranks, ten have a sum of 5 or less.
    assert_eq!(interval.confidence, 1.0 - 20.0 / 512.0);
    assert_eq!(shift.p_below(0.0), 10.0 / 512.0);
    assert_eq!(shift.p_differs(0.0), 20.0 / 512.0);
}

#[test]
fn p_values_agree_with_another_implementation() {
    let shift = Shift::of(&SAMPLES).unwrap();
    for (theta, above, below) in REFERENCE {
        assert_eq!((shift.p_above(theta), shift.p_below(theta)), (above, below), "{theta}");
    }
}

#[test]
fn there_is_no_shift_without_samples_or_with_one_that_is_not_finite() {
    assert_eq!(Shift::of(&[]), None);
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Shift::of(&[1.0, odd, 2.0]), None);
    }
}

#[test]
fn a_shift_that_is_not_a_number_is_neither_refuted_nor_covered() {
    let shift = Shift::of(&DEPRESSION).unwrap();
    assert_eq!((shift.p_above(f64::NAN), shift.p_below(f64::NAN)), (1.0, 1.0));
    assert_eq!((shift.p_above(f64::INFINITY), shift.p_below(f64::NEG_INFINITY)), (1.0, 1.0));
    for error in [0.0, -0.1, 1.1, f64::NAN] {
        assert_eq!(shift.interval(error), None);
    }
}

#[test]
fn too_few_samples_have_no_interval_at_the_level() {
    // 2 / 2^5 is 0.0625.
    assert_eq!(Shift::of(&DEPRESSION[..5]).unwrap().interval(0.05), None);
    assert_eq!(Shift::of(&DEPRESSION[..5]).unwrap().interval(0.0625).unwrap().confidence, 0.9375);
    assert!(Shift::of(&DEPRESSION[..6]).unwrap().interval(0.05).is_some());
}

#[test]
fn samples_which_agree_with_what_is_tested_refute_nothing() {
    let shift = Shift::of(&[0.0; 20]).unwrap();
    assert_eq!((shift.p_above(0.0), shift.p_below(0.0), shift.p_differs(0.0)), (1.0, 1.0, 1.0));
    let interval = shift.interval(0.05).unwrap();
    assert_eq!((interval.low, shift.estimate(), interval.high), (0.0, 0.0, 0.0));
    assert!(shift.p_above(-1e-9) < 1e-5);
}

proptest! {
    #[test]
    fn reversing_is_as_turning_over_every_sign(
        samples in prop::collection::vec(prop_oneof![(-4_i8..=4).prop_map(f64::from), -4.0_f64..4.0], 1..25),
    ) {
        let turned: Vec<f64> = samples.iter().map(|sample| -sample).collect();
        let shift = Shift::of(&samples).unwrap();
        prop_assert_eq!(&shift.reversed(), &Shift::of(&turned).unwrap());
        prop_assert_eq!(shift.reversed().p_below(0.5), shift.p_above(-0.5));
    }

    #[test]
    fn an_interval_leaves_out_exactly_what_a_test_refutes(
        // Whole numbers tie, and meet θ, often.
        samples in prop::collection::vec(prop_oneof![(-4_i8..=4).prop_map(f64::from), -4.0_f64..4.0], 1..25),
        near in -5.0_f64..5.0,
        level in 0.0005_f64..0.5,
    ) {
        let shift = Shift::of(&samples).unwrap();
        let found = shift.interval(2.0 * level);
        let ends = found.iter().flat_map(|interval| [interval.low, interval.high]);
        for theta in [near, near.round(), shift.estimate()].into_iter().chain(ends) {
            prop_assert_eq!(found.is_some_and(|interval| theta < interval.low), shift.p_above(theta) <= level);
            prop_assert_eq!(found.is_some_and(|interval| theta > interval.high), shift.p_below(theta) <= level);
        }
    }

    #[test]
    fn without_ties_the_sum_of_ranks_gives_the_same(samples in prop::collection::vec(-4.0_f64..4.0, 1..25)) {
        let mut ranked = samples.clone();
        ranked.sort_by(|left, right| left.abs().total_cmp(&right.abs()));
        let sum: u64 = (1..).zip(&ranked).filter(|(_, sample)| **sample > 0.0).map(|(rank, _)| rank).sum();
        let distribution = SignedRank::of(samples.len() as u32);
        let shift = Shift::of(&samples).unwrap();
        prop_assert_eq!(shift.p_above(0.0), distribution.at_least(sum));
        prop_assert_eq!(shift.p_below(0.0), distribution.at_most(sum));
    }

    #[test]
    fn the_other_way_round_everything_is_mirrored(mut samples in prop::collection::vec(-4.0_f64..4.0, 1..25)) {
        let shift = Shift::of(&samples).unwrap();
        samples.reverse();
        prop_assert_eq!(&shift, &Shift::of(&samples).unwrap());
        samples.iter_mut().for_each(|sample| *sample = -*sample);
        let other = Shift::of(&samples).unwrap();
        prop_assert_eq!(shift.estimate(), -other.estimate());
        prop_assert_eq!(shift.p_above(0.5), other.p_below(-0.5));
        let (found, other) = (shift.interval(0.1), other.interval(0.1));
        prop_assert_eq!(found.map(|interval| interval.low), other.map(|interval| -interval.high));
    }
}
