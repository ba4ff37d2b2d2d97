use std::collections::BTreeMap;
use std::ops::Range;

use pollbench_history::{Page, Run, RunId, SeriesFilter};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Status;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CellName, Change, RunRef};
use crate::dashboard::{LAST, branch_of, matrices};
use crate::look::{Look, MetricLook, Names};
use crate::query::TrendQuery;
use crate::{Dashboard, Error};

/// A metric of a cell over the newest runs of one branch or several.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Trend {
    /// The number of the series.
    pub series: i64,
    /// The cell.
    pub cell: CellName,
    /// What is shown.
    pub metric: Metric,
    /// What else the cell has.
    pub metrics: Vec<Metric>,
    /// The branch whose changes are shown; `null` for the runs of all.
    pub branch: Option<String>,
    /// Branches that are shown beside it.
    pub beside: Vec<String>,
    /// All branches.
    pub branches: Vec<String>,
    /// How many of the newest runs are shown.
    pub last: u64,
    /// Whether the axis of values is logarithmic.
    pub log: bool,
    /// By which part a run usually differs from the one before.
    pub usual_difference: Option<f64>,
    /// The changes, the newest first.
    pub changes: Vec<TrendChange>,
    /// The runs, the earliest first, of all branches shown.
    pub points: Vec<TrendPoint>,
    /// The part of them that is drawn: from this place on,
    pub first: usize,
    /// and up to that before this one.
    pub end: usize,
    /// Whether a part of the runs was asked for in which there is none, so that all are drawn.
    pub nothing_between: bool,
}

/// A change, and where it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TrendChange {
    /// The number above its line in the chart.
    pub number: usize,
    /// The place of its first run among all points.
    pub place: usize,
    /// The change.
    pub change: Change,
}

/// What a run measured.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TrendPoint {
    /// The run.
    pub run: RunRef,
    /// Whether the guest passed all checks.
    pub status: Status,
    /// The value, where there is one.
    pub value: Option<f64>,
    /// The lower end of the value's interval, where it is a time that has one.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Trend {
    pub(crate) async fn new(
        dashboard: &Dashboard,
        id: i64,
        query: &TrendQuery,
    ) -> Result<Self, Error> {
        let branches = dashboard.branches().await?;
        let branch = branch_of(query.branch.as_deref(), &branches);
        let look = dashboard.look(branch.as_deref(), query.last).await?;
        let metric = query.metric.unwrap_or(Metric::NsPerEvent);
        let beside = query.beside.iter().flat_map(|it| it.split(',')).filter(|it| !it.is_empty());
        let beside: Vec<String> = beside.map(Into::into).collect();
        let last = look.runs.len().max(1) as u64;
        let mut points = points(dashboard, id, metric, branch.clone(), last).await?;
        for other in &beside {
            points.extend(self::points(dashboard, id, metric, Some(other.clone()), last).await?);
        }
        points.sort_by(|a, b| (&a.run.time, a.run.id).cmp(&(&b.run.time, b.run.id)));
        let drawn = drawn(dashboard, &points, query).await?;
        let nothing_between = drawn.is_empty() && !points.is_empty();
        let drawn = if nothing_between { 0..points.len() } else { drawn };
        let cell = look.cells.iter().find(|it| it.id == id);
        let of = cell.and_then(|cell| cell.metrics.iter().find(|it| it.metric == metric));
        let name = match cell {
            Some(cell) => cell.name.clone(),
            None => name(dashboard, id).await?,
        };
        if of.is_none() && points.is_empty() {
            return Err(Error::no_metric(id, metric));
        }
        let metrics = cell.map_or_else(Vec::new, |cell| {
            cell.metrics.iter().filter(|it| it.newest().is_some()).map(|it| it.metric).collect()
        });
        Ok(Self {
            series: id,
            cell: name,
            metric,
            metrics,
            beside,
            branches,
            last: query.last.unwrap_or(LAST),
            log: query.log.unwrap_or(false),
            usual_difference: of.and_then(MetricLook::usual_difference),
            changes: of.map_or_else(Vec::new, |of| changes(&look, of, &points)),
            points,
            first: drawn.start,
            end: drawn.end,
            nothing_between,
            branch,
        })
    }

    /// Whether only a part of the runs is drawn.
    pub fn is_zoomed(&self) -> bool {
        self.end - self.first < self.points.len()
    }

    /// The runs that are drawn.
    pub fn drawn(&self) -> &[TrendPoint] {
        &self.points[self.first..self.end]
    }

    /// What asks for the same.
    pub(crate) fn query(&self) -> TrendQuery {
        let run =
            |point: Option<&TrendPoint>| point.filter(|_| self.is_zoomed()).map(|it| it.run.id);
        TrendQuery {
            // Without one, it would be the usual one.
            branch: Some(self.branch.clone().unwrap_or_default()),
            beside: Some(self.beside.join(",")).filter(|it| !it.is_empty()),
            last: Some(self.last),
            metric: Some(self.metric),
            log: self.log.then_some(true),
            from: run(self.drawn().first()),
            to: run(self.drawn().last()),
        }
    }
}

