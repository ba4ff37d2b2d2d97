//! Where the pages are, as seen from each other: behind a server, or as files beside each other.

use std::collections::BTreeSet;

use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use serde::Serialize;

use crate::query::{
    CompareQuery, DifferenceQuery, LaneQuery, OverviewQuery, RunsQuery, TrendQuery, TrendsQuery,
};
use crate::view::{Show, Trend, Trends};

/// Where pages are.
#[derive(Clone, Debug)]
pub enum Links {
    /// Behind a server, which has all of them, for these runs.
    Served(Scope),
    /// Files in one directory, which has those that were written.
    Files(Written),
}

/// Which runs are looked at. It is kept from page to page.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub branch: Option<String>,
    pub last: Option<u64>,
}

/// The files of a site beside those that every site has.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub runs: BTreeSet<i64>,
    /// Runs whose record is no matrix.
    pub others: BTreeSet<i64>,
    pub cells: BTreeSet<(i64, usize)>,
    pub trends: BTreeSet<(i64, Metric)>,
    pub metrics: BTreeSet<Metric>,
    /// Pairs of runs: what is compared with, and what is judged.
    pub comparisons: BTreeSet<(i64, i64)>,
    /// Pairs of profiles, likewise.
    pub differences: BTreeSet<(i64, i64)>,
}

impl Links {
    /// Whether requests can be answered.
    pub fn is_served(&self) -> bool {
        matches!(self, Self::Served(_))
    }

    pub fn overview(&self, show: Show) -> String {
        match self {
            Self::Served(Scope { branch, last }) => {
                let show = Some(show).filter(|it| *it != Show::All);
                with("/", &OverviewQuery { branch: branch.clone(), last: *last, show })
            }
            Self::Files(_) => match show {
                Show::All => "index.html".into(),
                Show::Worse => "worse.html".into(),
                Show::Better => "better.html".into(),
            },
        }
    }

    pub fn trends(&self, metric: Metric) -> Option<String> {
        match self {
            Self::Served(Scope { branch, last }) => {
                let metric = Some(metric).filter(|it| *it != Metric::NsPerEvent);
                let (branch, last) = (branch.clone(), *last);
                let query = TrendsQuery { branch, last, metric, ..TrendsQuery::default() };
                Some(with("/trends", &query))
            }
            Self::Files(_) if metric == Metric::NsPerEvent => Some("trends.html".into()),
            Self::Files(it) => {
                it.metrics.contains(&metric).then(|| format!("trends-{metric}.html"))
            }
        }
    }

    /// The same cells as small charts, or as a table. A site has those of the time.
    pub fn trends_as(&self, view: &Trends, panels: bool) -> Option<String> {
        let name = if panels { "panels.html" } else { "trends.html" };
        match self {
            Self::Served(Scope { branch, last }) => {
                let query = TrendsQuery {
                    branch: branch.clone(),
                    last: *last,
                    metric: Some(view.metric).filter(|it| *it != Metric::NsPerEvent),
                    search: Some(view.search.clone()).filter(|it| !it.is_empty()),
                    panels: panels.then_some(true),
                };
                Some(with("/trends", &query))
            }
            Self::Files(_) => (view.metric == Metric::NsPerEvent).then(|| name.into()),
        }
    }

    pub fn trend(&self, series: i64, metric: Metric) -> Option<String> {
        match self {
            Self::Served(Scope { branch, last }) => {
                let metric = Some(metric).filter(|it| *it != Metric::NsPerEvent);
                let (branch, last) = (branch.clone(), *last);
                let query = TrendQuery { branch, last, metric, ..TrendQuery::default() };
                Some(with(&format!("/trends/{series}"), &query))
            }
            Self::Files(it) => {
                let written = it.trends.contains(&(series, metric));
                written.then(|| format!("trend-{series}-{metric}.html"))
            }
        }
    }

    /// The trend of a series as it is asked for.
    pub fn trend_with(&self, series: i64, query: &TrendQuery) -> String {
        match self {
            Self::Served(_) => with(&format!("/trends/{series}"), query),
            Self::Files(_) => {
                self.trend(series, query.metric.unwrap_or(Metric::NsPerEvent)).unwrap_or_default()
            }
        }
    }

