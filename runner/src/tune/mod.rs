//! Tunes a guest: finds which value of a knob to use under a workload, over which range it
//! does not matter, and what a wrong one costs.
//!
//! Every value is counted first, which also checks the guest with it. An objective that is
//! counted is judged from that alone. Otherwise rounds of the values still in the race are
//! timed for one half of the budget, and in the other half fresh rounds, by which the values
//! are judged: the winner of a race looks better than it is.

mod costs;
mod counting;
mod knob;
mod part;
mod phases;
mod rounds;
mod search;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_reports::record::{Counters, KnobValue};
use pollbench_reports::tuning::{Bound, Costs, MixError, Objective, RaceError, Tuned};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

use crate::compare::Runner;
use crate::engine::RunLimits;
use crate::session::Progress;
use crate::worker::{Job, WhyNot, WorkerError, unless_stopped};

use counting::Counting;
pub use knob::TunableKnob;
use part::push;
use rounds::Round;
use search::Search;

/// What a knob is tuned for at once: one work, or several with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The works, with the knobs that are fixed.
    pub jobs: Vec<Job>,
    /// Their weights, if there are several.
    pub weights: Vec<f64>,
}

/// How a guest is tuned.
pub struct Tuner<'a> {
    /// What runs the guest.
    pub runner: Runner,
    /// The knobs that are fixed, by name.
    pub fixed: BTreeMap<String, KnobValue>,
    /// What is to be as little as possible.
    pub objective: Objective,
    /// The limit for what is not the objective.
    pub bound: Option<Bound>,
    /// How long timing may take, for all knobs together.
    pub budget: Duration,
    /// Differences up to this part of a cost do not matter.
    pub tolerance: f64,
    /// The seed of the random number generator.
    pub seed: u64,
    /// What a run of the guest may use.
    pub limits: RunLimits,
    /// Set when the tuning is to stop.
    pub stop: &'a AtomicBool,
    /// Is told how far the tuning has come.
    pub progress: &'a dyn Progress,
}

/// Why a guest can't be tuned.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// A worker process gives no answer.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The guest comes to nothing with the default value of a knob.
    #[error("the guest comes to nothing with {setting}, the default: {why}")]
    Default {
        /// The knob, or both, with its default.
        setting: String,
        /// What the guest did.
        why: String,
    },
    /// The guest fails in a timed run, although it has passed the checks.
    #[error(
        "the guest has passed the checks with {setting}, but came to nothing when it was timed: {why}"
    )]
    Failed {
        /// The knob, or both, with its value.
        setting: String,
        /// What the guest did.
        why: String,
    },
    /// A latency is asked for under a load that has none.
    #[error(
        "no pollable is waited for in the workload {workload}, so it has no latency to tune for: leave out p99, or take another workload"
    )]
    NoLatency {
        /// The workload.
        workload: String,
    },
    /// What was measured is no cost, such as a time of zero.
    #[error("what was measured can't be judged: {0}")]
    Race(#[from] RaceError),
    /// The costs of several works can't be combined.
    #[error("the mix can't be judged: {0}")]
    Mix(#[from] MixError),
    /// The budget was over before any round was complete.
    #[error(
        "the budget of {budget:?} was over before each value had its turn, which would take some {needed:.1?}; allow more --budget, or fewer works"
    )]
    Budget {
        /// The budget.
        budget: Duration,
        /// About how long one round of each phase takes.
        needed: Duration,
    },
}

impl Tuner<'_> {
    /// Tunes each knob for each load. What is not complete when the tuning is stopped is
    /// judged as far as it has come.
    pub fn tune(&self, knobs: &[TunableKnob], loads: &[Load]) -> Result<Vec<Tuned>, TuneError> {
        let mut random = Pcg64Mcg::seed_from_u64(self.seed);
        let mut counting = Counting::new(&self.runner, self.limits);
        let mut tuned = Vec::new();
        if !self.objective.is_counted() {
            unless_stopped(self.runner.warm_up(self.limits))?;
        }
        for knob in knobs {
            let mut searches: Vec<Search> =
                loads.iter().map(|load| Search::new(self, knob, load)).collect();
            for search in &mut searches {
                search.count(&mut counting)?;
            }
            if !self.objective.is_counted() {
                let budget = self.budget / knobs.len() as u32;
                self.time(knob, &mut searches, budget, &mut counting, &mut random)?;
            }
            for search in searches {
                tuned.push(search.finish()?);
            }
        }
        self.progress.end();
        Ok(tuned)
    }

    /// The counts of one run; `None` if the guest came to nothing, or if everything is to
    /// stop.
    pub fn count(&self, job: &Job) -> Result<Option<Counters>, TuneError> {
        let counted = Counting::new(&self.runner, self.limits).count(job)?;
        Ok(counted.and_then(Result::ok))
    }

    /// Measures rounds of certain values of a knob for a time, without any search. All
    /// values have to take whole rounds; what was measured until everything is to stop is
    /// returned.
    pub fn sweep(
        &self,
        job: &Job,
        knob: &TunableKnob,
        values: &[u64],
        time: Duration,
    ) -> Result<Vec<Costs>, TuneError> {
        let mut random = Pcg64Mcg::seed_from_u64(self.seed);
        let (begun, mut costs) = (Instant::now(), Vec::new());
        while begun.elapsed() < time && !self.stopped() {
            let Some(mut round) = Round::start(&self.runner, self.limits, &mut random)? else {
                break;
            };
            let Some(samples) = round.measure(job, knob, values, &mut random)? else { break };
            for (&value, sample) in values.iter().zip(samples) {
                push(&mut costs, value, Some(sample.ns_per_event));
            }
        }
        Ok(costs)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// Why a run came to nothing, in words.
fn words(why: WhyNot) -> String {
    match why {
        WhyNot::NotSupported(why) => format!("it is not supported: {why}"),
        WhyNot::Failed(failure) => format!("{}: {}", failure.kind, failure.in_one_line()),
    }
}
