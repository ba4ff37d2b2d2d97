//! A look at the newest runs of a branch: every metric of every cell, and what changed.

mod cell;
mod changes;
mod facts;
mod found;
mod names;
mod run_ref;

use std::collections::{BTreeMap, BTreeSet};

use pollbench_history::{Run, Series};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Status;

pub use cell::{CellLook, MetricLook};
pub use facts::{Fact, facts};
pub use found::{ChangedFact, Found};
pub use names::{CellName, Names};
pub use run_ref::RunRef;

/// The newest runs of a branch.
pub struct Look {
    pub branch: Option<String>,
    /// The earliest first.
    pub runs: Vec<Run>,
    pub cells: Vec<CellLook>,
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

    /// The number of the series of a cell, where these runs have it.
    pub fn series_of(&self, cell: &CellName) -> Option<i64> {
        self.cells.iter().find(|it| it.name == *cell).map(|it| it.id)
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
