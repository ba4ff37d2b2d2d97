use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, Normal};

/// The most samples for which probabilities are exact, to the rounding of an `f64`.
pub const EXACT: u32 = 400;

/// How Wilcoxon's signed-rank statistic W+ is distributed where the shift is zero.
///
/// W+ is the sum of those ranks, from 1 to n, whose sample is positive: each sample is,
/// independently, with a probability of 1/2 (Wilcoxon, Individual Comparisons by Ranking
/// Methods, 1945; Hollander & Wolfe, Nonparametric Statistical Methods, 3.1). Up to
/// [`EXACT`] samples the sums are counted. Beyond that, their distribution is taken to be
/// normal, with a continuity correction: a tail of 0.025 is then right to a part in 500,
/// and thinner ones come out too large, that of 0.0001 by up to 7 %.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedRank {
    count: u32,
    /// P(W+ ≤ w) for each w of the lower half; empty if there are more than [`EXACT`]
    /// samples.
    lower: &'static [f64],
}

/// The exact distributions by number of samples, each computed once, on first use.
static COUNTED: [OnceLock<Vec<f64>>; EXACT as usize + 1] =
    [const { OnceLock::new() }; EXACT as usize + 1];

impl SignedRank {
    /// The distribution for `count` samples.
    pub fn of(count: u32) -> Self {
        let counted = COUNTED.get(count as usize);
        let lower = counted.map(|it| it.get_or_init(|| lower_half(count as usize)).as_slice());
        Self { count, lower: lower.unwrap_or_default() }
    }

    /// The largest possible sum: n(n + 1)/2, also the number of Walsh averages.
    pub fn greatest(&self) -> u64 {
        u64::from(self.count) * (u64::from(self.count) + 1) / 2
    }

    /// P(W+ ≤ sum).
    pub fn at_most(&self, sum: u64) -> f64 {
        match self.greatest().checked_sub(sum) {
            None | Some(0) => 1.0,
            Some(_) if self.lower.is_empty() => self.normal(sum),
            // The distribution is symmetric.
            Some(rest) => {
                let known = usize::try_from(sum).ok().and_then(|sum| self.lower.get(sum));
                known.copied().unwrap_or_else(|| 1.0 - self.lower[rest as usize - 1])
            }
        }
    }

    /// P(W+ ≥ sum).
    pub fn at_least(&self, sum: u64) -> f64 {
        self.greatest().checked_sub(sum).map_or(0.0, |rest| self.at_most(rest))
    }

    /// The largest sum which W+ is at or below with a probability of at most `level`.
    ///
    /// Levels over 1/2 are taken as 1/2. `None` where even the sum 0, which has a
    /// probability of 1/2^n, is too probable.
    pub fn critical(&self, level: f64) -> Option<u64> {
        let (mut low, mut high) = (0, self.greatest().div_ceil(2));
        while low < high {
            let middle = u64::midpoint(low, high);
            if self.at_most(middle) <= level {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.checked_sub(1)
    }

    fn normal(&self, sum: u64) -> f64 {
        let count = f64::from(self.count);
        let mean = count * (count + 1.0) / 4.0;
        let deviation = (mean * (2.0 * count + 1.0) / 6.0).sqrt();
        Normal::standard().cdf((sum as f64 + 0.5 - mean) / deviation)
    }
}

fn lower_half(count: usize) -> Vec<f64> {
    let half = count * (count + 1) / 4;
    let mut mass = vec![0.0; half + 1];
    mass[0] = 1.0;
    for rank in 1..=count {
        for sum in (0..=half).rev() {
            let without = mass[sum];
            let with = sum.checked_sub(rank).map_or(0.0, |rest| mass[rest]);
            mass[sum] = (without + with) / 2.0;
        }
    }
    let mut total = 0.0;
    mass.iter_mut().for_each(|part| {
        total += *part;
        *part = total;
    });
    mass
}

#[cfg(test)]
mod tests;
