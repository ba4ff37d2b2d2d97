use proptest::prelude::*;

use super::super::TOLERANCE;
use super::*;

/// Costs with evenly spread noise of up to `noise` on both sides, another order of it for
/// each value.
fn costs(values: &[(u64, f64)], noise: f64, rounds: usize) -> Vec<Costs> {
    let of = |(at, &(value, cost)): (usize, &(u64, f64))| {
        let place = |round: usize| ((round * (2 * at + 3)) % rounds) as f64 / (rounds - 1) as f64;
        let cost = |round: usize| Some(cost * (noise * (2.0 * place(round) - 1.0)).exp());
        Costs { value, rounds: (0..rounds).map(cost).collect() }
    };
    values.iter().enumerate().map(of).collect()
}

fn standings(judgement: &Judgement) -> Vec<Standing> {
    judgement.values.iter().map(|it| it.standing).collect()
}

use Standing::{Recommended, Untold, Within, Worse};

#[test]
fn a_valley_has_a_plateau_and_prices() {
    let values = [(1, 3.0), (4, 1.01), (8, 1.0), (16, 1.01), (32, 1.2), (64, 1.005)];
    let found = judge(&costs(&values, 0.003, 31), 1, 8, TOLERANCE).unwrap();
    assert_eq!((found.recommended, found.reason), (8, Reason::Chosen));
    assert_eq!(standings(&found), [Worse, Within, Recommended, Within, Worse, Within]);
    assert_eq!((found.plateau.low, found.plateau.high), (4, 16));
    assert_eq!(found.plateau.values, [4, 8, 16, 64]);
    assert_eq!((found.worst, found.default), (1, 1));
    let price = found.price_of_default().unwrap();
    assert!(price.low <= 3.0 && 3.0 <= price.high && price.high < 3.02, "{price:?}");
    assert_eq!(found.price_of_worst(), found.price_of_default());
    assert!(!found.makes_no_difference && found.untold.is_empty());
}

#[test]
fn a_default_that_is_not_shown_to_be_worse_is_recommended() {
    let recommended = |of_default: f64, noise: f64| {
        let values = [(4, of_default), (8, 1.0), (16, 2.0)];
        let found = judge(&costs(&values, noise, 31), 4, 8, TOLERANCE).unwrap();
        (found.recommended, found.reason)
    };
    // The same estimate, with and without noise.
    assert_eq!(recommended(1.01, 0.05), (4, Reason::Default));
    assert_eq!(recommended(1.01, 0.001), (8, Reason::Chosen));
    // Not shown either, but estimated to be beyond the tolerance.
    assert_eq!(recommended(1.03, 0.2), (8, Reason::Chosen));
    assert_eq!(recommended(0.9, 0.2), (4, Reason::Default));
}

#[test]
fn a_choice_that_fresh_rounds_refute_is_revised() {
    let values = [(1, 1.0), (2, 1.0), (4, 0.8), (8, 0.7)];
    let found = judge(&costs(&values, 0.01, 31), 1, 2, TOLERANCE).unwrap();
    assert_eq!((found.recommended, found.reason), (8, Reason::Revised));
    assert_eq!(standings(&found), [Worse, Worse, Worse, Recommended]);
    // Nor is the default kept if it is the one refuted.
    let found = judge(&costs(&values, 0.01, 31), 2, 2, TOLERANCE).unwrap();
    assert_eq!((found.recommended, found.reason), (8, Reason::Revised));
}

#[test]
fn level_values_make_no_difference_and_noisy_ones_can_not_be_told() {
    let values = [(1, 1.0), (2, 1.004), (4, 0.996)];
    let found = judge(&costs(&values, 0.002, 31), 1, 1, TOLERANCE).unwrap();
    assert!(found.makes_no_difference && found.untold.is_empty());
    assert_eq!((found.plateau.low, found.plateau.high), (1, 4));
    let found = judge(&costs(&values, 0.3, 31), 1, 1, TOLERANCE).unwrap();
    assert_eq!(standings(&found), [Recommended, Untold, Untold]);
    assert!(!found.makes_no_difference && found.untold.len() == 2);
    assert!(found.untold.iter().all(|it| it.more_rounds.unwrap() > 31), "{:?}", found.untold);
}

#[test]
fn one_value_alone_is_not_said_to_make_no_difference() {
    let found = judge(&costs(&[(7, 1.0)], 0.1, 31), 7, 7, TOLERANCE).unwrap();
    assert!(!found.makes_no_difference);
    assert_eq!((found.plateau.low, found.plateau.high), (7, 7));
}