/// The part of the points that lies between two runs, which need not be among them.
async fn drawn(
    dashboard: &Dashboard,
    points: &[TrendPoint],
    query: &TrendQuery,
) -> Result<Range<usize>, Error> {
    let from = moment(dashboard, query.from).await?;
    let to = moment(dashboard, query.to).await?;
    // Whoever names them the other way round means the same.
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) if to < from => (Some(to), Some(from)),
        both => both,
    };
    let of = |it: &TrendPoint| (it.run.time.clone(), it.run.id);
    let first = from.map_or(0, |from| points.partition_point(|it| of(it) < from));
    let end = to.map_or(points.len(), |to| points.partition_point(|it| of(it) <= to));
    Ok(first..end)
}

/// The place of a run among all runs.
async fn moment(dashboard: &Dashboard, run: Option<i64>) -> Result<Option<(String, i64)>, Error> {
    let Some(id) = run else { return Ok(None) };
    let run = RunRef::from(&dashboard.history.run(RunId(id)).await?);
    Ok(Some((run.time, run.id)))
}

/// The changes of the branch looked at, each with its place among the points of all branches.
fn changes(look: &Look, of: &MetricLook, points: &[TrendPoint]) -> Vec<TrendChange> {
    let places: BTreeMap<i64, usize> =
        points.iter().enumerate().map(|(place, it)| (it.run.id, place)).collect();
    let change = |(number, found)| {
        let change = Change::new(look, of.metric, found);
        let place = *places.get(&change.since.id)?;
        Some(TrendChange { number, place, change })
    };
    let mut changes: Vec<TrendChange> = (1..).zip(&of.changes).filter_map(change).collect();
    changes.reverse();
    changes
}

async fn points(
    dashboard: &Dashboard,
    id: i64,
    metric: Metric,
    branch: Option<String>,
    last: u64,
) -> Result<Vec<TrendPoint>, Error> {
    let runs = matrices(branch);
    let filter = SeriesFilter {
        runs: runs.clone(),
        last: Some(last),
        ids: vec![id],
        metrics: vec![metric],
        ..SeriesFilter::default()
    };
    let Some(series) = dashboard.history.series(&filter).await?.pop() else {
        return Ok(Vec::new());
    };
    let listed = dashboard.history.list(&runs, Page { offset: 0, limit: last }).await?.runs;
    let by_id: BTreeMap<i64, &Run> = listed.iter().map(|run| (run.id.0, run)).collect();
    let point = |it: &pollbench_history::Point| {
        let run = RunRef::from(*by_id.get(&it.run.0)?);
        Some(TrendPoint { run, status: it.status, value: it.value, low: it.low, high: it.high })
    };
    Ok(series.points.iter().filter_map(point).collect())
}

/// The name of a cell that the newest runs don't have.
async fn name(dashboard: &Dashboard, id: i64) -> Result<CellName, Error> {
    let filter = SeriesFilter { ids: vec![id], ..SeriesFilter::default() };
    let series = dashboard.history.series(&filter).await?;
    let identity = &series.first().ok_or(Error::NoSeries { id })?.identity;
    Ok(Names::among([identity]).of(identity))
}
