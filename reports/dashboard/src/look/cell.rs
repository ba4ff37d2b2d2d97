use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Status;

use super::{CellName, Found};

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
