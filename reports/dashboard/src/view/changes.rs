use std::cmp::Ordering;

use pollbench_reports::change_points::{ALPHA, Kind};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Estimate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CellName, ChangedFact, RunRef, Show};
use crate::look::{CellLook, Found, Look};

/// Whether a change is for the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It takes more.
    Worse,
    /// It takes less.
    Better,
    /// Runs differ more, or less, from each other.
    Spread,
}

/// A change of a metric of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Of what.
    pub metric: Metric,
    /// What kind of change it is.
    pub kind: Kind,
    /// Whether it is for the worse.
    pub direction: Direction,
    /// The median of the runs before, or their standard deviation if that is what changed.
    pub before: f64,
    /// The same of the runs after.
    pub after: f64,
    /// After as a multiple of before, with an interval of 95 %.
    pub ratio: Option<Estimate>,
    /// The probability that a look at so many series without any change has one that stands
    /// out as much; 0 for counts, which are exact.
    pub doubt: f64,
    /// The most likely first run after the change.
    pub since: RunRef,
    /// The last run that is certainly before it, where there is one.
    pub last_before: Option<RunRef>,
    /// The first run that is certainly after it.
    pub first_after: RunRef,
    /// What else changed with it; if nothing did, it is in the commits.
    pub surroundings: Vec<ChangedFact>,
}

impl Change {
    pub(crate) fn new(look: &Look, metric: Metric, found: &Found) -> Self {
        let Found { change, doubt, surroundings } = found;
        let (last_before, first_after) = change.runs();
        let direction = match change.kind {
            Kind::Variance => Direction::Spread,
            _ if change.after > change.before => Direction::Worse,
            _ => Direction::Better,
        };
        Self {
            metric,
            kind: change.kind,
            direction,
            before: change.before,
            after: change.after,
            ratio: change.ratio,
            doubt: *doubt,
            since: look.run(change.index),
            last_before: last_before.map(|it| look.run(it)),
            first_after: look.run(first_after),
            surroundings: surroundings.clone(),
        }
    }

    /// Whether it is known to be a change, and not only likely to be one.
    pub fn is_sure(&self) -> bool {
        self.doubt <= ALPHA
    }

    /// Whether something else changed with it, so that it may be no change of the guests.
    pub fn is_explained(&self) -> bool {
        !self.surroundings.is_empty()
    }

    /// Whether it is known to be a change of the guests this way.
    pub(crate) fn is_certainly(&self, direction: Direction) -> bool {
        self.direction == direction && self.is_sure() && !self.is_explained()
    }

    /// How large it is, whichever way: that of a doubling is that of a halving. What was zero
    /// before or is now is beyond all ratios.
    pub(crate) fn size(&self) -> f64 {
        match &self.ratio {
            Some(ratio) => ratio.median.ln().abs(),
            None => f64::INFINITY,
        }
    }
}

/// What changed in a cell with a run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ChangedCell {
    /// The number of the cell's series.
    pub series: i64,
    /// The cell.
    pub cell: CellName,
    /// The change of its time, or else the largest.
    pub main: Change,
    /// Its other changes with the same run.
    pub others: Vec<Change>,
    /// The values of the main change's metric, a run each; `null` where there is none.
    pub values: Vec<Option<f64>>,
    /// The place of the change among them.
    pub place: usize,
}

impl ChangedCell {
    /// What changed in a cell, a value for each run with a change.
    pub(crate) fn all_of<'l>(look: &'l Look, cell: &'l CellLook) -> Vec<Self> {
        let all =
            cell.metrics.iter().flat_map(|it| it.changes.iter().map(move |found| (it, found)));
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(of, found)| (found.change.index, of.metric));
        let same = |a: &(_, &Found), b: &(_, &Found)| a.1.change.index == b.1.change.index;
        let groups = all.chunk_by(same);
        groups
            .filter_map(|group| {
                let changes = group.iter().map(|(of, found)| Change::new(look, of.metric, found));
                let mut changes: Vec<Change> = changes.collect();
                let main = largest(&changes)?;
                let (of, found) = group[main];
                let values = of.values.iter().map(|it| it.is_finite().then_some(*it)).collect();
                Some(Self {
                    series: cell.id,
                    cell: cell.name.clone(),
                    main: changes.remove(main),
                    others: changes,
                    values,
                    place: found.change.index,
                })
            })
            .collect()
    }

    /// Those first that a reader has to know of: what is not explained by the surroundings,
    /// what is sure, what is worse, and of these the largest.
    pub(crate) fn by_weight(&self, other: &Self) -> Ordering {
        let rank = |it: &Self| {
            let direction = match it.main.direction {
                Direction::Worse => 0,
                Direction::Better => 1,
                Direction::Spread => 2,
            };
            (it.main.is_explained(), !it.main.is_sure(), direction)
        };
        rank(self)
            .cmp(&rank(other))
            .then_with(|| other.main.size().total_cmp(&self.main.size()))
            .then_with(|| self.cell.cmp(&other.cell))
            .then_with(|| other.place.cmp(&self.place))
    }

    /// Whether it is among those to be shown.
    pub(crate) fn is_shown(&self, show: Show) -> bool {
        match show {
            Show::All => true,
            Show::Worse => self.main.direction == Direction::Worse,
            Show::Better => self.main.direction == Direction::Better,
        }
    }
}

/// The place of the change of the time, or else of the largest.
fn largest(changes: &[Change]) -> Option<usize> {
    let time = changes.iter().position(|it| it.metric == Metric::NsPerEvent);
    let size = |place: &usize| changes[*place].size();
    time.or_else(|| (0..changes.len()).rev().max_by(|a, b| size(a).total_cmp(&size(b))))
}
