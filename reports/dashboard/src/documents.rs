//! Pages of records that are no matrix, and what two profiles differ in.

use pollbench_history::RunId;
use pollbench_reports::document::{Document, Kind};
use pollbench_reports::html::{self, Part};
use pollbench_reports::profile::Profile;
use pollbench_reports::profile::flame::Flame;

use crate::dashboard::blocking;
use crate::links::Links;
use crate::query::DifferenceQuery;
use crate::view::{RunPage, profile_before};
use crate::{Dashboard, Error, page};

/// The flame graph of a record, if it is a profile that has one.
pub(crate) fn flame_of(document: &Document) -> Option<Flame> {
    match document {
        Document::Profile(it) => Flame::whole(it),
        _ => None,
    }
}

impl Dashboard {
    /// The page of a run whose record is no matrix.
    pub(crate) async fn document_page(
        &self,
        view: &RunPage,
        part: &Part,
        has_flame: bool,
        links: &Links,
    ) -> Result<String, Error> {
        let before = match view.run.kind {
            Kind::Profile => profile_before(self, RunId(view.run.run.id)).await?,
            _ => None,
        };
        page::document(view, part, before.map(|it| it.0), has_flame, links)
    }

    /// The flame graph of a run, if it is a profile that has one.
    pub(crate) async fn flame(&self, id: RunId) -> Result<Option<String>, Error> {
        let document = self.history.document(id).await?;
        let drawn = move || flame_of(&document).map(|it| it.svg()).transpose();
        Ok(blocking(drawn).await.map_err(html::RenderError::from)?)
    }

    /// The two profiles that are asked for.
    pub(crate) async fn difference(
        &self,
        query: &DifferenceQuery,
    ) -> Result<(RunId, RunId), Error> {
        let run = self.history.find(&query.run, Some(Kind::Profile)).await?;
        let base = match query.base.as_deref().filter(|it| !it.is_empty()) {
            Some(asked) => self.history.find(asked, Some(Kind::Profile)).await?,
            None => profile_before(self, run).await?.ok_or_else(|| {
                Error::Request(format!("there is no profile of the same before run {run}"))
            })?,
        };
        Ok((base, run))
    }

    /// What has changed between two profiles, as a page of its own.
    pub(crate) async fn difference_page(&self, base: RunId, run: RunId) -> Result<String, Error> {
        let (base, run) = (self.profile(base).await?, self.profile(run).await?);
        let page = blocking(move || html::profile::render_difference(&base, &run)).await;
        Ok(page?)
    }

    async fn profile(&self, id: RunId) -> Result<Profile, Error> {
        match self.history.document(id).await? {
            Document::Profile(it) => Ok(*it),
            other => Err(Error::Request(format!("run {id} is {}", other.kind().words()))),
        }
    }
}
