use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use pollbench_reports::comparison::Problem;
use pollbench_reports::stats::median;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_pcg::Pcg64Mcg;

use crate::engine::{Host, Lane, RunLimits, announce_loading};
use crate::worker::{
    GuestSource, Job, Load, Program, WhyNot, Worker, WorkerError, allowed_processors,
};

/// A guest on a host, and the program that runs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Runner {
    /// This program, or another version of pollbench.
    pub program: Program,
    /// The guest.
    pub guest: GuestSource,
    /// The SHA-256 of the guest's component that every process has to load, if one is known.
    pub sha256: Option<String>,
    /// The host configuration.
    pub host: String,
}

impl Runner {
    /// What runs a guest, whose component may be any.
    pub fn new(program: &Program, guest: GuestSource, host: &str) -> Self {
        Self { program: program.clone(), guest, sha256: None, host: host.into() }
    }

    /// Starts a worker process that counts.
    pub fn count(&self, limits: RunLimits) -> Result<Worker, WorkerError> {
        self.start(self.load(true, limits, None))
    }

    /// Has the guest compiled for taking times, where that is kept for the processes to come.
    pub fn warm_up(&self, limits: RunLimits) -> Result<(), WorkerError> {
        self.announce(Lane::Plain);
        self.time(limits, None).map(drop)
    }

    /// Tells that a process of this program is about to compile the guest for a lane, if that
    /// takes noticeable time.
    pub fn announce(&self, lane: Lane) {
        if let (Ok(source), Some(host)) = (self.guest.source(), Host::named(&self.host))
            && self.program.is_this()
        {
            announce_loading(&source, host, lane);
        }
    }

    /// Starts a worker process that takes times, on one processor if that is given.
    pub fn time(&self, limits: RunLimits, processor: Option<u32>) -> Result<Worker, WorkerError> {
        self.start(self.load(false, limits, processor))
    }

    /// The request that makes a worker process load the guest.
    pub fn load(&self, counted: bool, limits: RunLimits, processor: Option<u32>) -> Load {
        let (guest, host) = (self.guest.clone(), self.host.clone());
        let knobs = BTreeMap::new();
        Load { guest, host, counted, limits, knobs, processor }
    }

    /// Starts a worker process, and checks that it has loaded the known component. Each
    /// process reads the file of a guest anew, which may have been replaced meanwhile.
    fn start(&self, load: Load) -> Result<Worker, WorkerError> {
        let is_known = |sha256: &String| self.sha256.as_ref().is_none_or(|it| it == sha256);
        let started = Worker::start(&self.program, load);
        let is_other = match &started {
            Ok((_, loaded)) => !is_known(&loaded.guest.sha256),
            // A file that is cut short or gone is no guest any more.
            Err(WorkerError::Refused(_)) => !self.guest.sha256().as_ref().is_none_or(is_known),
            Err(_) => false,
        };
        if is_other {
            return Err(WorkerError::Replaced { path: self.guest.name().into() });
        }
        started.map(|(worker, _)| worker)
    }
}

/// The times of a cell in one block, each a median over the block's turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockTimes {
    /// ln(candidate / base).
    pub log_ratio: f64,
    /// ln(base / base), where the first time is that of a second process of the base.
    pub control: f64,
    /// The base's nanoseconds per event.
    pub base_ns: f64,
    /// The candidate's nanoseconds per event.
    pub candidate_ns: f64,
}

/// The number of processes in a block: the base, the candidate, and the base again.
const WORKERS: usize = 3;
const CANDIDATE: usize = 1;

/// A block: three fresh worker processes, one for each side and a second one for the base.
/// They share one processor, take turns on it, and measure every cell of the block.
pub struct Block {
    /// The workers of the base, of the candidate, and of the base again.
    workers: [Worker; WORKERS],
}

/// About how long all turns of a cell in one block take: as long as starting the processes.
const CELL_NANOSECONDS: u64 = 100_000_000;
/// The fewest and the most turns of a cell in one block. In a turn each process runs the
/// cell twice: once in a random order, and once in the reverse order.
const TURNS: RangeInclusive<u64> = 2..=12;

impl Block {
    /// Starts the processes in a random order, all on one random processor.
    pub fn start(
        base: &Runner,
        candidate: &Runner,
        limits: RunLimits,
        random: &mut Pcg64Mcg,
    ) -> Result<Self, WorkerError> {
        let sides = [base, candidate, base];
        let processor = allowed_processors().choose(random).copied();
        let mut workers = [None, None, None];
        for side in order(random) {
            workers[side] = Some(sides[side].time(limits, processor)?);
        }
        let workers = workers.map(|worker| worker.expect("each side is in the order"));
        Ok(Self { workers })
    }

    /// Measures a cell: after one warm-up run each, which isn't recorded, the processes take
    /// turns in a random order and its reverse, which cancels steady drift. Ratios are taken
    /// within a turn, so a processor that changes its speed spoils only that turn.
    pub fn measure(
        &mut self,
        base: &Job,
        candidate: &Job,
        random: &mut Pcg64Mcg,
    ) -> Result<Result<BlockTimes, Problem>, WorkerError> {
        let jobs = [base, candidate, base];
        let mut once = 0;
        for side in order(random) {
            match self.workers[side].time(jobs[side])? {
                Ok(timed) => once += timed.nanoseconds,
                Err(why) => return Ok(Err(problem(side, why))),
            }
        }
        let turns = CELL_NANOSECONDS / (2 * once).max(1);
        let mut times: [Vec<f64>; WORKERS] = Default::default();
        for _ in 0..turns.clamp(*TURNS.start(), *TURNS.end()) {
            let there = order(random);
            let mut turn = [0.0; WORKERS];
            for side in there.into_iter().chain(there.into_iter().rev()) {
                match self.workers[side].time(jobs[side])? {
                    Ok(timed) => turn[side] += timed.per_event() / 2.0,
                    Err(why) => return Ok(Err(problem(side, why))),
                }
            }
            times.iter_mut().zip(turn).for_each(|(times, time)| times.push(time));
        }
        let [base, candidate, control] = times;
        Ok(Ok(BlockTimes {
            log_ratio: median(&log_ratios(&candidate, &base)),
            control: median(&log_ratios(&control, &base)),
            base_ns: median(&base),
            candidate_ns: median(&candidate),
        }))
    }
}

fn problem(side: usize, why: WhyNot) -> Problem {
    match why {
        WhyNot::Failed(failure) if side == CANDIDATE => Problem::CandidateFailed(failure),
        WhyNot::Failed(failure) => Problem::BaseFailed(failure),
        WhyNot::NotSupported(why) => Problem::NotSupported(why),
    }
}

fn order(random: &mut Pcg64Mcg) -> [usize; WORKERS] {
    let mut order = [0, 1, 2];
    order.shuffle(random);
    order
}

fn log_ratios(times: &[f64], base: &[f64]) -> Vec<f64> {
    times.iter().zip(base).map(|(time, base)| (time / base).ln()).collect()
}
