use pollbench_reports::record::Counters;

use super::words;
use crate::compare::Runner;
use crate::engine::RunLimits;
use crate::worker::{Job, Worker, WorkerError, unless_stopped};

/// Counts runs in one process, which is started for the first of them.
pub struct Counting<'a> {
    runner: &'a Runner,
    limits: RunLimits,
    worker: Option<Worker>,
}

impl<'a> Counting<'a> {
    pub fn new(runner: &'a Runner, limits: RunLimits) -> Self {
        Self { runner, limits, worker: None }
    }

    /// The counts of a run, or why it came to nothing; `None` if everything is to stop.
    pub fn count(&mut self, job: &Job) -> Result<Option<Result<Counters, String>>, WorkerError> {
        if self.worker.is_none() {
            self.worker = unless_stopped(self.runner.count(self.limits))?;
        }
        let Some(worker) = &mut self.worker else { return Ok(None) };
        let counted = unless_stopped(worker.count(job))?;
        Ok(counted.map(|it| it.map(|counted| counted.counters).map_err(words)))
    }
}
