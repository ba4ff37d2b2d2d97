//! How much the guest of the self-test has to burn for a change of a given size.

use std::collections::BTreeMap;
use std::path::Path;

use pollbench_guests::SLOWED;
use pollbench_reports::record::KnobValue;
use pollbench_reports::stats::median_interval;

use crate::compare::Runner;
use crate::engine::Limits;
use crate::worker::{GuestSource, Job, WhyNot, WorkerError};

/// Why the self-test can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestError {
    /// A process gives no answer.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The guest, which is pollbench's own, does not run.
    #[error("the guest of the self-test came to nothing: {0:?}")]
    Guest(WhyNot),
}

/// Rounds that are surely seen.
const MANY: u64 = 2_000;

/// Runs of either kind: the median of so many is exact to a small part of a change.
const RUNS: usize = 31;

/// What burning costs in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Fuel of an event, and of a round for each.
    fuel: (f64, f64),
    /// The same in nanoseconds.
    time: (f64, f64),
}

impl Calibration {
    /// Measures it.
    pub fn of(program: &Path, cell: &Job, limits: Limits) -> Result<Self, SelfTestError> {
        let runner = runner(program);
        let mut worker = runner.count(limits)?;
        let mut fuel = |job: &Job| -> Result<f64, SelfTestError> {
            let counters = worker.count(job)?.map_err(SelfTestError::Guest)?.counters;
            Ok(counters.window.guest_fuel as f64 / counters.window.events as f64)
        };
        let fuel = (fuel(&burning(cell, 0, 1))?, fuel(&burning(cell, MANY, 1))?);

        let mut worker = runner.time(limits, None)?;
        let mut times: [Vec<f64>; 2] = Default::default();
        for _ in 0..RUNS {
            for (times, rounds) in times.iter_mut().zip([0, MANY]) {
                let timed = worker.time(&burning(cell, rounds, 1))?;
                times.push(timed.map_err(SelfTestError::Guest)?.per_event());
            }
        }
        let [plain, slowed] =
            times.map(|times| median_interval(&times).map_or(f64::NAN, |it| it.median));
        let each = |(plain, slowed): (f64, f64)| (plain, (slowed - plain) / MANY as f64);
        Ok(Self { fuel: each(fuel), time: each((plain, slowed)) })
    }

    /// The cell with this part more fuel.
    pub fn more_fuel(&self, cell: &Job, part: f64) -> Job {
        slowed(cell, part * self.fuel.0 / self.fuel.1)
    }

    /// The cell with this part more time.
    pub fn more_time(&self, cell: &Job, part: f64) -> Job {
        slowed(cell, part * self.time.0 / self.time.1)
    }
}

/// The guest of the self-test.
pub fn runner(program: &Path) -> Runner {
    let guest = GuestSource::BuiltIn(SLOWED.name.into());
    Runner { program: program.into(), guest, host: "stock".into() }
}

/// Less than ten rounds an event are spread: more of them, before fewer steps.
fn slowed(cell: &Job, rounds: f64) -> Job {
    let every = (10.0 / rounds.max(1e-6)).ceil().clamp(1.0, 1_000.0);
    burning(cell, (rounds * every).round() as u64, every as u64)
}

fn burning(cell: &Job, burn: u64, every: u64) -> Job {
    let knobs = [("burn", burn), ("every", every)];
    let knobs = knobs.map(|(name, value)| (name.to_string(), KnobValue::Integer(value)));
    Job { knobs: BTreeMap::from(knobs), ..cell.clone() }
}
