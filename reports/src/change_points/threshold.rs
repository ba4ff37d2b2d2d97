//! How far the best of all splits of a series without any change may stand out.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// The fewest runs on each side of a split.
const SIDE: usize = 5;

/// In how many steps the splits of a long series are gone through.
const MOST_STEPS: usize = 200;

/// The splits of a series that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Splits {
    /// All that leave enough runs on both sides.
    All,
    /// Those whose second side is short.
    Newest,
}

/// The most runs after one of the newest splits.
pub(super) const NEWEST: usize = 2 * SIDE;

impl Splits {
    /// The first and the last place in a series of `count` runs, if there are any.
    fn places(self, count: usize) -> Option<(usize, usize)> {
        let last = count.checked_sub(SIDE)?;
        let first = match self {
            Self::All => SIDE,
            Self::Newest => SIDE.max(count.saturating_sub(NEWEST)),
        };
        (first <= last).then_some((first, last))
    }

    /// The probability that the best of these splits of `count` runs without a change has
    /// sides whose means differ by at least `deviations` standard errors.
    ///
    /// The standard score of a split, as a function of its place on a logistic scale, is an
    /// Ornstein-Uhlenbeck process, whose crossings are known (James, James & Siegmund, Tests
    /// for a Change-Point, 1987); that it is looked at between runs only is corrected for as
    /// in Siegmund, Sequential Analysis, 1985. The deviation of the noise is itself
    /// estimated, from as many runs, so a score is first turned from Student's distribution
    /// to the normal one.
    pub fn chance(self, deviations: f64, count: usize) -> f64 {
        let normal = Normal::standard();
        let score = to_normal(deviations, count);
        let once = 2.0 * normal.sf(score);
        let Some((first, last)) = self.places(count) else { return once };
        if !score.is_finite() {
            return once;
        }
        let total = count as f64;
        let logit = |place: usize| (place as f64 / (total - place as f64)).ln();
        let steps = (last - first).min(MOST_STEPS);
        let step = (logit(last) - logit(first)) / steps.max(1) as f64;
        let rate = |at: usize| {
            let share = 1.0 / (1.0 + (-(logit(first) + (at as f64 + 0.5) * step)).exp());
            let distance = score / (total * share * (1.0 - share)).sqrt();
            (-0.583 * distance).exp() * step
        };
        let crossings: f64 = (0..steps).map(rate).sum();
        (once + score * normal.pdf(score) * crossings).min(1.0)
    }

    /// The score which the best of these splits of `count` runs without a change reaches
    /// with a probability of `alpha`: the inverse of [`Splits::chance`].
    pub fn critical(self, alpha: f64, count: usize) -> f64 {
        let (mut low, mut high) = (1.0, 60.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if self.chance(middle, count) > alpha { low = middle } else { high = middle }
        }
        high
    }
}

/// The normal score that is as rare as this one with a deviation estimated from `count` runs.
/// It is the closed approximation of Wallace (Bounds on Normal Approximations to Student's
/// and the Chi-Square Distributions, 1959).
fn to_normal(deviations: f64, count: usize) -> f64 {
    let freedom = count.saturating_sub(2).max(1) as f64;
    let factor = (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0);
    factor * (freedom * (deviations * deviations / freedom).ln_1p()).sqrt()
}

#[cfg(test)]
mod tests {
    use statrs::distribution::StudentsT;

    use super::*;

    #[test]
    fn scores_are_as_rare_as_by_students_distribution() {
        for (score, count) in [(2.0, 12), (3.0, 30), (4.0, 100)] {
            let exact = StudentsT::new(0.0, 1.0, count as f64 - 2.0).unwrap().sf(score);
            let normal = Normal::standard().sf(to_normal(score, count));
            assert!((normal / exact - 1.0).abs() < 0.02, "{score}, {count}: {normal}, {exact}");
        }
    }
}
