use std::ops::Range;

use super::change::{ChangePoint, Kind};
use super::{exact, noisy};

/// How many runs are settled at once.
const BLOCK: usize = 500;

/// The probability of a false alarm, unless told otherwise.
pub const ALPHA: f64 = 0.05;

/// What differs from run to run without any change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noise {
    /// Nothing: the values are counted, so that any step is a change.
    Exact,
    /// As much as the series itself shows.
    Learned,
}

/// A series of measurements, one for each run, that can be appended to.
///
/// At most the last 1,000 runs are looked at, so that a run is appended to a long history at
/// the cost of a short one. Whenever there are as many since the last settled change, what is
/// found in the first 500 of them is settled: it is never revised, while later changes may
/// come, move and go with each run. The same runs give the same changes, whether they were
/// there at once or came one by one.
#[derive(Clone, Debug)]
pub struct Series {
    noise: Noise,
    alpha: f64,
    /// How many runs there are, with those without a value.
    runs: usize,
    /// The values, and the runs they are of.
    values: Vec<f64>,
    run_of: Vec<usize>,
    settled: Vec<ChangePoint>,
    /// The place of the first value that is looked at.
    start: usize,
}

impl Series {
    /// A series without any run. `alpha` is the probability with which a look at runs that
    /// differ by noise alone finds a change; it means nothing where values are exact. One
    /// that is not between 0 and 1 is taken as [`ALPHA`].
    pub fn new(noise: Noise, alpha: f64) -> Self {
        let alpha = if alpha > 0.0 && alpha < 1.0 { alpha } else { ALPHA };
        let (values, run_of, settled) = Default::default();
        Self { noise, alpha, runs: 0, values, run_of, settled, start: 0 }
    }

    /// Appends a run. A value that is not finite stands for a run without a measurement: it
    /// counts as a run, and no more.
    pub fn push(&mut self, value: f64) {
        if value.is_finite() {
            self.values.push(value);
            self.run_of.push(self.runs);
        }
        self.runs += 1;
        if self.noise == Noise::Learned && self.values.len() - self.start == 2 * BLOCK {
            self.settle();
        }
    }

    /// The changes that will never be revised, in order.
    pub fn settled(&self) -> &[ChangePoint] {
        &self.settled
    }

    /// All changes in the runs until now, in order.
    pub fn change_points(&self) -> Vec<ChangePoint> {
        let mut changes = self.settled.clone();
        changes.extend(self.unsettled().into_iter().map(|it| in_runs(&self.run_of, it)));
        changes
    }

    /// The changes since the last settled one, by the places of values.
    fn unsettled(&self) -> Vec<ChangePoint> {
        let values = &self.values[self.start..];
        let mut changes = match self.noise {
            Noise::Exact => exact::changes(values),
            Noise::Learned => noisy::changes(values, self.alpha),
        };
        // A creep that is under way at the start has been settled before.
        let creeps = self.settled.last().is_some_and(|it| it.kind == Kind::Creep);
        changes.retain(|it| it.index > 0 || !creeps);
        for change in &mut changes {
            let (first, last) = (change.interval.start(), change.interval.end());
            change.interval = first + self.start..=last + self.start;
            change.index += self.start;
        }
        changes
    }

    fn settle(&mut self) {
        let block: Range<usize> = self.start..self.start + BLOCK;
        let first: Vec<ChangePoint> =
            self.unsettled().into_iter().filter(|it| block.contains(&it.index)).collect();
        let last = first.last().map(|it| it.index).filter(|&it| it > self.start);
        self.settled.extend(first.into_iter().map(|it| in_runs(&self.run_of, it)));
        self.start = last.unwrap_or(block.end);
    }
}

/// A change by the places of runs, from one by the places of values. Runs without a
/// measurement before the first one with a value after the change could be the first, too.
fn in_runs(run_of: &[usize], change: ChangePoint) -> ChangePoint {
    let (first, last) = (*change.interval.start(), *change.interval.end());
    let first = first.checked_sub(1).map_or(0, |before| run_of[before] + 1);
    ChangePoint { index: run_of[change.index], interval: first..=run_of[last], ..change }
}

/// The changes in a series of one value for each run, in order: all that a [`Series`] of these
/// runs has.
///
/// There are none in fewer than ten finite values with noise, or in values that are all the same.
pub fn change_points(values: &[f64], noise: Noise, alpha: f64) -> Vec<ChangePoint> {
    let mut series = Series::new(noise, alpha);
    values.iter().for_each(|&value| series.push(value));
    series.change_points()
}
