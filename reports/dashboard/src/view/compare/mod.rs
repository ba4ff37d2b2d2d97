mod judge;
mod pairing;
mod sides;

use std::sync::Arc;

use itertools::Itertools as _;
use pollbench_history::Identity;
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Estimate, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CellName, ChangedFact, ProfiledCells, RunRef};
use crate::look::facts;
use crate::query::{CompareQuery, Order};
use crate::{Dashboard, Error};
use pairing::{Pairing, Side};
pub(crate) use sides::before;
use sides::sides;

/// Two runs, or two guests or hosts of runs, held against each other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compare {
    /// What is compared with.
    pub base: RunRef,
    /// What is judged.
    pub run: RunRef,
    /// The guest compared with, where two guests are compared.
    pub base_guest: Option<String>,
    /// The guest judged, likewise.
    pub guest: Option<String>,
    /// All guests of both, and each with its knobs where a run has several sets of them.
    pub guests: Vec<String>,
    /// The host compared with, where two hosts are compared.
    pub base_host: Option<String>,
    /// The host judged, likewise.
    pub host: Option<String>,
    /// All hosts of both.
    pub hosts: Vec<String>,
    /// In what the conditions differ: then no time is called a change.
    pub conditions: Vec<ChangedFact>,
    /// By what the cells are sorted.
    pub order: Order,
    /// The cells that both have.
    pub cells: Vec<Compared>,
    /// How many cells only the base has.
    pub only_base: usize,
    /// How many cells only the other has.
    pub only_run: usize,
    /// How many cells are not ok any more.
    pub broken: usize,
    /// How many cells are slower.
    pub slower: usize,
    /// How many are faster.
    pub faster: usize,
    /// Of how many it can't be told.
    pub untold: usize,
    /// How many have other counts.
    pub counted_otherwise: usize,
}

/// A cell on both sides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// The cell; of two guests, its workload is what both have.
    pub cell: CellName,
    /// The number of its series, where the newest runs have it.
    pub series: Option<i64>,
    /// Its number in the base's record, from 1 on.
    pub base_number: usize,
    /// Its number in the other record.
    pub number: usize,
    /// Whether the guest of the base passed all checks.
    pub base_status: Status,
    /// Whether the other did.
    pub status: Status,
    /// The times of both, where both have one.
    pub times: Option<Times>,
    /// The exact counts that differ, the most telling first.
    pub counts: Vec<CountChange>,
    /// Those of the newest 100 profiles that are of such a cell as that which is judged, the newest
    /// first.
    pub profiles: Vec<i64>,
}

impl Compared {
    /// Whether it was ok and is not any more.
    fn is_broken(&self) -> bool {
        self.base_status == Status::Ok && self.status != Status::Ok
    }
}

/// The times of a cell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Times {
    /// The base's, in nanoseconds for each event.
    pub base: Estimate,
    /// The other's.
    pub run: Estimate,
    /// The other's as a multiple of the base's.
    pub ratio: f64,
    /// The interval of the ratio, where both took turns in one run.
    pub interval: Option<(f64, f64)>,
    /// What can be said of it.
    pub verdict: Verdict,
}

/// What can be said of two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The other takes longer.
    Slower,
    /// The other takes less long.
    Faster,
    /// The difference is one that runs without a change have, too.
    Usual,
    /// There is too little to judge by, or the conditions differ.
    CantTell,
}

/// A count that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountChange {
    /// What is counted.
    pub metric: Metric,
    /// What it was.
    pub base: f64,
    /// What it is.
    pub run: f64,
}

impl Compare {
    pub(crate) async fn new(dashboard: &Dashboard, query: &CompareQuery) -> Result<Self, Error> {
        let (base, run) = sides(dashboard, query).await?;
        let (base_run, run_run) =
            (dashboard.history.run(base).await?, dashboard.history.run(run).await?);
        let look = dashboard.look(run_run.branch.as_deref(), None).await?;
        let base_record = Arc::new(dashboard.record(base.0).await?);
        let record = match base == run {
            true => Arc::clone(&base_record),
            false => Arc::new(dashboard.record(run.0).await?),
        };
        let conditions = match base == run {
            true => Vec::new(),
            false => differences(&facts(&base_run.conditions), &facts(&run_run.conditions)),
        };
        let pairing = Pairing {
            base: Side::new(&base_record, &query.base_guest, &query.base_host),
            run: Side::new(&record, &query.guest, &query.host),
        };
        let mut cells = pairing.cells(&look);
        if base == run {
            judge::by_rounds(&mut cells, &record);
        } else if conditions.is_empty() && pairing.is_of_same() {
            judge::by_neighbours(&mut cells, &look, base.0, run.0);
        }
        let profiled = ProfiledCells::of(dashboard).await?;
        for cell in &mut cells {
            let judged = record.cells.get(cell.number - 1).map(Identity::of);
            cell.profiles = judged.map(|it| profiled.profiles(&it)).unwrap_or_default();
        }
        let order = query.order.unwrap_or_default();
        sort(&mut cells, order);
        let with = |verdict| {
            cells
                .iter()
                .filter(|it| it.times.as_ref().is_some_and(|it| it.verdict == verdict))
                .count()
        };
        let Pairing { base: base_side, run: run_side } = &pairing;
        let guests = base_side.guests().chain(run_side.guests());
        let hosts = base_side.hosts().chain(run_side.hosts());
        let owned = |it: Option<&str>| it.map(str::to_owned);
        Ok(Self {
            base: RunRef::from(&base_run),
            run: RunRef::from(&run_run),
            base_guest: owned(base_side.guest),
            guest: owned(run_side.guest),
            guests: guests.unique().map(str::to_owned).collect(),
            base_host: owned(base_side.host),
            host: owned(run_side.host),
            hosts: hosts.unique().map(str::to_owned).collect(),
            conditions,
            order,
            only_base: base_side.count() - cells.len(),
            only_run: run_side.count() - cells.len(),
            broken: cells.iter().filter(|it| it.is_broken()).count(),
            slower: with(Verdict::Slower),
            faster: with(Verdict::Faster),
            untold: with(Verdict::CantTell),
            counted_otherwise: cells.iter().filter(|it| !it.counts.is_empty()).count(),
            cells,
        })
    }
}

fn differences(base: &[(String, String)], run: &[(String, String)]) -> Vec<ChangedFact> {
    let of = |facts: &[(String, String)], name: &str| {
        facts.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    };
    let names = base.iter().chain(run).map(|it| it.0.clone()).unique();
    names
        .map(|name| ChangedFact { before: of(base, &name), after: of(run, &name), name })
        .filter(|it| it.before != it.after)
        .collect()
}

fn sort(cells: &mut [Compared], order: Order) {
    let size = |it: &Compared| it.times.as_ref().map_or(0.0, |it| it.ratio.ln().abs());
    let rank = |it: &Compared| {
        let verdict = it.times.as_ref().map(|it| it.verdict);
        match verdict {
            _ if it.is_broken() => 0,
            Some(Verdict::Slower) => 1,
            Some(Verdict::Faster) => 2,
            _ if !it.counts.is_empty() => 3,
            Some(Verdict::CantTell) => 4,
            _ => 5,
        }
    };
    match order {
        Order::Record => {}
        Order::Size => cells.sort_by(|a, b| size(b).total_cmp(&size(a))),
        Order::Certainty => {
            cells.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| size(b).total_cmp(&size(a))));
        }
    }
}
