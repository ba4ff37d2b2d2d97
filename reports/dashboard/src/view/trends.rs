use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Status;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CellName, Change};
use crate::dashboard::branch_of;
use crate::look::{CellLook, Look, MetricLook};
use crate::query::TrendsQuery;
use crate::{Dashboard, Error};

/// So many lines are shown; a search has the others.
const MOST: usize = 500;

/// A metric of every cell of a branch, those that changed most first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Trends {
    /// The branch; `null` for the runs of all.
    pub branch: Option<String>,
    /// All branches.
    pub branches: Vec<String>,
    /// How many of the newest runs were looked at.
    pub runs: usize,
    /// What is shown.
    pub metric: Metric,
    /// What else there is.
    pub metrics: Vec<Metric>,
    /// The words that names have to have.
    pub search: String,
    /// Whether each cell is drawn as a small chart.
    pub panels: bool,
    /// How many cells have them.
    pub found: usize,
    /// The cells, at most 500.
    pub lines: Vec<TrendLine>,
}

/// A cell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TrendLine {
    /// The number of its series.
    pub series: i64,
    /// The cell.
    pub cell: CellName,
    /// Whether the newest of its runs passed all checks.
    pub status: Status,
    /// The newest value.
    pub newest: Option<f64>,
    /// By which part a run usually differs from the one before.
    pub usual_difference: Option<f64>,
    /// How often it changed.
    pub changes: usize,
    /// The newest change.
    pub last_change: Option<Change>,
    /// The values, a run each; `null` where there is none.
    pub values: Vec<Option<f64>>,
    /// The places of changes among them.
    pub places: Vec<usize>,
}

impl Trends {
    pub(crate) async fn new(dashboard: &Dashboard, query: &TrendsQuery) -> Result<Self, Error> {
        let branches = dashboard.branches().await?;
        let branch = branch_of(query.branch.as_deref(), &branches);
        let look = dashboard.look(branch.as_deref(), query.last).await?;
        Ok(Self::of(&look, branches, query))
    }

    fn of(look: &Look, branches: Vec<String>, query: &TrendsQuery) -> Self {
        let metric = query.metric.unwrap_or(Metric::NsPerEvent);
        let search = query.search.clone().unwrap_or_default();
        let cells = look.cells.iter().filter(|it| it.name.has_words(&search));
        let lines = cells.filter_map(|cell| {
            let of = cell.metrics.iter().find(|it| it.metric == metric)?;
            of.newest().map(|_| TrendLine::new(look, cell, of))
        });
        let mut lines: Vec<TrendLine> = lines.collect();
        lines.sort_by(|a, b| {
            let by_cause = b.is_changed().cmp(&a.is_changed());
            let by_size = || b.weight().total_cmp(&a.weight());
            by_cause.then_with(by_size).then_with(|| a.cell.cmp(&b.cell))
        });
        let found = lines.len();
        lines.truncate(MOST);
        Self {
            branch: look.branch.clone(),
            branches,
            runs: look.runs.len(),
            metric,
            metrics: look.metrics(),
            search,
            panels: query.panels.unwrap_or(false),
            found,
            lines,
        }
    }
}

impl TrendLine {
    fn new(look: &Look, cell: &CellLook, of: &MetricLook) -> Self {
        Self {
            series: cell.id,
            cell: cell.name.clone(),
            status: cell.status,
            newest: of.newest(),
            usual_difference: of.usual_difference(),
            changes: of.changes.len(),
            last_change: of.changes.last().map(|found| Change::new(look, of.metric, found)),
            values: of.values.iter().map(|it| it.is_finite().then_some(*it)).collect(),
            places: of.changes.iter().map(|it| it.change.index).collect(),
        }
    }

    /// Whether its newest change is one of the guests, as far as is known.
    pub fn is_changed(&self) -> bool {
        self.last_change.as_ref().is_some_and(|it| !it.is_explained())
    }

    /// How large the newest change is; 0 without one.
    fn weight(&self) -> f64 {
        self.last_change.as_ref().map_or(0.0, Change::size)
    }
}
