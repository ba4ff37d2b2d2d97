//! Measures rounds: each in a fresh process, where the values of a knob take turns.

use pollbench_reports::record::KnobValue;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_pcg::Pcg64Mcg;

use super::{TuneError, words};
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

    /// Measures some values of a knob: after one warm-up run that isn't recorded, they take
    /// turns in a random order and its reverse, which cancels steady drift.
    ///
    /// The samples come in the order of the values. `None` if everything is to stop.
    pub fn measure(
        &mut self,
        job: &Job,
        knob: &str,
        values: &[u64],
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Vec<Sample>>, TuneError> {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.shuffle(random);
        let warm_up = order.first().copied();
        let there_and_back = order.iter().chain(order.iter().rev()).copied();
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); values.len()];
        for (turn, at) in warm_up.into_iter().chain(there_and_back).enumerate() {
            let value = values[at];
            let Some(timed) = unless_stopped(self.worker.time(&with(job, knob, value)))? else {
                return Ok(None);
            };
            let timed = timed.map_err(|why| TuneError::Failed {
                knob: knob.into(),
                value,
                why: words(why),
            })?;
            if turn > 0 {
                samples[at].push(Sample::of(timed));
            }
        }
        Ok(Some(samples.iter().map(|both| Sample::mean(both)).collect()))
    }
}

impl Sample {
    fn of(timed: Timed) -> Self {
        let ns_per_event = timed.per_event();
        let per_step = timed.events as f64 / timed.steps.max(1) as f64;
        let p99 = timed.latency_p99.map(|it| it as f64);
        Self { ns_per_event, ns_per_step: ns_per_event * per_step, p99 }
    }

    /// The mean of the samples that one value has in one round.
    fn mean(samples: &[Self]) -> Self {
        let mean =
            |of: fn(&Self) -> f64| samples.iter().map(of).sum::<f64>() / samples.len() as f64;
        let has_p99 = samples.iter().all(|it| it.p99.is_some());
        Self {
            ns_per_event: mean(|it| it.ns_per_event),
            ns_per_step: mean(|it| it.ns_per_step),
            p99: has_p99.then(|| mean(|it| it.p99.unwrap_or(f64::NAN))),
        }
    }
}

/// A job with another value of a knob.
pub fn with(job: &Job, knob: &str, value: u64) -> Job {
    let mut job = job.clone();
    job.knobs.insert(knob.into(), KnobValue::Integer(value));
    job
}
