//! A session is one run: it measures every cell in both lanes.
//!
//! The counted lane goes first; a guest that breaks the contract there fails its cell. The
//! other cells are timed in rounds. A round visits every cell once, and the contenders of a
//! group run in another order in each round, so that whatever else the machine does affects
//! all of them alike.
//!
//! What has been measured can be kept after each cell of the counted lane, and after each
//! group of the timed lane. Another session can [go on](Session::go_on) from it.

mod cell;
mod lanes;
mod pace;
mod restore;
mod rounds;
mod work;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_reports::record::Cell;
use quanta::Clock;

use cell::Measured;
use lanes::paced;
use pace::Pace;
pub use restore::RestoreError;
pub use rounds::Budget;

use crate::engine::{Guest, Host, Lane, Observation, Outcome, RunLimits};
use crate::matrix::{Contender, Group, RunPlan};

/// What a run is made of.
pub struct Session<'a> {
    /// The guests that the plan refers to: an entry for each guest on each host.
    pub guests: &'a [Guest],
    /// The cells.
    pub plan: &'a RunPlan,
    /// What a run of a guest may use.
    pub limits: RunLimits,
    /// How often cells are repeated.
    pub budget: Budget,
    /// Set when the run is to stop.
    pub stop: &'a AtomicBool,
    /// What observing a run costs.
    pub observation: Observation,
    cells: Vec<Measured>,
    /// When the run began, and with it its time.
    begun: Instant,
    /// How long a resumed run had taken before it was interrupted.
    before: Duration,
    clock: Clock,
}

/// The result of a run.
pub struct Finished {
    /// Every cell, in the order of the plan.
    pub cells: Vec<Cell>,
    /// Whether the run was stopped.
    pub interrupted: bool,
}

/// Something that is told how far a run has come.
pub trait Progress {
    /// A part of the run begins, and the whole run is now expected to take `whole` units of
    /// work.
    fn begin(&self, what: &str, whole: u64);
    /// This many more units of work are done.
    fn advance(&self, units: u64);
    /// The run is over.
    fn end(&self);
}

/// Something that is offered what has been measured so far, whenever nothing is being
/// measured.
pub trait Keeper {
    /// Whether the keeper would take the cells now.
    fn is_due(&self) -> bool;
    /// Takes every cell, in the order of the plan.
    fn keep(&self, cells: Vec<Cell>);
}

impl<'a> Session<'a> {
    /// A run whose time began at `begun`, when its guests had been loaded. This measures what
    /// observing a run costs here and now.
    pub fn new(
        guests: &'a [Guest],
        plan: &'a RunPlan,
        limits: RunLimits,
        budget: Budget,
        stop: &'a AtomicBool,
        begun: Instant,
    ) -> Self {
        let clock = Clock::new();
        let observation = Observation::measure(&clock);
        let indices = (0..plan.groups.len())
            .flat_map(|group| (0..plan.contenders.len()).map(move |it| (group, it)));
        let cells = indices.map(|(group, contender)| Measured::new(group, contender)).collect();
        let before = Duration::ZERO;
        Self { guests, plan, limits, budget, stop, observation, cells, begun, before, clock }
    }

    /// Runs every cell.
    pub fn run(mut self, progress: &dyn Progress, keeper: &dyn Keeper) -> Finished {
        let mut cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return Finished { interrupted: false, cells: Vec::new() };
        }
        self.count(&mut cells, progress, keeper);
        self.time(&mut cells, progress, keeper);
        progress.end();
        Finished { interrupted: self.stopped(), cells: self.record(&cells) }
    }

    fn run_once(&self, cell: &Measured, lane: Lane, pace: Pace) -> Outcome {
        let Group { kind, shape } = self.group(cell);
        let Contender { guest, knobs } = self.contender(cell);
        let workload = (kind.build)(&paced(shape, pace));
        self.guests[*guest].run(workload, knobs, lane, self.limits, &self.clock)
    }

    fn record(&self, cells: &[Measured]) -> Vec<Cell> {
        let record = |measured: &Measured| {
            let contender = self.contender(measured);
            measured.record(self.group(measured), contender, &self.guests[contender.guest])
        };
        cells.iter().map(record).collect()
    }

    fn group(&self, cell: &Measured) -> &Group {
        &self.plan.groups[cell.group]
    }

    fn contender(&self, cell: &Measured) -> &Contender {
        &self.plan.contenders[cell.contender]
    }

    fn host(&self, cell: &Measured) -> Host {
        self.guests[self.contender(cell).guest].host
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
