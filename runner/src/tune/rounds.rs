//! Measures rounds: each in a fresh process, where the values of a knob take turns.

use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_pcg::Pcg64Mcg;

use super::{TunableKnob, TuneError, words};
use crate::compare::Runner;
use crate::engine::RunLimits;
use crate::worker::{Job, Timed, Worker, WorkerError, allowed_processors, unless_stopped};

/// What one value has come to in one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Nanoseconds of CPU time per event.
    pub ns_per_event: f64,
    /// Nanoseconds of CPU time per step of any task, yields included.
    pub ns_per_step: f64,
    /// The 99th percentile of the time from an event's being due until its task runs, in
    /// nanoseconds; absent where no event waited.
    pub p99: Option<f64>,
}

/// A fresh process for one round, on one processor picked at random.
pub struct Round {
    worker: Worker,
}

impl Round {
    /// Starts the process; `None` if everything is to stop.
    pub fn start(
        runner: &Runner,
        limits: RunLimits,
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Self>, WorkerError> {
        let processor = allowed_processors().choose(random).copied();
        Ok(unless_stopped(runner.time(limits, processor))?.map(|worker| Self { worker }))
    }

    /// Measures some values of a knob, each once and in a random order, after one warm-up
    /// run that isn't recorded.
    ///
    /// The samples come in the order of the values. `None` if everything is to stop.
    pub fn measure(
        &mut self,
        job: &Job,
        knob: &TunableKnob,
        values: &[u64],
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Vec<Sample>>, TuneError> {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.shuffle(random);
        let mut samples = vec![None; values.len()];
        let warm_up = order.first().copied();
        for at in warm_up.into_iter().chain(order) {
            let value = values[at];
            let Some(timed) = unless_stopped(self.worker.time(&knob.set(job, value)))? else {
                return Ok(None);
            };
            let failed = |why| TuneError::Failed { setting: knob.setting(value), why: words(why) };
            // The run after the warm-up run of the same value takes its place.
            samples[at] = Some(Sample::of(timed.map_err(failed)?));
        }
        Ok(samples.into_iter().collect())
    }
}

impl Sample {
    fn of(timed: Timed) -> Self {
        let ns_per_event = timed.per_event();
        let per_step = timed.events as f64 / timed.steps.max(1) as f64;
        let p99 = timed.latency_p99.map(|it| it as f64);
        Self { ns_per_event, ns_per_step: ns_per_event * per_step, p99 }
    }
}
