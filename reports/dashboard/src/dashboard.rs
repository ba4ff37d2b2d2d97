use std::sync::Arc;

use pollbench_history::{Filter, History, Page, RunId, SeriesFilter};
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use pollbench_reports::html;
use pollbench_reports::record::Record;
use tokio::task::spawn_blocking;

use crate::Error;
use crate::cache::{Cache, LookKey};
use crate::look::Look;
use crate::view::Said;

/// So many of the newest runs are looked at, unless told otherwise.
pub(crate) const LAST: u64 = 100;
/// So many at most.
pub(crate) const MOST: u64 = 1000;

/// The names that the branch has which others are held against, the likeliest first.
const MAIN: [&str; 4] = ["main", "master", "trunk", "default"];

/// A history, and what was found out about it.
#[derive(Clone)]
pub struct Dashboard {
    pub(crate) history: History,
    cache: Arc<Cache>,
}

impl Dashboard {
    /// A dashboard over a history.
    pub fn new(history: History) -> Self {
        Self { history, cache: Arc::default() }
    }

    /// The branches that have runs, that with the newest run first.
    pub(crate) async fn branches(&self) -> Result<Vec<String>, Error> {
        self.branches_of(Kind::Run).await
    }

    /// The branches that have records of a kind, that with the newest first.
    pub(crate) async fn branches_of(&self, kind: Kind) -> Result<Vec<String>, Error> {
        let branches = self.history.branches(Some(kind)).await?;
        Ok(branches.into_iter().filter_map(|it| it.name).collect())
    }

    /// The branch that is shown where none is asked for: the usual one, or else that with the
    /// newest run. `None` if no run has a branch: then all are shown.
    pub(crate) async fn branch(&self, asked: Option<&str>) -> Result<Option<String>, Error> {
        Ok(branch_of(asked, &self.branches().await?))
    }

    /// A look at the newest runs of a branch, or of all branches.
    pub(crate) async fn look(
        &self,
        branch: Option<&str>,
        last: Option<u64>,
    ) -> Result<Arc<Look>, Error> {
        let last = last.unwrap_or(LAST).clamp(1, MOST);
        let filter = matrices(branch.map(Into::into));
        let newest = self.history.list(&filter, Page { offset: 0, limit: 1 }).await?;
        let key = LookKey {
            branch: filter.branch.clone(),
            last,
            newest: newest.runs.first().map_or(0, |it| it.id.0),
            total: newest.total,
        };
        self.cache.look(&key, self.look_anew(filter, last)).await
    }

    async fn look_anew(&self, filter: Filter, last: u64) -> Result<Look, Error> {
        let mut runs = self.history.list(&filter, Page { offset: 0, limit: last }).await?.runs;
        runs.reverse();
        let branch = filter.branch.clone();
        let series = SeriesFilter {
            runs: filter,
            last: Some(last),
            metrics: Metric::ALL.to_vec(),
            ..SeriesFilter::default()
        };
        let series = self.history.series(&series).await?;
        Ok(blocking(move || Look::new(branch, runs, series)).await)
    }

    /// What the record of a run says in short, where it is no matrix.
    pub(crate) async fn said(&self, run: RunId) -> Result<Arc<Said>, Error> {
        let read = async move {
            let document = self.history.document(run).await?;
            Ok(blocking(move || Said::of(&document)).await)
        };
        self.cache.said(run.0, read).await
    }

    /// The record of a run.
    pub(crate) async fn record(&self, run: i64) -> Result<Record, Error> {
        Ok(self.history.get(RunId(run)).await?)
    }

    /// The answer of a run's record, as a part of a page that leads to its report at `page`.
    pub(crate) async fn answer(&self, run: i64, page: &str) -> Result<Arc<str>, Error> {
        let report = page.to_owned();
        let render = async move {
            let record = self.record(run).await?;
            Ok(blocking(move || html::answer(&record, &report)).await?)
        };
        self.cache.answer(run, page, render).await
    }
}

/// The runs of a matrix on a branch, or on all of them.
pub(crate) fn matrices(branch: Option<String>) -> Filter {
    Filter { kind: Some(Kind::Run), branch, ..Filter::default() }
}

/// The same, of branches that are known.
pub(crate) fn branch_of(asked: Option<&str>, branches: &[String]) -> Option<String> {
    if let Some(asked) = asked {
        return Some(asked.to_owned()).filter(|it| !it.is_empty());
    }
    let usual = MAIN.iter().find(|name| branches.iter().any(|it| it == *name));
    usual.map(|it| (*it).to_owned()).or_else(|| branches.first().cloned())
}

/// Does what takes the processor for long without holding up other requests.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        // The work was not told to stop, so that it can only have panicked.
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
