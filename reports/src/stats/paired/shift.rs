use super::SignedRank;
use crate::stats::interval::middle;

/// The shift of paired samples, with Wilcoxon's signed-rank test of what it can be.
///
/// Everything is read off the Walsh averages: those of each pair of samples, and of each
/// sample with itself. W+ for the samples minus θ is the number of averages above θ (Tukey;
/// Hollander & Wolfe, Nonparametric Statistical Methods, 3.1 to 3.3).
///
/// An average which equals θ counts for the hypothesis under test, not half for it and
/// half against as mid-ranks have it: no p-value is then too small where samples tie,
/// and a test agrees with an interval even at the interval's ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The Walsh averages, sorted; there is at least one.
    averages: Vec<f64>,
    count: u32,
    null: SignedRank,
}

/// A confidence interval for a shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end, which is part of the interval.
    pub low: f64,
    /// The upper end, which is part of the interval.
    pub high: f64,
    /// The probability that such an interval covers the shift, never lower than asked.
    pub confidence: f64,
}

impl Shift {
    /// Takes time and memory as the square of the number of samples.
    ///
    /// `None` without samples, or when one of them is not finite.
    pub fn of(samples: &[f64]) -> Option<Self> {
        if samples.is_empty() || samples.iter().any(|sample| !sample.is_finite()) {
            return None;
        }
        let count = u32::try_from(samples.len()).ok()?;
        let with_later = |(first, &sample): (usize, &f64)| {
            samples[first..].iter().map(move |other| sample.midpoint(*other))
        };
        let mut averages: Vec<f64> = samples.iter().enumerate().flat_map(with_later).collect();
        averages.sort_unstable_by(f64::total_cmp);
        Some(Self { averages, count, null: SignedRank::of(count) })
    }

    /// The shift of the same samples with opposite signs.
    pub fn reversed(&self) -> Self {
        let averages = self.averages.iter().rev().map(|average| -average).collect();
        Self { averages, count: self.count, null: self.null.clone() }
    }

    /// How many samples there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The median of the Walsh averages (Hodges & Lehmann, Estimates of Location
    /// Based on Rank Tests, 1963).
    pub fn estimate(&self) -> f64 {
        middle(&self.averages)
    }

    /// Every θ that no test rejects at a level of `error`/2 on either side: the interval
    /// which misses the shift with a probability of at most `error`.
    ///
    /// `None` when there are too few samples ([`smallest_count`](super::smallest_count)),
    /// or when `error` is not over 0 and at most 1.
    pub fn interval(&self, error: f64) -> Option<Interval> {
        let (rank, tail) = self.outermost_rank(error)?;
        let (low, high) = (self.averages[rank - 1], self.averages[self.averages.len() - rank]);
        Some(Interval { low, high, confidence: 1.0 - 2.0 * tail })
    }

    /// The rank k, from 1, of the average at which the interval starts, and the
    /// probability with which it misses on one side.
    pub(super) fn outermost_rank(&self, error: f64) -> Option<(usize, f64)> {
        let asked = (error > 0.0 && error <= 1.0).then_some(error / 2.0)?;
        let sum = self.null.critical(asked)?;
        Some((usize::try_from(sum).ok()? + 1, self.null.at_most(sum)))
    }

    /// How probable samples as high as these are, at most, if the shift is `theta` or
    /// less. 1 when `theta` is not a number.
    pub fn p_above(&self, theta: f64) -> f64 {
        self.null.at_least(self.averages.iter().filter(|&&average| average > theta).count() as u64)
    }

    /// How probable samples as low as these are, at most, if the shift is `theta` or
    /// more. 1 when `theta` is not a number.
    pub fn p_below(&self, theta: f64) -> f64 {
        self.null.at_least(self.averages.iter().filter(|&&average| average < theta).count() as u64)
    }

    /// How probable samples as far off as these are, to whichever side, if the shift
    /// is `theta`: twice the lesser of the one-sided values, and at most 1.
    pub fn p_differs(&self, theta: f64) -> f64 {
        (2.0 * self.p_above(theta).min(self.p_below(theta))).min(1.0)
    }
}

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;
