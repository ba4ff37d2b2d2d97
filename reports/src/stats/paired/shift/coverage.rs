//! Tests that intervals and tests err as rarely as they say.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;

/// The rate at which an interval covers the shift of samples drawn from `sample`, minus the
/// rate that it claims.
fn coverage_error(count: usize, error: f64, sample: impl Strategy<Value = f64>) -> f64 {
    const ROUNDS: u32 = 4000;
    let mut runner = TestRunner::deterministic();
    let samples = prop::collection::vec(sample, count);
    let (mut covered, mut confidence) = (0, 0.0);
    for _ in 0..ROUNDS {
        let drawn = samples.new_tree(&mut runner).unwrap().current();
        let interval = Shift::of(&drawn).unwrap().interval(error).unwrap();
        covered += u32::from((interval.low..=interval.high).contains(&0.0));
        confidence = interval.confidence;
    }
    f64::from(covered) / f64::from(ROUNDS) - confidence
}

#[test]
fn intervals_cover_the_shift_as_often_as_they_say() {
    // Uniform samples, samples with rare outliers on both sides, and samples with long
    // tails.
    let uniform = || -1.0_f64..1.0;
    let outliers =
        (uniform(), uniform()).prop_map(|(near, far)| if far > 0.8 { near * 50.0 } else { near });
    let tailed = uniform().prop_map(|value| value / (1.0 - value.abs()));
    for error in [
        coverage_error(9, 0.05, uniform()),
        coverage_error(11, 0.1, outliers),
        coverage_error(12, 0.2, tailed),
        coverage_error(7, 0.5, uniform()),
    ] {
        assert!(error.abs() < 0.02, "{error}");
    }
    // With ties, coverage is higher than claimed, never lower.
    assert!(coverage_error(10, 0.2, uniform().prop_map(|value| (value * 3.0).round())) > 0.0);
}

proptest! {
    #[test]
    fn of_all_ways_to_sign_samples_no_more_are_refuted_than_the_level_allows(
        // Zeros, and sizes which tie, among others.
        sizes in prop::collection::vec(prop_oneof![(0_i8..4).prop_map(f64::from), 0.0_f64..4.0], 1..9),
        level in 0.001_f64..0.5,
    ) {
        let ways = 0_u32..1 << sizes.len();
        let refuted = ways.clone().filter(|signs| {
            let sign = |(bit, size): (usize, &f64)| if signs >> bit & 1 == 1 { *size } else { -size };
            let samples: Vec<f64> = sizes.iter().enumerate().map(sign).collect();
            Shift::of(&samples).unwrap().p_above(0.0) <= level
        });
        prop_assert!(refuted.count() as f64 <= level * ways.len() as f64);
    }
}
