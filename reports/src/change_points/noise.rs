//! What the noise of a series is like, learned from the series itself.

use crate::stats::median;

/// How many runs on each side of a run say where it should be.
const NEIGHBOURS: usize = 12;

/// How many deviations from the level a run is left as it is.
const CLIP: f64 = 2.5;

/// The factor that makes the median distance from the median a normal deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// The standard deviation by which runs differ from their neighbours.
///
/// Differences of neighbours hardly see steps and drifts, and their median size hardly sees
/// outliers. Where most neighbours are equal, the mean takes the place of the median.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let sizes: Vec<f64> = values.windows(2).map(|it| (it[1] - it[0]).abs()).collect();
    if sizes.is_empty() {
        return 0.0;
    }
    let typical = NORMAL * median(&sizes);
    let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
    (if typical > 0.0 { typical } else { mean }) / std::f64::consts::SQRT_2
}

/// The median of the distances from zero, as a normal deviation.
pub(super) fn spread(distances: &[f64]) -> f64 {
    NORMAL * median(&distances.iter().map(|it| it.abs()).collect::<Vec<f64>>())
}

/// The values, with outliers drawn in: none is further than a few deviations from the level
/// (Huber, Robust Estimation of a Location Parameter, 1964).
///
/// A single run then weighs little, while a step that is not yet in the level remains one.
pub(super) fn without_outliers(values: &[f64], level: &[f64], deviations: &[f64]) -> Vec<f64> {
    let clipped = |((value, level), deviation): ((&f64, &f64), &f64)| {
        let arm = CLIP * deviation;
        value.clamp(level - arm, level + arm)
    };
    values.iter().zip(level).zip(deviations).map(clipped).collect()
}

/// The medians of the runs around each run.
pub(super) fn running_median(values: &[f64]) -> Vec<f64> {
    let near = |at: usize| at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(values.len());
    (0..values.len()).map(|at| median(&values[near(at)])).collect()
}

/// How much of a run's deviation the next run keeps, from 0 to nearly 1: the
/// autocorrelation, as far as the series shows it.
///
/// Of noise that keeps a part r, differences of runs two apart have 1 + r times the variance
/// of those of neighbours. Steps and outliers hardly matter to differences (Chakar,
/// Lebarbier, Lévy-Leduc & Robin, A Robust Approach for Estimating Change-Points in the Mean
/// of an AR(1) Process, 2017). An estimate that is not well above zero is zero, as most series have
/// none and would lose small steps to it.
pub(super) fn autocorrelation(values: &[f64]) -> f64 {
    let (Some(near), Some(far)) =
        (variance_of_differences(values, 1), variance_of_differences(values, 2))
    else {
        return 0.0;
    };
    let estimate = far / near - 1.0;
    let error = (2.0 / values.len() as f64).sqrt();
    if estimate > SHOWN * error { estimate.min(MOST_KEPT) } else { 0.0 }
}

/// By how many standard errors it is to be above zero.
const SHOWN: f64 = 2.4;

/// The most that a run is taken to keep of the one before.
const MOST_KEPT: f64 = 0.95;

/// The mean square of differences. Those that are far too large for the noise are left out:
/// they have a step or an outlier in them, of which more are in differences of runs further
/// apart.
fn variance_of_differences(values: &[f64], apart: usize) -> Option<f64> {
    let differences: Vec<f64> = values.windows(apart + 1).map(|it| it[apart] - it[0]).collect();
    let most = TOO_LARGE * spread(&differences);
    let noise: Vec<f64> = differences.into_iter().filter(|it| it.abs() <= most).collect();
    let mean = noise.iter().map(|it| it * it).sum::<f64>() / noise.len() as f64;
    (mean > 0.0).then_some(mean)
}

/// The fewest deviations of a difference that is taken to be no noise.
const TOO_LARGE: f64 = 3.0;
