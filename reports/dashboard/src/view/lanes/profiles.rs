use pollbench_history::{Identity, RunId};
use pollbench_reports::document::Kind;
use pollbench_reports::profile::{CallTree, Profile, Work, by_function, text};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Newest, Said};
use crate::query::LaneQuery;
use crate::view::RunRef;
use crate::{Dashboard, Error};

/// Profiles, the newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Profiles {
    /// The branch; `null` for all.
    pub branch: Option<String>,
    /// The branches with profiles.
    pub branches: Vec<String>,
    /// How many profiles there are. The newest 100 are shown.
    pub total: u64,
    /// How many of those looked at can't be read: they are damaged, or of a later version.
    pub unreadable: u64,
    /// The profiles.
    pub lines: Vec<ProfileLine>,
    /// The runs that were looked at, the newest first.
    #[serde(skip)]
    pub(crate) runs: Vec<i64>,
}

/// A profile.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProfileLine {
    /// The profile.
    pub run: RunRef,
    /// What was profiled: the guest, its knobs and the work.
    pub title: String,
    /// The host.
    pub host: String,
    /// Units of fuel for each event, exact.
    pub fuel_per_event: Option<f64>,
    /// The time for each event, in nanoseconds, of the run with the median length.
    pub time_per_event: Option<f64>,
    /// The function whose own code takes most of the guest's fuel, or else of its time.
    pub top: Option<TopFunction>,
    /// The profile of the same before it, on its branch.
    pub before: Option<RunRef>,
    /// Units of fuel for each event there.
    pub fuel_before: Option<f64>,
}

/// The function that costs most.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TopFunction {
    /// Its name.
    pub name: String,
    /// Its share of all, from 0 to 1.
    pub share: f64,
}

/// What a profile says.
#[derive(Debug)]
pub(crate) struct Profiled {
    /// The cell that was profiled; how much work it was is another matter.
    cell: Identity,
    title: String,
    host: String,
    fuel_per_event: Option<f64>,
    time_per_event: Option<f64>,
    top: Option<TopFunction>,
}

impl Profiled {
    pub fn of(profile: &Profile) -> Self {
        let exact = profile.exact.as_ref().map(|it| &it.tree);
        let sampled = profile.sampled.as_ref().map(|it| &it.tree);
        let per_event =
            |of: f64| (profile.work.events > 0).then(|| of / profile.work.events as f64);
        let Work { workload, pollables, active, parameters, .. } = &profile.work;
        Self {
            cell: Identity {
                guest: profile.guest.name.clone(),
                knobs: profile.knobs.clone(),
                host: profile.host.clone(),
                workload: workload.clone(),
                parameters: parameters.clone(),
                pollables: *pollables,
                active: *active,
                effort: None,
            },
            title: text::title(profile),
            host: profile.host.clone(),
            fuel_per_event: exact.and_then(|it| per_event(it.total() as f64)),
            time_per_event: profile.split.and_then(|it| per_event(it.total())),
            top: exact.or(sampled).and_then(|tree| top(profile, tree)),
        }
    }
}

/// The newest profiles of all branches, by the cells that they are of: which branch it was says
/// little about where the time goes.
pub(crate) struct ProfiledCells(Vec<(Identity, i64)>);

impl ProfiledCells {
    pub async fn of(dashboard: &Dashboard) -> Result<Self, Error> {
        let query = LaneQuery { branch: Some(String::new()) };
        let newest = Newest::of(dashboard, Kind::Profile, &query).await?;
        let cells = profiled(&newest).into_iter().map(|(run, it)| (it.cell.clone(), run.id));
        Ok(Self(cells.collect()))
    }

    /// The runs with the profiles of a cell, the newest first.
    pub fn profiles(&self, of: &Identity) -> Vec<i64> {
        let is_same = |cell: &Identity| *cell == Identity { effort: None, ..of.clone() };
        self.0.iter().filter(|it| is_same(&it.0)).map(|it| it.1).collect()
    }
}

/// The profile of the same before another, on its branch.
pub(crate) async fn profile_before(
    dashboard: &Dashboard,
    id: RunId,
) -> Result<Option<RunId>, Error> {
    // If this one can't be read, that is what is to be said.
    dashboard.said(id).await?;
    let branch = dashboard.history.run(id).await?.branch;
    let query = LaneQuery { branch: Some(branch.unwrap_or_default()) };
    let newest = Newest::of(dashboard, Kind::Profile, &query).await?;
    let all = profiled(&newest);
    let place = all.iter().position(|(run, _)| run.id == id.0);
    Ok(place.and_then(|it| before(&all, it)).map(|(run, _)| RunId(run.id)))
}

/// The profiles among the newest records, the newest first.
fn profiled(newest: &Newest) -> Vec<(&RunRef, &Profiled)> {
    newest
        .records
        .iter()
        .filter_map(|(run, said)| match &**said {
            Said::Profile(it) => Some((run, &**it)),
            _ => None,
        })
        .collect()
}

/// Of profiles, the newest first, the one of the same before that at a place, on its branch.
fn before<'a>(
    all: &[(&'a RunRef, &'a Profiled)],
    place: usize,
) -> Option<(&'a RunRef, &'a Profiled)> {
    let (run, of) = all[place];
    let is_same = |it: &&(&RunRef, &Profiled)| it.0.branch == run.branch && it.1.is_as(of);
    all[place + 1..].iter().find(is_same).copied()
}

fn top(profile: &Profile, tree: &CallTree) -> Option<TopFunction> {
    let most = by_function(tree, profile.functions.len()).into_iter().next()?;
    let total = tree.total();
    (total > 0).then(|| TopFunction {
        name: profile.functions[most.function].name.clone(),
        share: most.own as f64 / total as f64,
    })
}

impl Profiled {
    /// Whether it is of the same.
    fn is_as(&self, other: &Self) -> bool {
        (&self.title, &self.host) == (&other.title, &other.host)
    }
}

impl Profiles {
    pub(crate) async fn new(dashboard: &Dashboard, query: &LaneQuery) -> Result<Self, Error> {
        let newest = Newest::of(dashboard, Kind::Profile, query).await?;
        let all = profiled(&newest);
        let line = |(place, (run, of))| ProfileLine::new(run, of, before(&all, place));
        let lines = all.iter().copied().enumerate().map(line);
        let (lines, runs) = (lines.collect(), newest.runs());
        let Newest { branch, branches, total, unreadable, .. } = newest;
        Ok(Self { branch, branches, total, unreadable, lines, runs })
    }
}

impl ProfileLine {
    fn new(run: &RunRef, of: &Profiled, before: Option<(&RunRef, &Profiled)>) -> Self {
        Self {
            run: run.clone(),
            title: of.title.clone(),
            host: of.host.clone(),
            fuel_per_event: of.fuel_per_event,
            time_per_event: of.time_per_event,
            top: of.top.clone(),
            before: before.map(|it| it.0.clone()),
            fuel_before: before.and_then(|it| it.1.fuel_per_event),
        }
    }
}
