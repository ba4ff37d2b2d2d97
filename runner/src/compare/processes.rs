//! Measures blocks in worker processes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pollbench_reports::comparison::Problem;
use pollbench_reports::comparison::judge::Blocks;
use rand_pcg::Pcg64Mcg;

use super::block::{Block, Runner};
use super::stage::Measure;
use crate::engine::RunLimits;
use crate::session::Progress;
use crate::worker::{Job, WorkerError, unless_stopped};

/// A pair of cells, one of each side, ready to be timed.
#[derive(Clone, Debug)]
pub struct TimedCell {
    /// What runs the base.
    pub base: Runner,
    /// The run that the base is asked for.
    pub base_job: Job,
    /// What runs the candidate.
    pub candidate: Runner,
    /// The run that the candidate is asked for.
    pub candidate_job: Job,
}

/// Measures cells in fresh processes for each block.
pub struct Processes<'a> {
    cells: &'a [TimedCell],
    limits: RunLimits,
    stop: &'a AtomicBool,
    progress: &'a dyn Progress,
    random: Pcg64Mcg,
    /// The cells that couldn't be timed, by position, and why.
    pub broken: BTreeMap<usize, Problem>,
}

impl<'a> Processes<'a> {
    /// For these cells, which are named by their positions. `random` draws orders and
    /// processors.
    pub fn new(
        cells: &'a [TimedCell],
        limits: RunLimits,
        stop: &'a AtomicBool,
        progress: &'a dyn Progress,
        random: Pcg64Mcg,
    ) -> Self {
        Self { cells, limits, stop, progress, random, broken: BTreeMap::new() }
    }

    /// The cells of the same two guests share the processes of a block.
    fn measure_all(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), WorkerError> {
        let mut by_guests: BTreeMap<(&Runner, &Runner), Vec<usize>> = BTreeMap::new();
        for &cell in cells {
            let TimedCell { base, candidate, .. } = &self.cells[cell];
            by_guests.entry((base, candidate)).or_default().push(cell);
        }
        for ((base, candidate), cells) in by_guests {
            let mut block = Block::start(base, candidate, self.limits, &mut self.random)?;
            for cell in cells {
                if self.stopped() {
                    return Ok(());
                }
                self.measure(&mut block, cell, &mut into[cell])?;
                self.progress.advance(1);
            }
        }
        Ok(())
    }

    fn measure(
        &mut self,
        block: &mut Block,
        cell: usize,
        into: &mut Blocks,
    ) -> Result<(), WorkerError> {
        let TimedCell { base_job, candidate_job, .. } = &self.cells[cell];
        match block.measure(base_job, candidate_job, &mut self.random)? {
            Ok(times) => {
                into.log_ratios.push(times.log_ratio);
                into.control.push(times.control);
                into.base_ns.push(times.base_ns);
                into.candidate_ns.push(times.candidate_ns);
            }
            Err(problem) => {
                self.broken.insert(cell, problem);
            }
        }
        Ok(())
    }
}

impl Measure for Processes<'_> {
    type Error = WorkerError;

    fn block(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), WorkerError> {
        unless_stopped(self.measure_all(cells, into)).map(|_| ())
    }

    fn works(&self, cell: usize) -> bool {
        !self.broken.contains_key(&cell)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
