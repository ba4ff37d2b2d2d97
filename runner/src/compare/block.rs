use std::path::PathBuf;

use pollbench_reports::stats::median_interval;
use rand::seq::SliceRandom as _;
use rand_pcg::Pcg64Mcg;

use crate::engine::Limits;
use crate::worker::{GuestSource, Job, WhyNot, Worker, WorkerError};

/// A guest, and what runs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Runner {
    /// This program, or another version of it.
    pub program: PathBuf,
    /// The guest.
    pub guest: GuestSource,
    /// The host configuration.
    pub host: String,
}

impl Runner {
    /// Starts a process with the guest.
    pub fn start(&self, counted: bool, limits: Limits) -> Result<Worker, WorkerError> {
        Worker::start(&self.program, &self.guest, &self.host, counted, limits)
            .map(|(worker, _)| worker)
    }
}

/// The median times for an event of a cell in one block, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockTimes {
    pub base: f64,
    pub candidate: f64,
    /// The base once more, in a process of its own.
    pub control: f64,
}

/// The sides of a block, by position in its processes.
const SIDES: usize = 3;

/// A block: a fresh process for either side and one more for the base, which all stay
/// for every cell of the block and take turns.
pub struct Block {
    /// The base, the candidate, the base.
    workers: [Worker; SIDES],
}

/// Runs of a cell in one block go on about so long: as long as starting the processes.
const CELL_NANOSECONDS: u64 = 100_000_000;
/// There and back, so often at most.
const MOST_TURNS: u64 = 6;

impl Block {
    /// Starts the processes, in a random order.
    pub fn start(
        base: &Runner,
        candidate: &Runner,
        limits: Limits,
        random: &mut Pcg64Mcg,
    ) -> Result<Self, WorkerError> {
        let sides = [base, candidate, base];
        let mut workers = [None, None, None];
        for side in order(random) {
            workers[side] = Some(sides[side].start(false, limits)?);
        }
        let workers = workers.map(|worker| worker.expect("each side is in the order"));
        Ok(Self { workers })
    }

    /// Measures a cell. Each side runs once for nothing; then they take turns in a
    /// random order, there and back, which cancels whatever drifts steadily.
    pub fn measure(
        &mut self,
        base: &Job,
        candidate: &Job,
        random: &mut Pcg64Mcg,
    ) -> Result<Result<BlockTimes, WhyNot>, WorkerError> {
        let jobs = [base, candidate, base];
        let mut samples: [Vec<f64>; SIDES] = Default::default();
        let mut once = 0;
        for side in order(random) {
            match self.workers[side].time(jobs[side])? {
                Ok(timed) => once += timed.nanoseconds,
                Err(why) => return Ok(Err(why)),
            }
        }
        let turns = (CELL_NANOSECONDS / (2 * once).max(1)).clamp(1, MOST_TURNS);
        for _ in 0..turns {
            let there = order(random);
            for side in there.into_iter().chain(there.into_iter().rev()) {
                match self.workers[side].time(jobs[side])? {
                    Ok(timed) => samples[side].push(timed.per_event()),
                    Err(why) => return Ok(Err(why)),
                }
            }
        }
        let [base, candidate, control] = samples.map(median);
        Ok(Ok(BlockTimes { base, candidate, control }))
    }
}

fn order(random: &mut Pcg64Mcg) -> [usize; SIDES] {
    let mut order = [0, 1, 2];
    order.shuffle(random);
    order
}

/// Of at least one time, and times are finite.
fn median(samples: Vec<f64>) -> f64 {
    median_interval(&samples).map_or(f64::NAN, |it| it.median)
}
