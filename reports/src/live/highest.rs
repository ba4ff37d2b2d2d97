use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::format::{duration, quantity};

/// The highest rate at which the p99 latency of a guest stays within a bound. A rate counts as
/// too high if it was tried several times, and never kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HighestRate {
    /// The bound, in nanoseconds.
    pub p99_at_most_ns: u64,
    /// Why no higher rate was found.
    pub upper: Upper,
    /// Every rate that was tried, in this order.
    pub tried: Vec<RateTried>,
}

/// What is above the highest rate that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Upper {
    /// A rate that was not kept.
    Failed,
    /// The load generator, which can't send faster.
    Generator,
    /// Rates that were not tried.
    Untried,
}

/// A rate that was tried, in requests a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateTried {
    /// The rate.
    pub rate: f64,
    /// Replies a second; absent if some had not come long after the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achieved: Option<f64>,
    /// The p99 latency from the planned moment, in nanoseconds; likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_p99_ns: Option<u64>,
    /// Whether it was within the bound, and replies came as fast as requests.
    pub is_kept: bool,
}

impl HighestRate {
    /// The highest rate that was kept, below any that never was.
    pub fn kept(&self) -> Option<f64> {
        let fails = self.fails().unwrap_or(f64::INFINITY);
        let kept = self.tried.iter().filter(|it| it.is_kept && it.rate < fails);
        kept.map(|it| it.rate).max_by(f64::total_cmp)
    }

    /// The lowest rate that was never kept.
    pub fn fails(&self) -> Option<f64> {
        let is_kept = |rate: f64| self.tried.iter().any(|it| it.is_kept && it.rate == rate);
        let failed = self.tried.iter().filter(|it| !is_kept(it.rate));
        failed.map(|it| it.rate).min_by(f64::total_cmp)
    }

    /// The rate in words: `6,400 to 7,000`, `below 100` or `at least 51,200`.
    pub fn text(&self) -> String {
        match (self.kept(), self.fails()) {
            (Some(kept), Some(fails)) => format!("{} to {}", quantity(kept), quantity(fails)),
            (Some(kept), None) => format!("at least {}", quantity(kept)),
            (None, Some(fails)) => format!("below {}", quantity(fails)),
            (None, None) => "-".into(),
        }
    }

    /// The bound in words: `p99 at most 5 ms`.
    pub fn bound(&self) -> String {
        format!("p99 at most {}", duration(self.p99_at_most_ns as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(rates: &[(f64, bool)]) -> HighestRate {
        let one = |&(rate, is_kept): &(f64, bool)| RateTried {
            rate,
            achieved: Some(rate),
            latency_p99_ns: Some(1),
            is_kept,
        };
        let tried = rates.iter().map(one).collect();
        HighestRate { p99_at_most_ns: 5_000_000, upper: Upper::Failed, tried }
    }

    #[test]
    fn the_range_is_between_what_was_kept_and_what_was_not() {
        let of = |rates: &[(f64, bool)]| tried(rates).text();
        let found = [(100.0, true), (200.0, true), (400.0, false), (283.0, true), (336.0, false)];
        assert_eq!(of(&found), "283 to 336");
        assert_eq!(of(&found[..2]), "at least 200");
        let disturbed = [(100.0, false), (100.0, true), (200.0, false), (200.0, false)];
        assert_eq!(of(&disturbed), "100 to 200");
        assert_eq!(of(&[(100.0, false)]), "below 100");
        assert_eq!(of(&[]), "-");
        assert_eq!(tried(&[]).bound(), "p99 at most 5.00 ms");
    }
}