    /// The chart of a trend as a file.
    pub fn trend_chart(&self, view: &Trend) -> String {
        match self {
            Self::Served(_) => with(&format!("/trends/{}/chart.svg", view.series), &view.query()),
            Self::Files(_) => format!("trend-{}-{}.svg", view.series, view.metric),
        }
    }

    pub fn runs(&self, kind: Option<Kind>, page: u64) -> String {
        match self {
            Self::Served(Scope { branch, .. }) => {
                let page = Some(page).filter(|it| *it != 1);
                with("/runs", &RunsQuery { branch: branch.clone(), kind, page })
            }
            Self::Files(_) => "runs.html".into(),
        }
    }

    pub fn tunings(&self) -> String {
        self.lane("tunings")
    }

    pub fn profiles(&self) -> String {
        self.lane("profiles")
    }

    pub fn servers(&self) -> String {
        self.lane("servers")
    }

    fn lane(&self, name: &str) -> String {
        match self {
            Self::Served(Scope { branch, .. }) => {
                with(&format!("/{name}"), &LaneQuery { branch: branch.clone() })
            }
            Self::Files(_) => format!("{name}.html"),
        }
    }

    /// The difference between two profiles.
    pub fn difference(&self, base: i64, run: i64) -> Option<String> {
        match self {
            Self::Served(_) => {
                let (base, run) = (Some(base.to_string()), run.to_string());
                Some(with("/profiles/difference", &DifferenceQuery { base, run }))
            }
            Self::Files(it) => {
                let written = it.differences.contains(&(base, run));
                written.then(|| format!("difference-{base}-{run}.html"))
            }
        }
    }

    pub fn run(&self, id: i64) -> Option<String> {
        match self {
            Self::Served(_) => Some(format!("/runs/{id}")),
            Self::Files(it) => {
                let written = it.runs.contains(&id) || it.others.contains(&id);
                written.then(|| format!("run-{id}.html"))
            }
        }
    }

    /// One of the files that a run can be had as: `report.html`, `record.json`, and, depending on
    /// its kind, `cells.csv` and `scaling-1.svg`, or `flame.svg`.
    pub fn of_run(&self, id: i64, file: &str) -> String {
        match self {
            Self::Served(_) => format!("/runs/{id}/{file}"),
            Self::Files(_) => format!("run-{id}-{file}"),
        }
    }

    pub fn cell(&self, run: i64, number: usize) -> Option<String> {
        match self {
            Self::Served(_) => Some(format!("/runs/{run}/cells/{number}")),
            Self::Files(it) => {
                it.cells.contains(&(run, number)).then(|| format!("run-{run}-cell-{number}.html"))
            }
        }
    }

    /// The repetitions of a cell, drawn, as a file.
    pub fn repetitions(&self, run: i64, number: usize) -> String {
        match self {
            Self::Served(_) => format!("/runs/{run}/cells/{number}/repetitions.svg"),
            Self::Files(_) => format!("run-{run}-cell-{number}-repetitions.svg"),
        }
    }

    /// The comparison of two runs. A site has one in any case: that of the newest two.
    pub fn compare(&self, base: i64, run: i64) -> Option<String> {
        match self {
            Self::Served(_) => {
                let [base, run] = [base, run].map(|it| Some(it.to_string()));
                Some(with("/compare", &CompareQuery { base, run, ..CompareQuery::default() }))
            }
            Self::Files(it) => {
                it.comparisons.contains(&(base, run)).then(|| format!("compare-{base}-{run}.html"))
            }
        }
    }

    pub fn compare_newest(&self) -> Option<String> {
        match self {
            Self::Served(_) => Some("/compare".into()),
            Self::Files(it) => {
                let (base, run) = it.comparisons.iter().max_by_key(|it| it.1)?;
                self.compare(*base, *run)
            }
        }
    }

    pub fn explain(&self) -> &'static str {
        if self.is_served() { "/explain" } else { "explain.html" }
    }
}

fn with(path: &str, query: &impl Serialize) -> String {
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    if query.is_empty() { path.into() } else { format!("{path}?{query}") }
}
