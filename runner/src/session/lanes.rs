//! Runs all cells in the counted lane, and then in the timed lane.

use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::cell::Measured;
use super::pace::{Pace, RoundTime};
use super::rounds::{Budget, Rounds};
use super::work::{repetitions, weight};
use super::{Keeper, Progress, Session};
use crate::engine::{Lane, Outcome};
use crate::matrix::Group;
use pollbench_simulation::workload::Shape;

impl Session<'_> {
    /// Counts the cells that have not been counted yet.
    pub(super) fn count(
        &self,
        cells: &mut [Measured],
        progress: &dyn Progress,
        keeper: &dyn Keeper,
    ) {
        progress.begin("counting", self.whole(Rounds::at_first(self.budget)));
        for index in 0..cells.len() {
            if self.stopped() {
                break;
            }
            if !cells[index].is_counted() {
                let outcome = self.run_once(&cells[index], Lane::Counted, Pace::FULL);
                // A run that was cut short says nothing about its guest.
                if self.stopped() {
                    break;
                }
                let is_real = self.host(&cells[index]).runtime().is_some();
                cells[index].counted(outcome, is_real);
                self.offer(cells, keeper);
            }
            progress.advance(weight(self.group(&cells[index])));
        }
    }

    /// Times the cells in rounds, from the first round that some group has not been
    /// through.
    pub(super) fn time(
        &self,
        cells: &mut [Measured],
        progress: &dyn Progress,
        keeper: &dyn Keeper,
    ) {
        let contenders = self.plan.contenders.len();
        let completed = || cells.chunks(contenders).filter_map(rounds_of);
        let (first, furthest) = (completed().min().unwrap_or(0), completed().max().unwrap_or(0));
        let mut pace = self.pace_so_far(cells);
        let mut rounds = Rounds::new(self.budget, self.begun, self.before, first..furthest);
        progress.advance(self.whole(first) - self.whole(0));
        while let Some((round, planned)) = rounds.next() {
            let round_begun = Instant::now();
            let what = format!("timing, round {} of {planned}", round + 1);
            progress.begin(&what, self.whole(planned));
            for start in (0..cells.len()).step_by(contenders) {
                let group = &mut cells[start..start + contenders];
                let work = weight(self.group(&group[0])) * repetitions(round);
                if rounds_of(group).is_some_and(|completed| completed > round) {
                    progress.advance(work * contenders as u64);
                    continue;
                }
                let with = pace.unwrap_or(Pace::FULL);
                if !self.time_group(group, round, with, || progress.advance(work)) {
                    return;
                }
                self.offer(cells, keeper);
            }
            // A round that some groups had been through before says little.
            if round >= furthest {
                pace.get_or_insert_with(|| self.pace_after(round, cells, round_begun.elapsed()));
            }
        }
    }

    /// The pace that an earlier session has set.
    fn pace_so_far(&self, cells: &[Measured]) -> Option<Pace> {
        cells.iter().find_map(|cell| {
            let made = cell.repetitions.last()?.effort?;
            Some(Pace::of(made, self.group(cell).shape.effort))
        })
    }

    /// The pace of the rounds after this one, which has taken the time `all`.
    fn pace_after(&self, round: u32, cells: &[Measured], all: Duration) -> Pace {
        let Budget::Time(total) = self.budget else { return Pace::FULL };
        let windows = |pace: Pace| {
            let of_cell = |cell: &Measured| cell.length(round).mul_f64(self.part(cell, pace));
            cells.iter().map(of_cell).sum()
        };
        let took = RoundTime { all, windows: windows(Pace::FULL) };
        let left = total.saturating_sub(self.before + self.begun.elapsed());
        Pace::after(round, took, left, windows)
    }

    /// Which part of its events a repetition of a cell has with a pace.
    fn part(&self, cell: &Measured, pace: Pace) -> f64 {
        let Group { kind, shape } = self.group(cell);
        let events = |shape: &Shape| (kind.build)(shape).plan().measured as f64;
        events(&paced(shape, pace)) / events(shape)
    }

    /// Runs one round of a group. Its results are taken when all contenders have had their
    /// turn, or not at all, so that those compared in a round were timed together even if
    /// the run is stopped and resumed. Returns whether they were taken.
    fn time_group(
        &self,
        group: &mut [Measured],
        round: u32,
        pace: Pace,
        advance: impl Fn(),
    ) -> bool {
        let effort = (pace != Pace::FULL).then(|| pace.effort(self.group(&group[0]).shape.effort));
        let mut outcomes = Vec::new();
        for index in turns(round, group[0].group, group.len()) {
            if self.stopped() {
                return false;
            }
            outcomes.push((index, self.repeat(&group[index], round, pace)));
            advance();
        }
        if self.stopped() {
            return false;
        }
        for (index, outcomes) in outcomes {
            outcomes.into_iter().for_each(|outcome| group[index].repeated(round, effort, outcome));
        }
        true
    }

    /// Runs one repetition of a cell, and in every other round a profiled one too.
    fn repeat(&self, cell: &Measured, round: u32, pace: Pace) -> Vec<Outcome> {
        if !cell.is_ok() {
            return Vec::new();
        }
        let mut outcomes = vec![self.run_once(cell, Lane::Plain, pace)];
        if repetitions(round) > 1 && outcomes[0].is_ok() && !self.stopped() {
            let lane = Lane::Profiled { observation: self.observation };
            outcomes.push(self.run_once(cell, lane, pace));
        }
        outcomes
    }

    fn offer(&self, cells: &[Measured], keeper: &dyn Keeper) {
        if keeper.is_due() {
            keeper.keep(self.record(cells));
        }
    }
}

/// A shape with the effort that a repetition makes with a pace.
pub(super) fn paced(shape: &Shape, pace: Pace) -> Shape {
    Shape { effort: pace.effort(shape.effort), ..shape.clone() }
}

/// The order of a group's contenders in a round. It is drawn anew for each round, so that
/// no contender always runs after the same other one, but is the same in every run.
fn turns(round: u32, group: usize, contenders: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..contenders).collect();
    let seed = (group as u64) << 32 | u64::from(round);
    order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
    order
}

/// How many rounds a group has been through; `None` if it has no cell left to time.
fn rounds_of(group: &[Measured]) -> Option<u32> {
    group.iter().filter(|cell| cell.is_ok()).map(Measured::rounds).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over many rounds, each contender comes first about as often, and after each other
    /// one.
    #[test]
    fn the_order_of_contenders_differs_from_round_to_round() {
        const CONTENDERS: usize = 4;
        let mut pairs = [[0; CONTENDERS]; CONTENDERS];
        let mut first = [0; CONTENDERS];
        for round in 0..400 {
            let order = turns(round, 3, CONTENDERS);
            first[order[0]] += 1;
            order.windows(2).for_each(|pair| pairs[pair[0]][pair[1]] += 1);
        }
        assert!(first.iter().all(|count| (70..130).contains(count)), "{first:?}");
        for (one, followed) in pairs.iter().enumerate() {
            for (other, count) in followed.iter().enumerate().filter(|it| it.0 != one) {
                assert!((70..130).contains(count), "{other} after {one}: {count}");
            }
        }
        assert_eq!(turns(7, 1, 9), turns(7, 1, 9));
    }
}
