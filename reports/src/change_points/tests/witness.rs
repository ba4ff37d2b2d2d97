//! Statistics, held against those of numpy and scipy.

use serde::Deserialize;

use super::super::ratio::rank_sum_chances;
use super::super::scores::normal_scores;
use super::super::threshold::Splits;

const WITNESS: &str = include_str!("../../../tests/data/change_points/witness.json");

#[derive(Deserialize)]
struct Witness {
    scans: Vec<Scan>,
    rank_sums: Vec<RankSum>,
    normal_scores: Vec<f64>,
}

#[derive(Deserialize)]
struct Scan {
    count: usize,
    newest: bool,
    score_by_chance: std::collections::BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct RankSum {
    few: usize,
    many: usize,
    at_most: Vec<f64>,
}

fn witness() -> Witness {
    serde_json::from_str(WITNESS).unwrap()
}

/// Simulated are 100,000 series each, and the formula is for long ones.
#[test]
fn the_best_split_stands_out_as_often_as_in_simulated_series() {
    for scan in witness().scans {
        let splits = if scan.newest { Splits::Newest } else { Splits::All };
        for (chance, score) in &scan.score_by_chance {
            let stated: f64 = chance.parse().unwrap();
            let ours = splits.chance(*score, scan.count);
            println!(
                "{splits:?} of {}: {score:.3} has {stated}, by the formula {ours:.4}",
                scan.count
            );
            assert!((0.85..1.2).contains(&(ours / stated)), "{ours} for {stated}");
            let critical = splits.critical(ours, scan.count);
            assert!((critical - score).abs() < 1e-6, "{critical} for {score}");
        }
    }
}

#[test]
fn rank_sums_are_as_likely_as_by_the_exact_test() {
    for it in witness().rank_sums {
        let mut sum = 0.0;
        for (chance, expected) in rank_sum_chances(it.few, it.many).iter().zip(&it.at_most) {
            sum += chance;
            assert!((sum - expected).abs() < 1e-12, "{}, {}: {sum}", it.few, it.many);
        }
    }
}

/// Of seven values, the second and the third are equal.
#[test]
fn normal_scores_are_quantiles_of_the_normal_distribution() {
    let expected = witness().normal_scores;
    let scores = normal_scores(&[-5.0, 0.0, 0.0, 1.0, 2.0, 40.0, 1e9]);
    let size = (expected.iter().map(|it| it * it).sum::<f64>() / 7.0).sqrt();
    for (score, expected) in scores.iter().zip(expected) {
        assert!((score * size - expected).abs() < 1e-9, "{score}: {expected}");
    }
}
