//! Measures what burning costs, to find the burn that makes a change of a given size.

use std::fmt::Debug;
use std::io;
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_guests::SLOWED;
use pollbench_reports::stats::median;
use rand_pcg::Pcg64Mcg;

use super::burn::{Burn, Cost};
use crate::compare::{Block, Runner};
use crate::engine::RunLimits;
use crate::worker::{GuestSource, Job, Program, WorkerError};

/// Why the self-test can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestError {
    /// A worker process gives no answer.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The guest, which is pollbench's own, does not run.
    #[error("the guest of the self-test came to nothing: {0}")]
    Guest(String),
    /// A guest that was laid out anew can't be kept in a file.
    #[error("can't write a temporary file for a layout of the guest: {0}")]
    Layout(#[from] io::Error),
}

impl SelfTestError {
    pub(super) fn guest(why: impl Debug) -> Self {
        Self::Guest(format!("{why:?}"))
    }
}

/// The fewest rounds to burn at once where fuel is counted: few, so that a change can be
/// small.
const FUEL_ROUNDS: u64 = 2;

/// The fewest rounds to burn at once where time is measured. An out-of-order processor can
/// overlap some hundred instructions with other work, which is little of so many rounds.
const TIME_ROUNDS: u64 = 500;

/// The fraction that the rounds burnt in a calibration add to the time of a step, at least:
/// a change of this size is surely measured.
const SEEN: f64 = 0.2;

/// The blocks of a calibration in time, if there is time for them. Their values spread by
/// some per cent, and the cost of a round has to be exact to a few per cent of itself.
const BLOCKS: u32 = 24;

/// The effort of a cell is multiplied by this where fuel is counted: in a window of ten
/// steps, a thousandth of the fuel is less than can be burnt.
const FUEL_EFFORT: u64 = 20;

/// What burning costs in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    fuel: Cost,
    time: Cost,
}

/// How calibrations are measured.
pub struct Calibrating<'a> {
    /// This program.
    pub program: &'a Program,
    /// About how long the calibration may take for each cell.
    pub budget: Duration,
    /// What a run of the guest may use.
    pub limits: RunLimits,
    /// Set when the calibration is to stop.
    pub stop: &'a AtomicBool,
}

impl Calibration {
    /// The job of a cell that takes more fuel, by the fraction `part`.
    pub fn more_fuel(&self, cell: &Job, part: f64) -> Job {
        self.fuel.burn(part).job(&longer(cell))
    }

    /// The job of a cell that takes more time, by the fraction `part`.
    pub fn more_time(&self, cell: &Job, part: f64) -> Job {
        self.time.burn(part).job(cell)
    }
}

impl Calibrating<'_> {
    /// Calibrates each cell; `None` if the calibration was stopped.
    pub fn of(
        &self,
        cells: &[Job],
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Vec<Calibration>>, SelfTestError> {
        let fuel = self.fuel(cells)?;
        let seen = cells.iter().map(|cell| self.seen(cell, random));
        let burns: Vec<Burn> = seen.collect::<Result<_, _>>()?;
        let end = Instant::now() + self.budget * cells.len() as u32;
        let time = self.time(cells, &burns, end, random)?;
        if self.stopped() {
            return Ok(None);
        }
        let both = fuel.into_iter().zip(time);
        Ok(Some(both.map(|(fuel, time)| Calibration { fuel, time }).collect()))
    }

    /// Measures the cost of rounds in fuel. As fuel is exact, two numbers of rounds are
    /// enough; neither is 1, as a single round has no loop and another cost.
    fn fuel(&self, cells: &[Job]) -> Result<Vec<Cost>, SelfTestError> {
        let mut worker = runner(self.program).count(self.limits)?;
        let mut count = |burn: Burn, cell| -> Result<f64, SelfTestError> {
            let counted = worker.count(&burn.job(&longer(cell)))?.map_err(SelfTestError::guest)?;
            Ok(counted.counters.window.guest_fuel as f64)
        };
        let cost = |cell| {
            let none = count(Burn::NONE, cell)?;
            let few = count(Burn { rounds: FUEL_ROUNDS, every: 1 }, cell)?;
            let many = count(Burn { rounds: FUEL_ROUNDS + 100, every: 1 }, cell)?;
            let round = (many - few) / 100.0 / none;
            let once = few / none - 1.0 - round * FUEL_ROUNDS as f64;
            Ok(Cost { once, round, fewest: FUEL_ROUNDS })
        };
        cells.iter().map(cost).collect()
    }

    /// Doubles the rounds before each step until they add at least [`SEEN`] to a cell's
    /// time.
    fn seen(&self, cell: &Job, random: &mut Pcg64Mcg) -> Result<Burn, SelfTestError> {
        let mut burn = Burn { rounds: TIME_ROUNDS, every: 1 };
        while !self.stopped() {
            let cost = self.time(slice::from_ref(cell), &[burn], Instant::now(), random)?[0];
            if cost.of(burn) >= SEEN {
                break;
            }
            burn.rounds *= 2;
        }
        Ok(burn)
    }

    /// Measures the cost of rounds in time, with a burn for each cell. After the first
    /// block it goes on until `end`, for at most [`BLOCKS`] blocks.
    fn time(
        &self,
        cells: &[Job],
        burns: &[Burn],
        end: Instant,
        random: &mut Pcg64Mcg,
    ) -> Result<Vec<Cost>, SelfTestError> {
        let runner = runner(self.program);
        let mut log_ratios = vec![Vec::new(); cells.len()];
        for number in 0..BLOCKS {
            if self.stopped() || (number > 0 && Instant::now() >= end) {
                break;
            }
            let mut block = Block::start(&runner, &runner, self.limits, random)?;
            for ((cell, burn), log_ratios) in cells.iter().zip(burns).zip(&mut log_ratios) {
                let times = block.measure(&Burn::NONE.job(cell), &burn.job(cell), random)?;
                log_ratios.push(times.map_err(SelfTestError::guest)?.log_ratio);
            }
        }
        let cost = |(log_ratios, burn): (&Vec<f64>, &Burn)| {
            let round = median(log_ratios).exp_m1() * burn.every as f64 / burn.rounds as f64;
            Cost { once: 0.0, round, fewest: TIME_ROUNDS }
        };
        Ok(log_ratios.iter().zip(burns).map(cost).collect())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// What runs the guest of the self-test, on the stock host.
pub fn runner(program: &Program) -> Runner {
    let guest = GuestSource::BuiltIn(SLOWED.name.into());
    Runner::new(program, guest, "stock")
}

fn longer(cell: &Job) -> Job {
    Job { effort: FUEL_EFFORT * cell.effort, ..cell.clone() }
}
