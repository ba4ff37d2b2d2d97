//! One run: every cell in both lanes.
//!
//! The counted lane goes first; a guest that breaks the contract there fails its
//! cell. The rest are timed in rounds. A round visits every cell once, and from
//! round to round the contenders of a group take turns in going first, so that
//! whatever else the machine does hits all of them alike.

mod budget;
mod cell;
mod rounds;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use pollbench_reports::record::Cell;
use quanta::Clock;

pub use budget::Budget;
use cell::Measured;
use rounds::Rounds;

use crate::engine::{Guest, Lane, Limits, observation_cost};
use crate::matrix::{Contender, Group, Matrix};

/// What a run is made of.
pub struct Session<'a> {
    /// The guests the matrix refers to, each on each host.
    pub guests: &'a [Guest],
    /// The cells.
    pub matrix: &'a Matrix,
    /// What stores allow.
    pub limits: Limits,
    /// How often to repeat.
    pub budget: Budget,
    /// Set when the run is to stop.
    pub stop: &'a AtomicBool,
    /// What a time stamp costs, in nanoseconds.
    pub observation: f64,
    clock: Clock,
}

/// Is told how far a run has come.
pub trait Progress {
    /// A part of the run begins, and the whole run is now thought to take so many
    /// units of work.
    fn begin(&self, what: &str, whole: u64);
    /// So many of them are done.
    fn advance(&self, units: u64);
    /// The run is over.
    fn end(&self);
}

/// What a run came to.
pub struct Finished {
    /// Every cell, in the order of the matrix.
    pub cells: Vec<Cell>,
    /// Whether it was stopped.
    pub interrupted: bool,
}

impl<'a> Session<'a> {
    /// A run that has not begun. Measures what observing costs here and now.
    pub fn new(
        guests: &'a [Guest],
        matrix: &'a Matrix,
        limits: Limits,
        budget: Budget,
        stop: &'a AtomicBool,
    ) -> Self {
        let clock = Clock::new();
        let observation = observation_cost(&clock);
        Self { guests, matrix, limits, budget, stop, observation, clock }
    }

    /// Runs every cell.
    pub fn run(&self, progress: &dyn Progress) -> Finished {
        let begun = Instant::now();
        let mut cells = self.count(progress);
        self.time(&mut cells, begun, progress);
        progress.end();
        Finished {
            interrupted: self.stopped(),
            cells: cells.into_iter().map(|measured| self.record(measured)).collect(),
        }
    }

    fn count(&self, progress: &dyn Progress) -> Vec<Measured> {
        let indices = (0..self.matrix.groups.len())
            .flat_map(|group| (0..self.matrix.contenders.len()).map(move |it| (group, it)));
        let mut cells: Vec<Measured> =
            indices.map(|(group, contender)| Measured::new(group, contender)).collect();
        progress.begin("counting", self.whole(Rounds::at_first(self.budget)));
        for cell in &mut cells {
            if self.stopped() {
                break;
            }
            let outcome = self.run_once(cell, Lane::Counted);
            cell.counted(outcome);
            progress.advance(self.weight(cell));
        }
        cells
    }

    fn time(&self, cells: &mut [Measured], begun: Instant, progress: &dyn Progress) {
        let contenders = self.matrix.contenders.len();
        let mut rounds = Rounds::new(self.budget, begun);
        while let Some((round, planned)) = rounds.next() {
            let what = format!("timing, round {} of {planned}", round + 1);
            progress.begin(&what, self.whole(planned));
            for group in cells.chunks_mut(contenders) {
                for turn in 0..contenders {
                    if self.stopped() {
                        return;
                    }
                    let cell = &mut group[(turn + round as usize) % contenders];
                    self.repeat(cell, round);
                    progress.advance(self.weight(cell) * repetitions(round));
                }
            }
        }
    }

    /// One repetition of a cell, and in every other round a profiled one too.
    fn repeat(&self, cell: &mut Measured, round: u32) {
        if !cell.is_ok() {
            return;
        }
        let outcome = self.run_once(cell, Lane::Plain);
        cell.repeated(round, outcome);
        if repetitions(round) > 1 && cell.is_ok() {
            let outcome = self.run_once(cell, Lane::Profiled { observation: self.observation });
            cell.repeated(round, outcome);
        }
    }

    fn run_once(&self, cell: &Measured, lane: Lane) -> crate::engine::Outcome {
        let Group { kind, shape } = self.group(cell);
        let Contender { guest, knobs } = self.contender(cell);
        self.guests[*guest].run((kind.build)(shape), knobs, lane, self.limits, &self.clock)
    }

    fn record(&self, measured: Measured) -> Cell {
        let group = self.group(&measured);
        let contender = self.contender(&measured);
        measured.into_record(group, contender, &self.guests[contender.guest])
    }

    fn group(&self, cell: &Measured) -> &Group {
        &self.matrix.groups[cell.group]
    }

    fn contender(&self, cell: &Measured) -> &Contender {
        &self.matrix.contenders[cell.contender]
    }

    /// The work of a run with so many rounds: each cell is counted once.
    fn whole(&self, rounds: u32) -> u64 {
        let repetitions = 1 + (0..rounds).map(repetitions).sum::<u64>();
        let each = self.matrix.groups.iter().map(Self::group_weight).sum::<u64>();
        repetitions * each * self.matrix.contenders.len() as u64
    }

    fn weight(&self, cell: &Measured) -> u64 {
        Self::group_weight(self.group(cell))
    }

    /// About how much work a repetition is: handles passed, and tasks started.
    fn group_weight(Group { shape, .. }: &Group) -> u64 {
        let pollables = u64::from(shape.pollables);
        shape.effort.max(8 * pollables) + 4 * pollables
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// The repetitions of each cell in a round: a plain one, and in every other round a
/// profiled one too.
fn repetitions(round: u32) -> u64 {
    if round.is_multiple_of(2) { 2 } else { 1 }
}
