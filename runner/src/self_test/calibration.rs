//! How much the guest of the self-test has to burn for a change of a given size.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::{Duration, Instant};

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

/// Where time counts, so many rounds are burnt at once at least: what a processor that
/// works ahead can hide beside them (some hundred instructions) is little of so many.
const TIME_ROUNDS: u64 = 500;

/// What a round costs in time is measured with so many before each step that a part is
/// added which is surely seen.
const SEEN: f64 = 0.2;

/// Blocks for that, if there is time. Their values are spread by some per cent, and what a
/// round costs is to be exact to a few per cent of itself.
const BLOCKS: u32 = 24;

/// Fuel is counted over so many times the effort: in a window of ten steps there is no
/// thousandth of its fuel to burn.
const FUEL_EFFORT: u64 = 20;

/// What burning costs in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    fuel: Cost,
    time: Cost,
}

impl Calibration {
    /// Measures it for each cell, which may take so long for each.
    pub fn of(
        program: &Path,
        cells: &[Job],
        budget: Duration,
        limits: Limits,
        random: &mut Pcg64Mcg,
    ) -> Result<Vec<Self>, SelfTestError> {
        let runner = runner(program);
        let fuel = fuel(&runner, cells, limits)?;
        let burns = seen(&runner, cells, limits, random)?;
        let end = Instant::now() + budget * cells.len() as u32;
        let time = time(&runner, cells, &burns, end, limits, random)?;
        Ok(fuel.into_iter().zip(time).map(|(fuel, time)| Self { fuel, time }).collect())
    }

    /// The cell with this part more fuel.
    pub fn more_fuel(&self, cell: &Job, part: f64) -> Job {
        self.fuel.burn(part).job(&longer(cell))
    }

    /// The cell with this part more time.
    pub fn more_time(&self, cell: &Job, part: f64) -> Job {
        self.time.burn(part).job(cell)
    }
}

/// The guest of the self-test.
pub fn runner(program: &Path) -> Runner {
    let guest = GuestSource::BuiltIn(SLOWED.name.into());
    Runner { program: program.into(), guest, host: "stock".into() }
}

fn longer(cell: &Job) -> Job {
    Job { effort: FUEL_EFFORT * cell.effort, ..cell.clone() }
}

/// The knobs of that guest: rounds, before every so many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Burn {
    rounds: u64,
    every: u64,
}

impl Burn {
    const NONE: Self = Self { rounds: 0, every: 1_000 };

    fn job(self, cell: &Job) -> Job {
        let knobs = [("burn", self.rounds), ("every", self.every)];
        let knobs = knobs.map(|(name, value)| (name.to_string(), KnobValue::Integer(value)));
        Job { knobs: BTreeMap::from(knobs), ..cell.clone() }
    }
}

/// What burning costs, in parts of what a step does that burns nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cost {
    /// Of any rounds at all.
    once: f64,
    /// Of each.
    round: f64,
    /// The fewest to burn at once.
    fewest: u64,
}

impl Cost {
    /// What burning so costs, as a part of every step.
    fn of(self, burn: Burn) -> f64 {
        (self.once + self.round * burn.rounds as f64) / burn.every as f64
    }

    /// What costs this part of every step: before as many of them as can be.
    fn burn(self, part: f64) -> Burn {
        if part == 0.0 {
            return Burn::NONE;
        }
        let Self { once, round, fewest } = self;
        let every = ((once + round * fewest as f64) / part).ceil().clamp(1.0, 1_000.0);
        let rounds = ((part * every - once) / round).round().max(1.0);
        Burn { rounds: rounds as u64, every: every as u64 }
    }
}

/// In fuel, which is exact: two numbers of rounds tell all.
fn fuel(runner: &Runner, cells: &[Job], limits: Limits) -> Result<Vec<Cost>, SelfTestError> {
    let mut worker = runner.count(limits)?;
    let mut count = |burn: Burn, cell| -> Result<f64, SelfTestError> {
        let counted = worker.count(&burn.job(&longer(cell)))?.map_err(SelfTestError::guest)?;
        Ok(counted.counters.window.guest_fuel as f64)
    };
    let cost = |cell| {
        let none = count(Burn::NONE, cell)?;
        let one = count(Burn { rounds: 1, every: 1 }, cell)?;
        let many = count(Burn { rounds: 101, every: 1 }, cell)?;
        let round = (many - one) / 100.0 / none;
        Ok(Cost { once: one / none - 1.0 - round, round, fewest: 1 })
    };
    cells.iter().map(cost).collect()
}

/// For each cell, how much is seen in its time: ever more is burnt until it is.
fn seen(
    runner: &Runner,
    cells: &[Job],
    limits: Limits,
    random: &mut Pcg64Mcg,
) -> Result<Vec<Burn>, SelfTestError> {
    let seen = |cell: &Job| {
        let cell = std::slice::from_ref(cell);
        let mut burn = Burn { rounds: TIME_ROUNDS, every: 1 };
        while time(runner, cell, &[burn], Instant::now(), limits, random)?[0].of(burn) < SEEN {
            burn.rounds *= 2;
        }
        Ok(burn)
    };
    cells.iter().map(seen).collect()
}

/// In time, with each cell's own knobs. After one block it goes on for as long as there is
/// time.
fn time(
    runner: &Runner,
    cells: &[Job],
    burns: &[Burn],
    end: Instant,
    limits: Limits,
    random: &mut Pcg64Mcg,
) -> Result<Vec<Cost>, SelfTestError> {
    let mut log_ratios = vec![Vec::new(); cells.len()];
    for number in 0..BLOCKS {
        if number > 0 && Instant::now() >= end {
            break;
        }
        let mut block = Block::start(runner, runner, limits, random)?;
        for ((cell, burn), log_ratios) in cells.iter().zip(burns).zip(&mut log_ratios) {
            let times = block.measure(&Burn::NONE.job(cell), &burn.job(cell), random)?;
            log_ratios.push(times.map_err(SelfTestError::guest)?.log_ratio);
        }
    }
    let cost = |(log_ratios, burn): (&Vec<f64>, &Burn)| {
        let part = median(log_ratios).exp_m1();
        Cost {
            once: 0.0,
            round: part * burn.every as f64 / burn.rounds as f64,
            fewest: TIME_ROUNDS,
        }
    };
    Ok(log_ratios.iter().zip(burns).map(cost).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// To half a round, unless even one before each step is too much, or too little
        /// before every thousandth.
        #[test]
        fn what_is_burnt_costs_what_was_asked_for(
            once in 0.0_f64..0.1,
            round in 1e-6_f64..0.1,
            fewest in 1_u64..1_000,
            part in 1e-3_f64..1.0,
        ) {
            let cost = Cost { once, round, fewest };
            let burn = cost.burn(part);
            if burn.rounds > 1 && burn.every < 1_000 {
                prop_assert!(burn.rounds >= fewest - 1, "{burn:?}");
                let half = 0.5 * round / burn.every as f64;
                prop_assert!((cost.of(burn) - part).abs() <= half + 1e-9, "{burn:?}");
            }
        }
    }
}
