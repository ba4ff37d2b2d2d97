//! How much the guest of the self-test has to burn for a change of a given size.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use pollbench_guests::SLOWED;
use pollbench_reports::record::KnobValue;
use pollbench_reports::stats::median;
use rand_pcg::Pcg64Mcg;

use crate::compare::{Block, Runner};
use crate::engine::Limits;
use crate::worker::{GuestSource, Job, WorkerError};

/// Why the self-test can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestError {
    /// A process gives no answer.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The guest, which is pollbench's own, does not run.
    #[error("the guest of the self-test came to nothing: {0}")]
    Guest(String),
}

impl SelfTestError {
    fn guest(why: impl Debug) -> Self {
        Self::Guest(format!("{why:?}"))
    }
}

/// Rounds at once, at least, where fuel counts: few, so that a small part is met.
const FUEL_ROUNDS: f64 = 10.0;

/// And where time does: what a processor that works ahead can hide beside them (some
/// hundred instructions) is little of so many.
const TIME_ROUNDS: f64 = 500.0;

/// What a round costs in time is measured with so many that this part is added: about as
/// many as there will be.
const PART: f64 = 0.2;

/// Blocks for that. Their values are spread by some per cent, and what a round costs is to
/// be exact to a few per cent of itself.
const BLOCKS: usize = 24;

/// What burning costs in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// A round's fuel, as a part of that of a step that burns nothing.
    fuel: f64,
    /// The same of its time.
    time: f64,
}

impl Calibration {
    /// Measures it for each cell.
    pub fn of(
        program: &Path,
        cells: &[Job],
        limits: Limits,
        random: &mut Pcg64Mcg,
    ) -> Result<Vec<Self>, SelfTestError> {
        let runner = runner(program);
        let fuel = rounds_fuel(&runner, cells, limits)?;
        let roughly = vec![TIME_ROUNDS; cells.len()];
        let roughly = rounds_time(&runner, cells, &roughly, 1, limits, random)?;
        let rounds: Vec<f64> = roughly.iter().map(|round| PART / round).collect();
        let time = rounds_time(&runner, cells, &rounds, BLOCKS, limits, random)?;
        Ok(fuel.into_iter().zip(time).map(|(fuel, time)| Self { fuel, time }).collect())
    }

    /// The cell with this part more fuel.
    pub fn more_fuel(&self, cell: &Job, part: f64) -> Job {
        slowed(cell, part / self.fuel, FUEL_ROUNDS)
    }

    /// The cell with this part more time.
    pub fn more_time(&self, cell: &Job, part: f64) -> Job {
        slowed(cell, part / self.time, TIME_ROUNDS)
    }
}

/// The guest of the self-test.
pub fn runner(program: &Path) -> Runner {
    let guest = GuestSource::BuiltIn(SLOWED.name.into());
    Runner { program: program.into(), guest, host: "stock".into() }
}

/// The fuel of a round in each cell.
fn rounds_fuel(runner: &Runner, cells: &[Job], limits: Limits) -> Result<Vec<f64>, SelfTestError> {
    let mut worker = runner.count(limits)?;
    let mut count = |cell, rounds| -> Result<f64, SelfTestError> {
        let job = slowed(cell, rounds, FUEL_ROUNDS);
        let counted = worker.count(&job)?.map_err(SelfTestError::guest)?;
        Ok(counted.counters.window.guest_fuel as f64)
    };
    let round = |cell| Ok((count(cell, FUEL_ROUNDS)? / count(cell, 0.0)? - 1.0) / FUEL_ROUNDS);
    cells.iter().map(round).collect()
}

/// The time of a round in each cell, measured with so many.
fn rounds_time(
    runner: &Runner,
    cells: &[Job],
    rounds: &[f64],
    blocks: usize,
    limits: Limits,
    random: &mut Pcg64Mcg,
) -> Result<Vec<f64>, SelfTestError> {
    let mut log_ratios = vec![Vec::new(); cells.len()];
    for _ in 0..blocks {
        let mut block = Block::start(runner, runner, limits, random)?;
        for ((cell, rounds), log_ratios) in cells.iter().zip(rounds).zip(&mut log_ratios) {
            let [plain, slowed] = [0.0, *rounds].map(|it| slowed(cell, it, TIME_ROUNDS));
            let times = block.measure(&plain, &slowed, random)?;
            log_ratios.push(times.map_err(SelfTestError::guest)?.log_ratio);
        }
    }
    let round = |(log_ratios, rounds): (&Vec<f64>, _)| median(log_ratios).exp_m1() / rounds;
    Ok(log_ratios.iter().zip(rounds).map(round).collect())
}

/// Burns so many rounds a step on average, and at least so many at once, where there are
/// any: before fewer steps, if need be.
fn slowed(cell: &Job, rounds: f64, at_once: f64) -> Job {
    let every = (at_once / rounds).ceil().clamp(1.0, 1_000.0);
    let knobs = [("burn", (rounds * every).round() as u64), ("every", every as u64)];
    let knobs = knobs.map(|(name, value)| (name.to_string(), KnobValue::Integer(value)));
    Job { knobs: BTreeMap::from(knobs), ..cell.clone() }
}
