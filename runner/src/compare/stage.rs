//! A stage of measuring: it measures blocks until every cell is decided, or time is up.

use std::time::{Duration, Instant};

use pollbench_reports::comparison::Verdict;
use pollbench_reports::comparison::judge::{self, Blocks, Finding, Looks};

/// The fewest blocks from which the spread of times can be estimated.
const FEWEST: u64 = 12;

/// Measures blocks of cells, which are given by their positions.
pub trait Measure {
    /// Why measuring can't go on at all.
    type Error;
    /// Measures a block of `cells`, and appends it to the blocks of each of them; a cell
    /// that can't be measured any more gets none.
    fn block(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), Self::Error>;
    /// Whether no measurement of a cell has failed so far.
    fn works(&self, cell: usize) -> bool;
    /// Whether to stop as soon as possible.
    fn stopped(&self) -> bool;
}

/// What a stage measures, and when it ends.
#[derive(Clone, Debug)]
pub struct Stage<'a> {
    /// For every cell of the comparison: the fraction of the base's time that a change has
    /// to exceed.
    pub thresholds: &'a [f64],
    /// The positions of the cells that the stage measures.
    pub cells: Vec<usize>,
    /// The family-wise error rate: the chance, at most, of calling any unchanged cell
    /// changed.
    pub alpha: f64,
    /// No block but the first begins after this time.
    pub deadline: Instant,
    /// Stop once every cell that is not decided has this many blocks.
    pub most_blocks: u64,
    /// Whether this is the second of the two stages.
    pub second: bool,
}

/// What a stage found.
pub struct Found {
    /// For each cell of the stage, in the order of `Stage::cells`: the finding that decided
    /// it, or else the last one.
    pub findings: Vec<Option<Finding>>,
    /// The measured blocks, for every cell of the comparison.
    pub blocks: Vec<Blocks>,
}

impl Stage<'_> {
    /// The number of blocks before the first look. With fewer, neither a change nor a base
    /// that differs from itself could be significant.
    pub fn first_look(&self) -> u64 {
        judge::fewest_blocks(self.alpha, self.cells.len()).max(FEWEST)
    }

    fn looks(&self) -> Looks {
        let Self { alpha, most_blocks: most, second, .. } = *self;
        Looks { alpha, first: self.first_look(), most, second }
    }

    /// Measures blocks and judges the cells, after twice as many blocks each time.
    ///
    /// `reserve` estimates how long the next stage would take, from the blocks so far and
    /// the mean time of a block; this stage leaves that much of its time.
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

    /// The cells that are not decided and can still be measured.
    fn open(&self, findings: &[Option<Finding>], measure: &impl Measure) -> Vec<usize> {
        let cells = self.cells.iter().zip(findings);
        let open = cells.filter(|(cell, finding)| is_open(finding) && measure.works(**cell));
        open.map(|(cell, _)| *cell).collect()
    }

    /// Judges the cells. All of them count for the correction for multiple testing, but
    /// those decided earlier get no new blocks and keep their findings.
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