#[test]
fn values_without_a_common_round_have_no_ratio() {
    let mut costs = costs(&[(1, 1.0), (2, 1.0)], 0.1, 31);
    costs[1].rounds = vec![None; 31];
    let found = judge(&costs, 1, 1, TOLERANCE).unwrap();
    assert_eq!((found.values[1].ratio, found.values[1].cost), (None, None));
    // One comparison at 5 %: 2 · 2^-6 is below it.
    assert_eq!(found.untold, [super::Untold { value: 2, more_rounds: Some(6) }]);
    assert_eq!(judge(&costs, 1, 4, TOLERANCE), None);
}

/// What is shown with half of the rounds left out is not shown with fewer than it takes.
#[test]
fn too_few_rounds_show_nothing() {
    // Two comparisons, and two values to compare with: 2 · 2^-8 ≤ 0.05 / 4.
    for (rounds, expected) in [(7, Untold), (8, Worse)] {
        let values = [(1, 1.0), (2, 3.0), (4, 9.0)];
        let found = judge(&costs(&values, 0.001, rounds), 2, 1, TOLERANCE).unwrap();
        assert_eq!(standings(&found)[1..], [expected; 2]);
    }
}

#[test]
fn counts_are_compared_as_they_are() {
    let found = judge_exact(&[(4, 10.0), (1, 30.0), (2, 10.1), (8, 10.0)], 1, TOLERANCE).unwrap();
    assert_eq!((found.recommended, found.reason, found.worst), (4, Reason::Chosen, 1));
    assert_eq!(standings(&found), [Worse, Within, Recommended, Within]);
    assert_eq!((found.plateau.low, found.plateau.high), (2, 8));
    assert_eq!(found.price_of_default(), Some(exact_ratio(3.0, 1)));
    // Of equal ones it is the default.
    let found = judge_exact(&[(4, 10.0), (8, 10.0)], 8, TOLERANCE).unwrap();
    assert_eq!((found.recommended, found.reason), (8, Reason::Default));
    assert!(found.makes_no_difference);
}

#[test]
fn counts_of_zero_have_no_ratio_but_a_standing() {
    let found = judge_exact(&[(1, 0.0), (2, 5.0), (4, 0.0)], 2, TOLERANCE).unwrap();
    assert_eq!(standings(&found), [Recommended, Worse, Within]);
    assert_eq!((found.worst, found.price_of_worst(), found.plateau.high), (2, None, 1));
    for odd in [f64::NAN, -1.0, f64::INFINITY] {
        assert_eq!(judge_exact(&[(1, 1.0), (2, odd)], 1, TOLERANCE), None);
    }
    assert_eq!(judge_exact(&[], 1, TOLERANCE), None);
}

#[test]
fn a_judgement_survives_json() {
    let found = judge(&costs(&[(1, 1.0), (2, 1.3)], 0.1, 31), 1, 1, TOLERANCE).unwrap();
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Judgement>(&text).unwrap(), found);
}

proptest! {
    #[test]
    fn standings_and_plateau_agree(
        levels in prop::collection::vec(0.9_f64..1.2, 1..8),
        noise in 0.001_f64..0.3,
        (default, chosen) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let values: Vec<(u64, f64)> =
            levels.iter().enumerate().map(|(at, &it)| (1 << at, it)).collect();
        let [default, chosen] = [default, chosen].map(|it| it.get(&values).0);
        let found = judge(&costs(&values, noise, 23), default, chosen, TOLERANCE).unwrap();
        let own = found.of(found.recommended).unwrap();
        prop_assert_eq!(own.standing, Recommended);
        prop_assert_eq!(own.ratio.unwrap().estimate, 1.0);
        let untold = found.values.iter().filter(|it| it.standing == Untold).count();
        prop_assert_eq!(untold, found.untold.len());
        for it in &found.values {
            let in_plateau = found.plateau.values.contains(&it.value);
            prop_assert_eq!(in_plateau, it.standing != Worse);
            let in_range = (found.plateau.low..=found.plateau.high).contains(&it.value);
            prop_assert!(in_plateau || !in_range);
            let ratio = it.ratio.unwrap();
            prop_assert!(ratio.low <= ratio.estimate && ratio.estimate <= ratio.high);
            prop_assert!(ratio.estimate <= found.price_of_worst().unwrap().estimate);
        }
    }
}
