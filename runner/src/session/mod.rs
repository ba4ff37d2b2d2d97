//! A session is one run: it measures every cell in both lanes.
//!
//! The counted lane goes first; a guest that breaks the contract there fails its cell. The
//! other cells are timed in rounds. A round visits every cell once, and the contenders of a
//! group run in another order in each round, so that whatever else the machine does affects
//! all of them alike.
//!
//! What has been measured can be kept after each cell of the counted lane, and after each
//! group of the timed lane. Another session can [go on](Session::go_on) from it.

mod budget;
mod cell;
mod lanes;
mod progress;
mod restore;
mod rounds;
mod work;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_reports::record::Cell;
use quanta::Clock;

pub use budget::Budget;
use cell::Measured;
pub use progress::{Keeper, Progress};
pub use restore::RestoreError;

use crate::engine::{Guest, Host, Lane, Observation, Outcome, RunLimits};
use crate::matrix::{Contender, Group, Matrix};

/// What a run is made of.
pub struct Session<'a> {
    /// The guests that the matrix refers to: an entry for each guest on each host.
    pub guests: &'a [Guest],
    /// The cells.
    pub matrix: &'a Matrix,
    /// What a run of a guest may use.
    pub limits: RunLimits,
    /// How often cells are repeated.
    pub budget: Budget,
    /// Set when the run is to stop.
    pub stop: &'a AtomicBool,
    /// What observing a run costs.
    pub observation: Observation,
    cells: Vec<Measured>,
    /// How long a resumed run had taken before it was interrupted.
    before: Duration,
    clock: Clock,
}

/// The result of a run.
pub struct Finished {
    /// Every cell, in the order of the matrix.
    pub cells: Vec<Cell>,
    /// Whether the run was stopped.
    pub interrupted: bool,
}

impl<'a> Session<'a> {
    /// A run that has not begun. This measures what observing a run costs here and now.
    pub fn new(
        guests: &'a [Guest],
        matrix: &'a Matrix,
        limits: RunLimits,
        budget: Budget,
        stop: &'a AtomicBool,
    ) -> Self {
        let clock = Clock::new();
        let observation = Observation::measure(&clock);
        let indices = (0..matrix.groups.len())
            .flat_map(|group| (0..matrix.contenders.len()).map(move |it| (group, it)));
        let cells = indices.map(|(group, contender)| Measured::new(group, contender)).collect();
        let before = Duration::ZERO;
        Self { guests, matrix, limits, budget, stop, observation, cells, before, clock }
    }

    /// Runs every cell.
    pub fn run(mut self, progress: &dyn Progress, keeper: &dyn Keeper) -> Finished {
        let begun = Instant::now();
        let mut cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return Finished { interrupted: false, cells: Vec::new() };
        }
        self.count(&mut cells, progress, keeper);
        self.time(&mut cells, begun, progress, keeper);
        progress.end();
        Finished { interrupted: self.stopped(), cells: self.record(&cells) }
    }

    fn run_once(&self, cell: &Measured, lane: Lane) -> Outcome {
        let Group { kind, shape } = self.group(cell);
        let Contender { guest, knobs } = self.contender(cell);
        self.guests[*guest].run((kind.build)(shape), knobs, lane, self.limits, &self.clock)
    }

    fn record(&self, cells: &[Measured]) -> Vec<Cell> {
        let record = |measured: &Measured| {
            let contender = self.contender(measured);
            measured.record(self.group(measured), contender, &self.guests[contender.guest])
        };
        cells.iter().map(record).collect()
    }

    fn group(&self, cell: &Measured) -> &Group {
        &self.matrix.groups[cell.group]
    }

    fn contender(&self, cell: &Measured) -> &Contender {
        &self.matrix.contenders[cell.contender]
    }

    fn host(&self, cell: &Measured) -> Host {
        self.guests[self.contender(cell).guest].host
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
