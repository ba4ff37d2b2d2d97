//! What records that are no matrix of cells say, over time: tunings, profiles, and servers
//! under load.

mod profiles;
mod servers;
mod tunings;

use std::collections::BTreeMap;
use std::sync::Arc;

use pollbench_history::{Error as HistoryError, Filter, Page, RunId};
use pollbench_reports::document::{Document, Kind};

use super::RunRef;
use crate::dashboard::branch_of;
use crate::query::LaneQuery;
use crate::{Dashboard, Error};

pub use profiles::{ProfileLine, Profiles, TopFunction};
pub(crate) use profiles::{ProfiledCells, profile_before};
pub use servers::{ServerLine, Servers};
pub use tunings::{KnobSetting, TuningLine, Tunings};

use profiles::Profiled;
use servers::Measured;
use tunings::Answered;

/// So many of the newest records of a kind are looked at.
pub(crate) const NEWEST: u64 = 100;

/// What a record says, as far as lists of records show it.
#[derive(Debug)]
pub(crate) enum Said {
    /// An answer for each knob under each load.
    Tuning(Vec<Answered>),
    /// Where the time of a cell goes.
    Profile(Box<Profiled>),
    /// What each guest took under each load.
    Live(Box<Measured>),
    /// The record is that of a matrix.
    Nothing,
}

impl Said {
    pub fn of(document: &Document) -> Self {
        match document {
            Document::Record(_) => Self::Nothing,
            Document::Tuning(it) => Self::Tuning(tunings::answered(it)),
            Document::Profile(it) => Self::Profile(Box::new(Profiled::of(it))),
            Document::Live(it) => Self::Live(Box::new(Measured::of(it))),
        }
    }
}

impl Newest {
    /// The runs, the newest first.
    fn runs(&self) -> Vec<i64> {
        self.records.iter().map(|it| it.0.id).collect()
    }
}

/// Groups by branch and by what things are about, in the order in which the first of each group comes.
fn by_first<'a, T, K: Ord>(
    all: impl Iterator<Item = (&'a RunRef, &'a T)>,
    about: impl Fn(&'a T) -> &'a K,
) -> Vec<(&'a K, Vec<(&'a RunRef, &'a T)>)> {
    let mut places: BTreeMap<(&Option<String>, &K), usize> = BTreeMap::new();
    let mut groups: Vec<(&K, Vec<_>)> = Vec::new();
    for (run, it) in all {
        let key = about(it);
        let place = *places.entry((&run.branch, key)).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[place].1.push((run, it));
    }
    groups
}

/// What a record says; `None` if it is damaged or of a later version, which takes nothing else
/// with it.
async fn readable(dashboard: &Dashboard, run: RunId) -> Result<Option<Arc<Said>>, Error> {
    match dashboard.said(run).await {
        Ok(said) => Ok(Some(said)),
        Err(Error::History(HistoryError::Damaged { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The newest records of a kind.
struct Newest {
    branch: Option<String>,
    branches: Vec<String>,
    /// How many there are, with those that are not looked at.
    total: u64,
    /// How many of those looked at can't be read: they are damaged, or of a later version.
    unreadable: u64,
    /// The newest first.
    records: Vec<(RunRef, Arc<Said>)>,
}

impl Newest {
    async fn of(dashboard: &Dashboard, kind: Kind, query: &LaneQuery) -> Result<Self, Error> {
        let branches = dashboard.branches_of(kind).await?;
        let branch = branch_of(query.branch.as_deref(), &branches);
        let filter = Filter { kind: Some(kind), branch: branch.clone(), ..Filter::default() };
        let page = Page { offset: 0, limit: NEWEST };
        let listed = dashboard.history.list(&filter, page).await?;
        let (mut records, mut unreadable) = (Vec::new(), 0);
        for run in &listed.runs {
            match readable(dashboard, run.id).await? {
                Some(said) => records.push((RunRef::from(run), said)),
                None => unreadable += 1,
            }
        }
        Ok(Self { branch, branches, total: listed.total, unreadable, records })
    }
}
