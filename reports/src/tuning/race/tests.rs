use proptest::prelude::*;

use super::super::TOLERANCE;
use super::look::{ALPHA, MOST_VALUES};
use super::*;

fn race(low: u64, high: u64, default: u64) -> Race {
    Race::new(Range::new(low, high, default).unwrap(), TOLERANCE)
}

/// Runs a race without noise, for at most `most` rounds.
fn run(race: &mut Race, most: usize, cost: impl Fn(u64) -> f64) {
    while race.rounds() < most && !race.is_settled() {
        let costs: Vec<f64> = race.values().into_iter().map(&cost).collect();
        race.round(&costs).unwrap();
    }
}

fn tried(race: &Race) -> Vec<u64> {
    race.costs().map(|it| it.value).collect()
}

#[test]
fn without_noise_the_first_look_leaves_the_best_and_what_is_near() {
    let mut race = race(1, 64, 1);
    // Seven values: a first look needs 2^-7 ≤ 0.05 / 6.
    assert_eq!(race.fewest(1), 7);
    run(&mut race, 7, |value| if value == 8 { 1.0 } else { 1.5 });
    assert_eq!((race.chosen(), race.values()), (8, vec![6, 8, 11]));
    assert_eq!(tried(&race), [1, 2, 4, 6, 8, 11, 16, 32, 64]);
}

#[test]
fn a_race_ends_when_neighbours_are_near_enough() {
    let mut race = race(1, 1024, 1024);
    run(&mut race, 1000, |value| (value as f64 / 100.0).ln().abs() + 1.0);
    assert!(race.is_settled());
    // Around 128, then around 91, then around 108.
    assert_eq!(tried(&race), [1, 2, 4, 8, 16, 32, 64, 76, 91, 108, 128, 181, 256, 512, 1024]);
    assert_eq!((race.chosen(), race.rounds() < 40), (108, true));
}

#[test]
fn among_given_values_nothing_joins() {
    // Withdrawn values leave gaps, in which there are other whole numbers.
    let mut race = Race::among((0..36).collect(), 7, TOLERANCE);
    (10..20).chain(21..34).for_each(|place| race.withdraw(place));
    assert_eq!(race.chosen(), 7);
    run(&mut race, 1000, |place| 1.0 + (place as f64 - 20.0).abs());
    assert!(race.is_settled());
    assert_eq!((race.chosen(), tried(&race).len()), (20, 13));
    assert!(Race::among(vec![3], 3, TOLERANCE).is_settled());
}

#[test]
fn a_flat_race_is_not_refined() {
    let mut race = race(1, 64, 4);
    run(&mut race, 1000, |_| 5.0);
    assert!(race.is_settled());
    assert_eq!((race.values().len(), tried(&race).len()), (7, 7));
}

#[test]
fn of_two_valleys_the_narrow_one_is_found() {
    let mut race = race(1, 4096, 1);
    let cost = |value: u64| match value {
        23 => 1.0,
        16 | 32 => 1.015,
        512 => 1.01,
        _ => 2.0,
    };
    run(&mut race, 1000, cost);
    assert_eq!(race.chosen(), 23);
}

#[test]
fn one_value_is_settled_before_any_round() {
    let race = race(7, 7, 7);
    assert_eq!((race.is_settled(), race.chosen(), race.values()), (true, 7, vec![7]));
}

#[test]
fn before_the_first_round_the_default_is_chosen() {
    assert_eq!(race(1, 64, 16).chosen(), 16);
}

#[test]
fn a_round_that_does_not_fit_changes_nothing() {
    let mut race = race(1, 4, 2);
    let error = race.round(&[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "1 costs were given for 3 values");
    for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = race.round(&[1.0, odd, 1.0]).unwrap_err();
        assert_eq!(error.to_string(), format!("2 can't cost {odd}: a cost is a positive number"));
    }
    assert_eq!((race.rounds(), race.values().len()), (0, 3));
}

