use pollbench_history::{Filter, Page, RunId};
use pollbench_reports::document::Kind;

use crate::dashboard::matrices;
use crate::query::CompareQuery;
use crate::{Dashboard, Error};

/// The runs that are meant.
pub async fn sides(dashboard: &Dashboard, query: &CompareQuery) -> Result<(RunId, RunId), Error> {
    let given = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
    let run = match given(&query.run) {
        Some(asked) => dashboard.history.find(&asked, Some(Kind::Run)).await?,
        None => {
            let branch = dashboard.branch(None).await?;
            let filter = matrices(branch);
            let listed = dashboard.history.list(&filter, Page { offset: 0, limit: 1 }).await?;
            let none = || Error::Request("the history has no run to compare".into());
            listed.runs.first().ok_or_else(none)?.id
        }
    };
    let base = match given(&query.base) {
        Some(asked) => dashboard.history.find(&asked, Some(Kind::Run)).await?,
        // Two guests or hosts are compared within a run, unless told otherwise.
        None if query.guest.is_some() && query.base_guest.is_some() => run,
        None if query.host.is_some() && query.base_host.is_some() => run,
        None => before(dashboard, run).await?.unwrap_or(run),
    };
    Ok((base, run))
}

/// The run before another on its branch.
pub async fn before(dashboard: &Dashboard, run: RunId) -> Result<Option<RunId>, Error> {
    let known = dashboard.history.run(run).await?;
    let filter = Filter { until: Some(known.time), ..matrices(known.branch) };
    let listed = dashboard.history.list(&filter, Page { offset: 0, limit: 1 }).await?;
    Ok(listed.runs.first().map(|it| it.id))
}
