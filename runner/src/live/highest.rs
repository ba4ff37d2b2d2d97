//! The highest rate at which a server's latency stays within a bound, by search.

use std::time::Duration;

use pollbench_load::{Bounds, BoundsError, LoadError, Outcome, Plan, search};
use pollbench_reports::live::{BEHIND, HighestRate, RateTried, Upper};

use super::error::LiveError;
use super::guest::Guest;
use super::round::{Failed, Stage};

/// Which rates are tried, in requests a second: from the first one doubled until one is too high,
/// and then halved until the ends are within a tenth.
const BOUNDS: Bounds = Bounds { first: 100.0, highest: 1e6, tolerance: 0.1, probes: 20 };

/// How often a rate is tried before it counts as too high.
const TRIES: u32 = 3;

/// Why a search ends before it has found anything.
enum End {
    Stopped,
    Failed(String),
    Generator,
    Other(LiveError),
}

impl From<BoundsError> for End {
    fn from(error: BoundsError) -> Self {
        unreachable!("the bounds are constants: {error}")
    }
}

impl Stage<'_> {
    /// The highest rate at which the p99 latency of a guest is at most `bound`, and replies come
    /// as fast as requests; or what the guest does wrong. `None` if everything is to stop.
    pub fn highest(
        &self,
        guest: &Guest,
        plan: &Plan,
        bound: Duration,
    ) -> Result<Option<Result<HighestRate, String>>, LiveError> {
        let bound = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        let mut tried = Vec::new();
        let outcome = search(&BOUNDS, |rate| {
            // A single disturbance of the machine must not end the search.
            for _ in 0..TRIES {
                let one = self.probe(guest, &Plan { rate, ..plan.clone() }, bound)?;
                let is_kept = one.is_kept;
                tried.push(one);
                if is_kept {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        let upper = match outcome {
            Ok(Outcome::LimitHolds | Outcome::ProbesSpent { fails: None, .. }) => Upper::Untried,
            Ok(_) => Upper::Failed,
            Err(End::Generator) => Upper::Generator,
            Err(End::Stopped) => return Ok(None),
            Err(End::Failed(why)) => return Ok(Some(Err(why))),
            Err(End::Other(error)) => return Err(error),
        };
        Ok(Some(Ok(HighestRate { p99_at_most_ns: bound, upper, tried })))
    }

    fn probe(&self, guest: &Guest, plan: &Plan, bound: u64) -> Result<RateTried, End> {
        let rate = plan.rate;
        match self.round(guest, plan.clone()) {
            Ok(Some(Ok(measured))) => {
                let load = measured.load;
                let p99 = load.latency.quantile(0.99);
                Ok(RateTried {
                    rate,
                    achieved: Some(load.achieved),
                    latency_p99_ns: Some(p99),
                    is_kept: p99 <= bound && load.achieved >= BEHIND * load.offered,
                })
            }
            // So much is left to do that it is not done long after the end.
            Ok(Some(Err(Failed { is_slow: true, .. }))) => {
                Ok(RateTried { rate, achieved: None, latency_p99_ns: None, is_kept: false })
            }
            Ok(Some(Err(failed))) => {
                let what = format!("at {} requests a second: {}", rate.round(), failed.why);
                Err(End::Failed(what))
            }
            Ok(None) => Err(End::Stopped),
            Err(LiveError::Load(LoadError::Behind { .. })) => Err(End::Generator),
            Err(error) => Err(End::Other(error)),
        }
    }
}