#[test]
fn a_value_that_is_withdrawn_has_no_part_any_more() {
    let mut race = race(1, 8, 2);
    race.round(&[3.0, 1.0, 2.0, 3.0]).unwrap();
    race.withdraw(2);
    assert_eq!((race.values(), race.chosen()), (vec![1, 4, 8], 4));
    race.withdraw(1);
    race.withdraw(8);
    assert!(race.is_settled());
    race.withdraw(4);
    assert!(race.values().is_empty());
}

#[test]
fn a_value_that_is_withdrawn_does_not_join_again() {
    let mut race = race(1, 1024, 1024);
    let mut withdrawn = Vec::new();
    // Two values stay in the race, and each one that joins is the same as another, so that
    // it is taken out at once.
    let first = race.values();
    let cost = |value: u64| match value {
        64 => 1.0,
        256 => 1.01,
        _ => 2.0,
    };
    while !race.is_settled() {
        for value in race.values().into_iter().filter(|it| !first.contains(it)) {
            assert!(!withdrawn.contains(&value), "{value} has joined again");
            withdrawn.push(value);
            race.withdraw(value);
        }
        let costs: Vec<f64> = race.values().into_iter().map(cost).collect();
        race.round(&costs).unwrap();
    }
    assert_eq!((race.values(), withdrawn.is_empty()), (vec![64, 256], false));
}

#[test]
fn a_race_that_tells_nothing_does_not_grow_for_ever() {
    let mut race = race(1, 1 << 60, 1);
    let mut state = 1_u64;
    for _ in 0..400 {
        let costs = race.values().into_iter().map(|_| {
            // Costs from 1 to 1,000, from a linear congruential generator by Knuth.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            1000_f64.powf((state >> 32) as f64 / 2_f64.powi(32))
        });
        let costs: Vec<f64> = costs.collect();
        race.round(&costs).unwrap();
    }
    assert_eq!(tried(&race).len(), MOST_VALUES);
}

#[test]
fn what_all_looks_spend_adds_up_to_alpha() {
    let spent: f64 = (1..100_000).map(spent_by).sum();
    assert!(spent < ALPHA && spent > ALPHA * 0.9999, "{spent}");
}

proptest! {
    /// A factor common to a round changes nothing.
    #[test]
    fn a_slow_round_cancels_out(factors in prop::collection::vec(0.1_f64..10.0, 60)) {
        let cost = |value: u64| 1.0 + (value as f64 / 20.0).ln().abs();
        let (mut steady, mut shaken) = (race(1, 256, 256), race(1, 256, 256));
        for factor in factors {
            prop_assert_eq!(steady.values(), shaken.values());
            let costs: Vec<f64> = steady.values().into_iter().map(cost).collect();
            steady.round(&costs).unwrap();
            shaken.round(&costs.iter().map(|it| it * factor).collect::<Vec<_>>()).unwrap();
        }
        prop_assert_eq!(steady.chosen(), shaken.chosen());
    }

    #[test]
    fn a_race_of_any_range_stays_inside_and_small(
        ends in any::<[u64; 3]>(),
        costs in prop::collection::vec(0.1_f64..10.0, 1..2000),
    ) {
        let mut ends = ends;
        ends.sort_unstable();
        let mut race = race(ends[0], ends[2], ends[1]);
        let mut costs = costs.into_iter().cycle();
        for _ in 0..60 {
            let values = race.values();
            race.round(&costs.by_ref().take(values.len()).collect::<Vec<_>>()).unwrap();
            let tried = tried(&race);
            prop_assert!(tried.is_sorted_by(|left, right| left < right));
            prop_assert!(tried.iter().all(|it| (ends[0]..=ends[2]).contains(it)));
            prop_assert!(tried.len() <= MOST_VALUES);
            prop_assert!(race.values().contains(&race.chosen()));
        }
    }
}
