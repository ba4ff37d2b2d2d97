use std::collections::BTreeSet;

use pollbench_history::RunId;
use pollbench_reports::html;

use super::{Files, RUNS};
use crate::links::{Links, Written};
use crate::query::LaneQuery;
use crate::view::{Profiles, Rest, RunPage, Servers, Tunings};
use crate::{Dashboard, Error, page};

/// Records that are no matrix, as a site shows them.
pub struct Others {
    tunings: Tunings,
    profiles: Profiles,
    servers: Servers,
}

impl Others {
    /// Those of a branch, or of all.
    pub async fn of(dashboard: &Dashboard, branch: Option<&str>) -> Result<Self, Error> {
        let query = LaneQuery { branch: branch.map(Into::into) };
        Ok(Self {
            tunings: Tunings::new(dashboard, &query).await?,
            profiles: Profiles::new(dashboard, &query).await?,
            servers: Servers::new(dashboard, &query).await?,
        })
    }

    /// Says which pages there will be.
    pub fn add_to(&self, written: &mut Written) {
        let Self { tunings, profiles, servers } = self;
        let of_tunings = tunings.lines.iter().flat_map(|it| [it.run.id, it.since.id]).collect();
        let of_profiles = profiles.lines.iter().map(|it| it.run.id).collect();
        let of_servers = servers.lines.iter().map(|it| it.run.id).collect();
        for (runs, named) in [
            (&tunings.runs, of_tunings),
            (&profiles.runs, of_profiles),
            (&servers.runs, of_servers),
        ] {
            let named: BTreeSet<i64> = named;
            written.others.extend(runs.iter().filter(|it| named.contains(it)).take(RUNS));
        }
        for line in &self.profiles.lines {
            let Some(before) = &line.before else { continue };
            if written.others.contains(&line.run.id) {
                written.differences.insert((before.id, line.run.id));
            }
        }
    }

    pub async fn write(
        &self,
        dashboard: &Dashboard,
        links: &Links,
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        let Self { tunings, profiles, servers } = self;
        files.page(&links.tunings(), tunings, page::tunings(tunings, links)?)?;
        files.page(&links.profiles(), profiles, page::profiles(profiles, links)?)?;
        files.page(&links.servers(), servers, page::servers(servers, links)?)?;
        let Links::Files(written) = links else { return Ok(()) };
        for &id in &written.others {
            write_other(dashboard, links, RunId(id), files).await?;
        }
        for &(base, run) in &written.differences {
            let page = dashboard.difference_page(RunId(base), RunId(run)).await?;
            files.write(&links.difference(base, run).unwrap_or_default(), page.as_bytes())?;
        }
        Ok(())
    }
}

async fn write_other(
    dashboard: &Dashboard,
    links: &Links,
    id: RunId,
    files: &mut Files<'_>,
) -> Result<(), Error> {
    let (view, rest) = RunPage::with_rest(dashboard, id.0).await?;
    let Rest::Other { part, has_flame } = rest else { return Ok(()) };
    let page = dashboard.document_page(&view, &part, has_flame, links).await?;
    files.page(&links.run(id.0).unwrap_or_default(), &view, page)?;
    let document = dashboard.history.document(id).await?;
    files.write(&links.of_run(id.0, "report.html"), html::report(&document)?.as_bytes())?;
    files.write(&links.of_run(id.0, "record.json"), &dashboard.history.text(id).await?)?;
    if let Some(svg) = dashboard.flame(id).await? {
        files.write(&links.of_run(id.0, "flame.svg"), svg.as_bytes())?;
    }
    Ok(())
}
