//! A stage of measuring: blocks until every cell is decided, or time is up.

use std::time::{Duration, Instant};

use pollbench_reports::comparison::Verdict;
use pollbench_reports::comparison::judge::{self, Blocks, Finding, Looks};

/// The fewest blocks that say anything of how times are spread.
const FEWEST: u64 = 12;

/// Measures a block of some cells, given by their positions, and appends it to each
/// one's blocks; those that can't be measured any more get none.
pub trait Measure {
    /// Why it can't go on at all.
    type Error;
    /// Measures.
    fn block(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), Self::Error>;
    /// Whether a cell could be measured up to now.
    fn works(&self, cell: usize) -> bool;
    /// Whether to stop as soon as possible.
    fn stopped(&self) -> bool;
}

/// How a stage goes on.
#[derive(Clone, Debug)]
pub struct Stage<'a> {
    /// The part of the base's time a change has to exceed, for every cell there is.
    pub thresholds: &'a [f64],
    /// Which of them it is about.
    pub cells: Vec<usize>,
    /// The chance, at most, of taking any for a change which is none.
    pub alpha: f64,
    /// No block begins later.
    pub deadline: Instant,
    /// Nor when each cell has so many.
    pub most_blocks: u64,
    /// Whether it is the second one.
    pub second: bool,
}

/// What a stage found.
pub struct Found {
    /// Of each cell of the stage, in its order: the finding that decided it, or the last.
    pub findings: Vec<Option<Finding>>,
    /// The blocks behind them, for every cell there is.
    pub blocks: Vec<Blocks>,
}

impl Stage<'_> {
    /// The blocks before the first look: with fewer, no cell's change could be told, or
    /// its base could differ from itself without that being seen.
    pub fn first_look(&self) -> u64 {
        judge::fewest_blocks(self.alpha, self.cells.len()).max(FEWEST)
    }

    fn looks(&self) -> Looks {
        let Self { alpha, most_blocks: most, second, .. } = *self;
        Looks { alpha, first: self.first_look(), most, second }
    }

    /// Measures and looks, at twice as many blocks each time.
    ///
    /// `reserve` tells how long what has to follow would take, given what has been
    /// found up to now; the stage leaves that much of its time.
    pub fn run<M: Measure>(
        &self,
        measure: &mut M,
        reserve: impl Fn(&[Blocks], Duration) -> Duration,
    ) -> Result<Found, M::Error> {
        let mut blocks = vec![Blocks::default(); self.thresholds.len()];
        let mut findings: Vec<Option<Finding>> = vec![None; self.cells.len()];
        let begun = Instant::now();
        let mut done = 0;
        let mut target = self.first_look();
        for number in 1.. {
            let mut out_of_time = false;
            while done < target && !out_of_time {
                measure.block(&self.open(&findings, measure), &mut blocks)?;
                done += 1;
                let each = begun.elapsed() / done as u32;
                let left = self.deadline.saturating_duration_since(Instant::now());
                out_of_time = left < each + reserve(&blocks, each)
                    || done >= self.most_blocks
                    || measure.stopped();
            }
            self.look(number, &blocks, &mut findings);
            if out_of_time || self.open(&findings, measure).is_empty() {
                break;
            }
            target *= 2;
        }
        Ok(Found { findings, blocks })
    }

    /// The cells that are not decided.
    fn open(&self, findings: &[Option<Finding>], measure: &impl Measure) -> Vec<usize> {
        let cells = self.cells.iter().zip(findings);
        let open = cells.filter(|(cell, finding)| is_open(finding) && measure.works(**cell));
        open.map(|(cell, _)| *cell).collect()
    }

    /// All cells count for the correction, those decided earlier with the blocks they have.
    fn look(&self, number: u32, blocks: &[Blocks], findings: &mut [Option<Finding>]) {
        let cells: Vec<(&Blocks, f64)> =
            self.cells.iter().map(|&cell| (&blocks[cell], self.thresholds[cell])).collect();
        let looked = judge::look(&cells, self.looks(), number);
        for (finding, new) in findings.iter_mut().zip(looked) {
            if is_open(finding) {
                *finding = new;
            }
        }
    }
}

fn is_open(finding: &Option<Finding>) -> bool {
    finding.as_ref().is_none_or(|it| it.verdict == Verdict::CantTell)
}
