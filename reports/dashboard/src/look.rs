//! A look at the newest runs of a branch: every metric of every cell, and what changed.

use std::collections::{BTreeMap, BTreeSet};

use pollbench_history::{Run, Series};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Status;

use crate::changes::{self, Found};
use crate::facts::{Fact, facts};
use crate::names::Names;
use crate::view::{CellName, RunRef};

/// The newest runs of a branch.
pub struct Look {
    pub branch: Option<String>,
    /// The earliest first.
    pub runs: Vec<Run>,
    pub cells: Vec<CellLook>,
}

/// A cell in these runs.
pub struct CellLook {
    /// The number of its series in the history.
    pub id: i64,
    pub name: CellName,
    /// Whether the newest of its runs passed all checks.
    pub status: Status,
    pub metrics: Vec<MetricLook>,
}

/// A metric of a cell in these runs.
pub struct MetricLook {
    pub metric: Metric,
    /// A value for each run; NaN where it has none.
    pub values: Vec<f64>,
    /// What changed, the earliest first.
    pub changes: Vec<Found>,
}

impl Look {
    /// Finds what changed in runs, the earliest first, and the series of their cells.
    pub fn new(branch: Option<String>, runs: Vec<Run>, series: Vec<Series>) -> Self {
        let places: BTreeMap<i64, usize> =
            runs.iter().enumerate().map(|(place, run)| (run.id.0, place)).collect();
        let names = Names::among(series.iter().map(|it| &it.identity));
        let mut cells: Vec<CellLook> = Vec::new();
        for series in series {
            if cells.last().is_none_or(|it| it.id != series.id) {
                let status = series.points.last().map_or(Status::Ok, |it| it.status);
                let name = names.of(&series.identity);
                cells.push(CellLook { id: series.id, name, status, metrics: Vec::new() });
            }
            let mut values = vec![f64::NAN; runs.len()];
            for point in &series.points {
                if let (Some(&place), Some(value)) = (places.get(&point.run.0), point.value) {
                    values[place] = value;
                }
            }
            if let Some(cell) = cells.last_mut() {
                let metric = series.metric;
                cell.metrics.push(MetricLook { metric, values, changes: Vec::new() });
            }
        }
        let facts: Vec<Vec<Fact>> = runs.iter().map(|it| facts(&it.conditions)).collect();
        changes::find(&mut cells, &facts);
        Self { branch, runs, cells }
    }

    /// The newest run, where there is one.
    pub fn newest(&self) -> Option<&Run> {
        self.runs.last()
    }

    /// A run by its place.
    pub fn run(&self, place: usize) -> RunRef {
        RunRef::from(&self.runs[place])
    }

    /// The metrics that some cell has a value of.
    pub fn metrics(&self) -> Vec<Metric> {
        let looks = self.cells.iter().flat_map(|it| &it.metrics);
        let has_values = |it: &&MetricLook| it.values.iter().any(|it| it.is_finite() && *it != 0.0);
        let known: BTreeSet<Metric> = looks.filter(has_values).map(|it| it.metric).collect();
        known.into_iter().collect()
    }
}

impl MetricLook {
    /// The newest value.
    pub fn newest(&self) -> Option<f64> {
        self.values.iter().rev().copied().find(|it| it.is_finite())
    }

    /// By which part a run usually differs from the one before: the median. `None` with
    /// fewer than three runs.
    pub fn usual_difference(&self) -> Option<f64> {
        let known: Vec<f64> =
            self.values.iter().copied().filter(|it| it.is_finite() && *it > 0.0).collect();
        let mut steps: Vec<f64> =
            known.windows(2).map(|pair| (pair[1] / pair[0]).ln().abs().exp() - 1.0).collect();
        steps.sort_by(f64::total_cmp);
        (steps.len() > 1).then(|| steps[steps.len() / 2])
    }
}
