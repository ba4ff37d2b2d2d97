//! Estimates how much work a run is, to show its progress.

use super::Session;
use crate::matrix::Group;

impl Session<'_> {
    /// The work of a run in which each cell is counted once and timed in `rounds` rounds.
    pub(super) fn whole(&self, rounds: u32) -> u64 {
        let repetitions = 1 + (0..rounds).map(repetitions).sum::<u64>();
        let each = self.plan.groups.iter().map(weight).sum::<u64>();
        repetitions * each * self.plan.contenders.len() as u64
    }
}

/// About how much work a repetition of a cell is: the handles it passes to `poll`, and the
/// tasks it starts.
pub fn weight(Group { shape, .. }: &Group) -> u64 {
    let pollables = u64::from(shape.pollables);
    shape.effort.max(8 * pollables) + 4 * pollables
}

/// The number of repetitions of each cell in a round: a plain one, and in every other round
/// a profiled one too.
pub fn repetitions(round: u32) -> u64 {
    if round.is_multiple_of(2) { 2 } else { 1 }
}
