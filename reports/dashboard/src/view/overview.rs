use jiff::Timestamp;
use pollbench_reports::comparison::Metric;
use pollbench_reports::html;
use pollbench_reports::record::{Record, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ChangedCell, Direction, RunRef, Show};
use crate::dashboard::branch_of;
use crate::look::Look;
use crate::query::OverviewQuery;
use crate::{Dashboard, Error};

/// What changed lately on a branch, and how far its measurements can be trusted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Overview {
    /// The branch; `null` for the runs of all.
    pub branch: Option<String>,
    /// All branches.
    pub branches: Vec<String>,
    /// How many of the newest runs were looked at.
    pub runs: usize,
    /// The first of them.
    pub first: Option<RunRef>,
    /// The newest of them.
    pub newest: Option<RunRef>,
    /// How many cells they have.
    pub cells: usize,
    /// How many cells are known to have become worse, and nothing but commits changed with them.
    pub worse: usize,
    /// How many have become better likewise.
    pub better: usize,
    /// How many have a change that may also be chance.
    pub likely: usize,
    /// How many changed together with something else, such as the machine.
    pub explained: usize,
    /// Which changes are shown.
    pub show: Show,
    /// The changes, those first that a reader has to know of.
    pub changes: Vec<ChangedCell>,
    /// How far the newest run can be trusted; `null` without a run.
    pub health: Option<Health>,
}

/// How far a run can be trusted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Health {
    /// How long ago it was measured, in seconds.
    pub age: i64,
    /// How many of its cells failed.
    pub failed: usize,
    /// How many are not supported by their guest.
    pub not_supported: usize,
    /// By which part the time of a cell usually differs from one run to the next: the median
    /// over all cells.
    pub usual_difference: Option<f64>,
    /// What a reader has to know, a sentence each.
    pub warnings: Vec<String>,
}

impl Overview {
    pub(crate) async fn new(dashboard: &Dashboard, query: &OverviewQuery) -> Result<Self, Error> {
        let branches = dashboard.branches().await?;
        let branch = branch_of(query.branch.as_deref(), &branches);
        let look = dashboard.look(branch.as_deref(), query.last).await?;
        let health = match look.newest() {
            None => None,
            Some(newest) => {
                let record = dashboard.record(newest.id.0).await?;
                Some(Health::new(&record, newest.time, &look))
            }
        };
        Ok(Self::of(&look, branches, query.show.unwrap_or_default(), health))
    }

    fn of(look: &Look, branches: Vec<String>, show: Show, health: Option<Health>) -> Self {
        let changes = look.cells.iter().flat_map(|cell| ChangedCell::all_of(look, cell));
        let mut changes: Vec<ChangedCell> = changes.collect();
        let count = |is: &dyn Fn(&ChangedCell) -> bool| {
            let mut series: Vec<i64> =
                changes.iter().filter(|it| is(it)).map(|it| it.series).collect();
            series.sort_unstable();
            series.dedup();
            series.len()
        };
        let of = |direction| move |it: &ChangedCell| it.main.is_certainly(direction);
        let worse = count(&of(Direction::Worse));
        let better = count(&of(Direction::Better));
        let likely = count(&|it| !it.main.is_sure() && !it.main.is_explained());
        let explained = count(&|it| it.main.is_explained());
        changes.retain(|it| it.is_shown(show));
        changes.sort_by(ChangedCell::by_weight);
        Self {
            branch: look.branch.clone(),
            branches,
            runs: look.runs.len(),
            first: look.runs.first().map(RunRef::from),
            newest: look.newest().map(RunRef::from),
            cells: look.cells.len(),
            worse,
            better,
            likely,
            explained,
            show,
            changes,
            health,
        }
    }
}

impl Health {
    fn new(record: &Record, time: Timestamp, look: &Look) -> Self {
        let with = |status| record.cells.iter().filter(|it| it.status == status).count();
        let times = look.cells.iter().flat_map(|it| &it.metrics);
        let times = times.filter(|it| it.metric == Metric::NsPerEvent);
        let mut differences: Vec<f64> = times.filter_map(|it| it.usual_difference()).collect();
        differences.sort_by(f64::total_cmp);
        Self {
            age: Timestamp::now().duration_since(time).as_secs(),
            failed: with(Status::Failed),
            not_supported: with(Status::NotSupported),
            usual_difference: differences.get(differences.len() / 2).copied(),
            warnings: html::banners(record),
        }
    }
}
