use proptest::prelude::*;

use super::*;

/// Samples from 6 on, and the largest sum that is significant at 2.5 per cent on
/// one side: OEIS A226330, after Mitic's table.
const PUBLISHED: [u64; 25] = [
    0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52, 58, 65, 73, 81, 89, 98, 107, 116, 126,
    137,
];

/// Samples, the sum, and the one-sided probability: from SciPy 1.17.1, with
/// `scipy.stats._wilcoxon.WilcoxonDistribution(samples).cdf(sum)`.
const REFERENCE: [(u32, u64, f64); 8] = [
    (20, 52, 0.02422046661376953),
    (30, 100, 0.0026913899928331375),
    (50, 400, 0.010611835818424176),
    (100, 1800, 0.006149882192241235),
    (200, 8000, 0.006089114852074702),
    (400, 30000, 5.615607117123664e-06),
    (400, 35000, 0.013707398830658019),
    (400, 40000, 0.4828683750278799),
];

#[test]
fn the_critical_values_are_those_of_the_published_table() {
    assert_eq!(SignedRank::of(5).critical(0.025), None);
    for (count, sum) in (6..).zip(PUBLISHED) {
        assert_eq!(SignedRank::of(count).critical(0.025), Some(sum), "{count} samples");
    }
}

#[test]
fn other_levels_are_as_in_the_tables_of_textbooks() {
    // Wilcoxon & Wilcox, Some Rapid Approximate Statistical Procedures, 1964.
    for (count, level, sum) in [
        (5, 0.05, 0),
        (8, 0.05, 5),
        (10, 0.05, 10),
        (12, 0.01, 9),
        (16, 0.01, 23),
        (8, 0.005, 0),
        (10, 0.005, 3),
    ] {
        assert_eq!(SignedRank::of(count).critical(level), Some(sum), "{count} samples at {level}");
    }
}

#[test]
fn probabilities_agree_with_another_implementation() {
    for (count, sum, probability) in REFERENCE {
        let found = SignedRank::of(count).at_most(sum);
        assert!((found / probability - 1.0).abs() < 1e-10, "{count}, {sum}: {found}");
    }
}

#[test]
fn beyond_what_is_exact_tails_are_nearly_right_and_thin_ones_too_large() {
    let exact = SignedRank::of(EXACT);
    for sum in 0..=exact.greatest() {
        let probability = exact.at_most(sum);
        let error = exact.normal(sum) / probability - 1.0;
        match probability {
            0.025.. => assert!(error.abs() < 0.002, "{sum}: {error}"),
            0.0001.. => assert!((-0.002..0.07).contains(&error), "{sum}: {error}"),
            _ => assert!(error > 0.0, "{sum}: {error}"),
        }
    }
    let middle = exact.greatest() / 2;
    assert!((exact.normal(middle) - exact.at_most(middle)).abs() < 1e-6);
    let (last, first) =
        (exact.critical(0.025).unwrap(), SignedRank::of(EXACT + 1).critical(0.025).unwrap());
    // One sample more adds half of its rank, and half of what the deviation gains.
    assert!((150..200).contains(&(first - last)), "{last}, {first}");
}

#[test]
fn nothing_is_significant_without_samples_or_a_level() {
    assert_eq!(SignedRank::of(0).critical(0.5), None);
    assert_eq!((SignedRank::of(0).at_most(0), SignedRank::of(0).at_least(0)), (1.0, 1.0));
    for level in [0.0, -1.0, f64::NAN] {
        assert_eq!(SignedRank::of(9).critical(level), None);
        assert_eq!(SignedRank::of(EXACT + 9).critical(level), None);
    }
}

#[test]
fn no_level_reaches_beyond_the_middle() {
    for count in 1..40 {
        let distribution = SignedRank::of(count);
        let sum = distribution.critical(f64::INFINITY).unwrap();
        assert!(2 * sum < distribution.greatest() && distribution.greatest() <= 2 * sum + 2);
    }
}

/// How often, of all ways to sign the ranks, their positive sum is at most `most`.
fn by_enumeration(count: u32, most: u64) -> f64 {
    let positive = |signs: u32| {
        (0..count).filter(|bit| signs >> bit & 1 == 1).map(|bit| u64::from(bit) + 1).sum()
    };
    let sums = (0_u32..1 << count).map(positive);
    sums.filter(|sum: &u64| *sum <= most).count() as f64 / f64::from(1_u32 << count)
}

proptest! {
    #[test]
    fn probabilities_are_those_of_all_ways_to_sign_the_ranks(count in 1_u32..=12, sum in 0_u64..80) {
        let distribution = SignedRank::of(count);
        // Sums of halves, quarters and so on: not even rounded.
        prop_assert_eq!(distribution.at_most(sum), by_enumeration(count, sum));
        let less = sum.checked_sub(1).map_or(0.0, |less| by_enumeration(count, less));
        prop_assert_eq!(distribution.at_least(sum), 1.0 - less);
    }

    #[test]
    fn the_critical_sum_is_the_last_at_the_level(count in 1_u32..=600, level in 1e-6_f64..0.5) {
        let distribution = SignedRank::of(count);
        let next = match distribution.critical(level) {
            Some(sum) => {
                prop_assert!(distribution.at_most(sum) <= level);
                sum + 1
            }
            None => 0,
        };
        prop_assert!(distribution.at_most(next) > level || 2 * next >= distribution.greatest());
    }
}
