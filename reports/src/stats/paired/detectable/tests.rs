use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::super::SignedRank;
use super::*;

const SAMPLES: [f64; 12] = [
    0.012, -0.003, 0.0345, 0.021, 0.0081, -0.0177, 0.0402, 0.0259, 0.0019, 0.0311, -0.0068, 0.0153,
];

#[test]
fn the_fewest_samples_are_those_of_the_tables() {
    // At a level of 0.05 over fifty cells it takes eleven, as 2 / 2^11 is 0.00098 and 0.05
    // / 50 is 0.001.
    for (error, count) in
        [(1.0, 1), (0.5, 2), (0.1, 5), (0.05, 6), (0.01, 8), (0.001, 11), (0.05 / 52.0, 12)]
    {
        assert_eq!(smallest_count(error), Some(count), "{error}");
    }
    for odd in [0.0, -0.1, 1.1, f64::NAN, f64::MIN_POSITIVE / 1e10] {
        assert_eq!(smallest_count(odd), None, "{odd}");
    }
}

#[test]
fn an_arm_is_half_of_the_interval() {
    let shift = Shift::of(&SAMPLES).unwrap();
    // The 14th of the 78 means of two samples is 0.00165, and the 14th from the end 0.02605.
    assert!((shift.arm(0.05).unwrap() - 0.012_2).abs() < 1e-15);
    // Of 4096 ways to sign twelve ranks, 87 have a sum of 13 or less: 2.0288 deviations.
    let factor = shift.detectable(0.05).unwrap() / shift.arm(0.05).unwrap();
    assert!((factor - (1.0 + 0.841_62 / 2.028_8)).abs() < 1e-4, "{factor}");
}

#[test]
fn without_an_interval_nothing_is_detectable() {
    let shift = Shift::of(&SAMPLES[..5]).unwrap();
    assert_eq!((shift.arm(0.05), shift.detectable(0.05)), (None, None));
    for odd in [0.0, f64::NAN, f64::INFINITY] {
        assert_eq!(shift.blocks_for(odd, 0.05), None);
    }
    for odd in [0.0, -0.1, 1.1, f64::NAN] {
        assert_eq!((shift.detectable(odd), shift.blocks_for(0.1, odd)), (None, None));
    }
    // A single sample, and a tail of one half.
    assert_eq!(Shift::of(&[0.1]).unwrap().blocks_for(0.1, 0.05), None);
    assert_eq!(Shift::of(&[0.1, 0.2]).unwrap().detectable(1.0), None);
    assert_eq!(Shift::of(&SAMPLES).unwrap().blocks_for(1e-300, 0.05), Some(u64::MAX));
}

#[test]
fn too_few_samples_still_tell_how_many_it_takes() {
    let shift = Shift::of(&SAMPLES[..5]).unwrap();
    assert_eq!(shift.blocks_for(1.0, 0.05), Some(6));
    // Their range, 0.0375, misses in one of 32 on each side: 1.8627 standard errors to
    // an arm. 1.9600 and 0.8416 of them are needed: 0.02820, of which 0.001 is 1/28.20.
    assert_eq!(shift.blocks_for(0.001, 0.05), Some(3977));
}

#[test]
fn without_spread_every_shift_is_detectable() {
    let shift = Shift::of(&[0.3; 8]).unwrap();
    assert_eq!(shift.detectable(0.05), Some(0.0));
    assert_eq!(shift.blocks_for(1e-9, 0.05), Some(6));
    assert_eq!(shift.blocks_for(1e-9, 0.001), Some(11));
}

/// Nearly normal values with a standard deviation of 1.
fn normal() -> impl Strategy<Value = f64> {
    prop::array::uniform12(-0.5_f64..0.5).prop_map(|parts| parts.iter().sum())
}

fn draw(count: usize, rounds: usize) -> Vec<Shift> {
    let mut runner = TestRunner::deterministic();
    let samples = prop::collection::vec(normal(), count);
    (0..rounds)
        .map(|_| Shift::of(&samples.new_tree(&mut runner).unwrap().current()).unwrap())
        .collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    Shift::of(&values.collect::<Vec<_>>()).unwrap().estimate()
}

#[test]
fn a_detectable_shift_is_told_from_zero_as_often_as_claimed() {
    for (count, error) in [(8, 0.05), (11, 0.05), (11, 0.001), (20, 0.01)] {
        let drawn = draw(count, 1000);
        let share = |size: f64| {
            let seen = drawn
                .iter()
                .filter(|shift| shift.interval(error).unwrap().low + size > 0.0)
                .count();
            seen as f64 / drawn.len() as f64
        };
        let power = share(median(drawn.iter().map(|shift| shift.detectable(error).unwrap())));
        assert!((power - POWER).abs() < 0.07, "{count} samples at {error}: {power}");
        let half = share(median(drawn.iter().map(|shift| shift.arm(error).unwrap())));
        assert!((half - 0.5).abs() < 0.07, "{count} samples at {error}: {half}");
    }
}

#[test]
fn the_number_of_blocks_needed_is_predicted_from_a_few() {
    let fewer = draw(16, 300);
    let more = draw(64, 300);
    let difference = median(more.iter().map(|shift| shift.detectable(0.05).unwrap()));
    let blocks =
        median(fewer.iter().map(|shift| shift.blocks_for(difference, 0.05).unwrap() as f64));
    assert!((55.0..75.0).contains(&blocks), "{blocks}");
}

#[test]
fn for_many_normal_samples_the_detectable_shift_follows_the_efficiency() {
    let found = median(draw(200, 20).iter().map(|shift| shift.detectable(0.05).unwrap()));
    // 1.96 and 0.84 deviations for the level and the power.
    let expected = (1.96 + 0.84) * (std::f64::consts::PI / 3.0 / 200.0).sqrt();
    assert!((found / expected - 1.0).abs() < 0.05, "{found}, {expected}");
}

proptest! {
    #[test]
    fn there_is_an_interval_from_the_fewest_samples_on(count in 1_u32..40, error in 1e-9_f64..=1.0) {
        let reached = SignedRank::of(count).critical(error / 2.0).is_some();
        prop_assert_eq!(reached, count >= smallest_count(error).unwrap());
    }

    #[test]
    fn no_more_blocks_are_asked_for_what_is_detectable(
        samples in prop::collection::vec(-1.0_f64..1.0, 6..30),
        finer in 0.1_f64..1.0,
    ) {
        let shift = Shift::of(&samples).unwrap();
        let detectable = shift.detectable(0.05).unwrap();
        let blocks = samples.len() as u64;
        prop_assert_eq!(shift.blocks_for(detectable, 0.05), Some(blocks));
        prop_assert_eq!(shift.blocks_for(-detectable, 0.05), Some(blocks));
        let more = shift.blocks_for(detectable * finer, 0.05).unwrap();
        let exactly = blocks as f64 / finer / finer;
        // The number of blocks is rounded up.
        let surplus = more as f64 - exactly;
        prop_assert!((-1e-9 * exactly..1.0 + 1e-9 * exactly).contains(&surplus), "{more}, {exactly}");
        prop_assert!(shift.blocks_for(detectable * 100.0, 0.05) == smallest_count(0.05).map(u64::from));
    }
}
