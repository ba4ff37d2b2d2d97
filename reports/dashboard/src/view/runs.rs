use pollbench_history::{Filter, Page, Run};
use pollbench_reports::document::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use super::RunRef;
use crate::query::RunsQuery;
use crate::{Dashboard, Error};

/// So many runs are on a page.
pub(crate) const PAGE: u64 = 50;

/// The runs of a branch, the newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Runs {
    /// The branch; `null` for those of all.
    pub branch: Option<String>,
    /// All branches.
    pub branches: Vec<String>,
    /// What kind of record they have; `null` for any.
    pub kind: Option<Kind>,
    /// The number of the page, from 1 on.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// How many runs there are on all of them.
    pub total: u64,
    /// The runs on this page.
    pub runs: Vec<RunLine>,
}

/// A run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunLine {
    /// The run.
    pub run: RunRef,
    /// What kind of record it has.
    pub kind: Kind,
    /// What it is of, where that is not a matrix of cells.
    pub title: Option<String>,
    /// Its names.
    pub tags: Vec<String>,
    /// How many cells it has.
    pub cells: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Whether it was stopped before its matrix was complete.
    pub interrupted: bool,
    /// The processor it was measured on.
    pub processor: String,
}

impl From<&Run> for RunLine {
    fn from(run: &Run) -> Self {
        Self {
            run: run.into(),
            kind: run.kind,
            title: run.title.clone(),
            tags: run.tags.clone(),
            cells: run.cells,
            failed: run.failed,
            interrupted: run.interrupted,
            processor: run.conditions.cpu.clone(),
        }
    }
}

impl Runs {
    pub(crate) async fn new(dashboard: &Dashboard, query: &RunsQuery) -> Result<Self, Error> {
        let branch = query.branch.clone().filter(|it| !it.is_empty());
        let kind = query.kind;
        let filter = Filter { kind, branch: branch.clone(), ..Filter::default() };
        let page = query.page.unwrap_or(1).max(1);
        let offset = (page - 1).saturating_mul(PAGE);
        let listed = dashboard.history.list(&filter, Page { offset, limit: PAGE }).await?;
        let branches = dashboard.history.branches(kind).await?;
        Ok(Self {
            branch,
            branches: branches.into_iter().filter_map(|it| it.name).collect(),
            kind,
            page,
            pages: listed.total.div_ceil(PAGE).max(1),
            total: listed.total,
            runs: listed.runs.iter().map(RunLine::from).collect(),
        })
    }
}
