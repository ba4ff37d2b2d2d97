use statrs::distribution::{ContinuousCDF, Normal};

use super::Shift;

/// The statistical power: the probability with which a true difference should be found.
pub const POWER: f64 = 0.8;

/// The fewest samples for which there is an interval with an error of at most `error`. In
/// the most extreme case all n samples have one sign, which has a probability of 1/2^(n-1).
///
/// `None` when `error` is not over 0 and at most 1, or too close to 0 for any number.
pub fn smallest_count(error: f64) -> Option<u32> {
    (error <= 1.0).then_some(())?;
    (1..=1023).find(|&count| widest_error(count) <= error)
}

/// The probability with which the widest interval of `count` samples misses.
fn widest_error(count: u32) -> f64 {
    2.0 * 0.5_f64.powf(f64::from(count))
}

/// By how many standard deviations a normal value exceeds its mean with a
/// probability of `tail`.
pub fn deviations(tail: f64) -> f64 {
    -Normal::standard().inverse_cdf(tail)
}

/// How small a difference such samples could show. `error` is always the probability with
/// which an interval misses, as for [`Shift::interval`].
impl Shift {
    /// Half the length of the interval: an estimate that far from zero can just about be
    /// told from zero. A true shift of that size is missed half of the time.
    ///
    /// `None` if there is no interval at this error.
    pub fn arm(&self, error: f64) -> Option<f64> {
        self.interval(error).map(|interval| interval.high / 2.0 - interval.low / 2.0)
    }

    /// The smallest true shift, to either side, which is told from zero with a
    /// probability of [`POWER`].
    ///
    /// The estimate is taken to be normal, as it is for many samples (Hodges & Lehmann,
    /// Estimates of Location Based on Rank Tests, 1963), and the arm to be as many of
    /// its standard errors as the interval's confidence has normal deviations (Lehmann,
    /// Nonparametric Confidence Intervals for a Shift Parameter, 1963). To be seen, an
    /// estimate must lie an arm from zero; its mean must lie further, by the deviations
    /// for the power. For many normal samples of deviation σ a standard error comes
    /// out as σ·√(π/3n), 3/π being the test's efficiency.
    ///
    /// `None` if there is no interval at this error.
    pub fn detectable(&self, error: f64) -> Option<f64> {
        self.interval(error)?;
        self.needed(error)
    }

    /// How many samples like these it would take for [`Shift::detectable`] to be
    /// `difference`, whose sign does not matter: it shrinks with the square root of their
    /// number.
    ///
    /// Never less than [`smallest_count`]. If there is no interval yet at this error, the
    /// standard error is estimated from the widest one. `None` when that is a single value,
    /// or `difference` is zero or not finite.
    pub fn blocks_for(&self, difference: f64, error: f64) -> Option<u64> {
        (difference.is_finite() && difference != 0.0).then_some(())?;
        let ratio = self.needed(error)? / difference;
        let blocks = (f64::from(self.count()) * ratio * ratio).ceil();
        // The conversion saturates at the maximum of the type.
        Some((blocks as u64).max(u64::from(smallest_count(error)?)))
    }

    /// The detectable shift, estimated from the widest interval if there is none at this
    /// error.
    fn needed(&self, error: f64) -> Option<f64> {
        smallest_count(error)?;
        let reached = error.max(widest_error(self.count()));
        let (_, tail) = self.outermost_rank(reached)?;
        let asked = deviations(error / 2.0).max(deviations(tail));
        Some(self.standard_error(error)? * (asked + deviations(1.0 - POWER)))
    }

    /// The standard error of the estimate, from the length of the interval at this error,
    /// or of the widest one.
    ///
    /// `None` if the interval's length says nothing: there is a single sample, or half of
    /// the probability lies beyond each end of the interval.
    pub fn standard_error(&self, error: f64) -> Option<f64> {
        let reached = error.max(widest_error(self.count()));
        let (_, tail) = self.outermost_rank(reached)?;
        let within = deviations(tail);
        (within > 0.0).then_some(self.arm(reached)? / within)
    }
}

#[cfg(test)]
mod tests;
