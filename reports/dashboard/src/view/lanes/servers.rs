use pollbench_reports::document::Kind;
use pollbench_reports::live::{
    self, Entry, LiveRecord, LiveRound, Scenario, answers, asked, sizes,
};
use pollbench_reports::record::Estimate;
use pollbench_reports::stats::median;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Newest, Said, by_first};
use crate::query::LaneQuery;
use crate::view::RunRef;
use crate::{Dashboard, Error};

/// Servers under load: what each guest takes, and how that went over time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Servers {
    /// The branch; `null` for all.
    pub branch: Option<String>,
    /// The branches with such records.
    pub branches: Vec<String>,
    /// How many records there are. The newest 100 are looked at.
    pub total: u64,
    /// How many of those looked at can't be read: they are damaged, or of a later version.
    pub unreadable: u64,
    /// What the newest of them says, a sentence each, without their full stops.
    pub answers: Vec<String>,
    /// A line for each guest under each load on each branch: the loads of the newest record first, and of each
    /// load the guest with the least processor time.
    pub lines: Vec<ServerLine>,
    /// The runs that were looked at, the newest first.
    #[serde(skip)]
    pub(crate) runs: Vec<i64>,
}

/// A guest under a load, by the newest record that has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServerLine {
    /// What the servers do.
    pub scenario: Scenario,
    /// The requests, in words.
    pub asked: String,
    /// The host.
    pub host: String,
    /// How many connections were open.
    pub connections: u32,
    /// On how many of them requests were sent.
    pub active: u32,
    /// The guest.
    pub guest: String,
    /// The processor time of the guest's thread for a request, in nanoseconds.
    pub cpu: Option<Estimate>,
    /// The same as a multiple of the least.
    pub to_least: Option<f64>,
    /// The same in words; `≈` where the two can't be told apart.
    pub to_least_text: Option<String>,
    /// The 99th percentile of the latency, in nanoseconds.
    pub latency_p99: Option<u64>,
    /// Requests that were planned a second: the median of the rounds.
    pub offered: Option<f64>,
    /// Replies that came a second.
    pub achieved: Option<f64>,
    /// Why the guest failed, if it did.
    pub failure: Option<String>,
    /// The record.
    pub run: RunRef,
    /// The processor time for a request in each record that has this guest under this load, the
    /// earliest first; `null` where it has none.
    pub values: Vec<Option<f64>>,
}

/// What a record says.
#[derive(Debug)]
pub(crate) struct Measured {
    answers: Vec<String>,
    cells: Vec<Served>,
}

/// What a guest took under a load.
#[derive(Debug)]
struct Served {
    about: About,
    scenario: Scenario,
    cpu: Option<Estimate>,
    to_least: Option<live::Ratio>,
    latency_p99: Option<u64>,
    offered: Option<f64>,
    achieved: Option<f64>,
    failure: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct About {
    scenario: &'static str,
    asked: String,
    host: &'static str,
    connections: u32,
    active: u32,
    guest: String,
}

impl Measured {
    pub fn of(record: &LiveRecord) -> Self {
        let sizes = sizes(record);
        let entries = sizes.iter().flat_map(|size| &size.entries);
        let cells = entries.map(|entry| Served::of(record, entry)).collect();
        Self { answers: answers(record), cells }
    }
}

impl Served {
    fn of(record: &LiveRecord, entry: &Entry<'_>) -> Self {
        let cell = entry.cell;
        let rates = |of: fn(&LiveRound) -> f64| {
            let all: Vec<f64> = cell.rounds.iter().map(of).collect();
            (!all.is_empty()).then(|| median(&all))
        };
        Self {
            about: About {
                scenario: record.scenario.name(),
                asked: asked(record),
                host: record.settings.host.name(),
                connections: cell.connections,
                active: cell.active,
                guest: cell.guest.clone(),
            },
            scenario: record.scenario,
            cpu: entry.guest_cpu,
            to_least: entry.to_least,
            latency_p99: cell.latency.as_ref().map(|it| it.p99),
            offered: rates(|it| it.offered),
            achieved: rates(|it| it.achieved),
            failure: cell.failure.clone(),
        }
    }
}

impl Servers {
    pub(crate) async fn new(dashboard: &Dashboard, query: &LaneQuery) -> Result<Self, Error> {
        let newest = Newest::of(dashboard, Kind::Live, query).await?;
        let cells = newest.records.iter().flat_map(|(run, said)| match &**said {
            Said::Live(it) => it.cells.iter().map(|it| (run, it)).collect(),
            _ => Vec::new(),
        });
        let lines = by_first(cells, |it| &it.about);
        let lines = lines.iter().filter_map(|(about, all)| ServerLine::new(about, all)).collect();
        let answers = match newest.records.first().map(|it| &*it.1) {
            Some(Said::Live(it)) => it.answers.clone(),
            _ => Vec::new(),
        };
        let runs = newest.runs();
        let Newest { branch, branches, total, unreadable, .. } = newest;
        Ok(Self { branch, branches, total, unreadable, answers, lines, runs })
    }
}

impl ServerLine {
    /// Of all records that have a guest under a load, the newest first.
    fn new(about: &About, all: &[(&RunRef, &Served)]) -> Option<Self> {
        let (run, newest) = all.first()?;
        let value = |(_, it): &(&RunRef, &Served)| it.cpu.map(|it| it.median);
        Some(Self {
            scenario: newest.scenario,
            asked: about.asked.clone(),
            host: about.host.into(),
            connections: about.connections,
            active: about.active,
            guest: about.guest.clone(),
            cpu: newest.cpu,
            to_least: newest.to_least.map(live::Ratio::value),
            to_least_text: newest.to_least.map(live::Ratio::text),
            latency_p99: newest.latency_p99,
            offered: newest.offered,
            achieved: newest.achieved,
            failure: newest.failure.clone(),
            run: (*run).clone(),
            values: all.iter().rev().map(value).collect(),
        })
    }
}
