//! What of a cell stands in columns, so that it can be read without the record.

use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Counters, Estimate, Record, Status};

use crate::identity::{Conditions, Identity, column_text};

/// All metrics, in the order of their columns.
pub(crate) fn metrics() -> impl Iterator<Item = Metric> {
    std::iter::once(Metric::NsPerEvent).chain(Metric::COUNTS)
}

/// A row of the cells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub status: i64,
    pub failure: Option<String>,
    pub noisy: Option<String>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// A value for each of the metrics.
    pub values: Vec<Option<f64>>,
}

impl Measured {
    pub fn of(cell: &Cell) -> Self {
        let time = time(cell);
        // Of a single repetition there is none.
        let interval = time.filter(|it| it.has_interval());
        let value = |metric| match metric {
            Metric::NsPerEvent => time.map(|it| it.median),
            _ => count(metric, cell.counters.as_ref()?),
        };
        Self {
            status: number(cell.status),
            failure: cell.failure.as_ref().map(|it| it.kind.to_string()),
            noisy: (!cell.noisy.is_empty()).then(|| column_text(&cell.noisy.join(" "))),
            low: interval.map(|it| it.low),
            high: interval.map(|it| it.high),
            values: metrics().map(value).collect(),
        }
    }
}

/// The time that guests are compared by. What a failed cell took is none.
fn time(cell: &Cell) -> Option<Estimate> {
    let time = cell.time.as_ref().filter(|_| cell.status == Status::Ok)?;
    Some(time.net_ns_per_event.unwrap_or(time.ns_per_event))
}

/// A count as comparisons have it: of a window without events as if it had one.
fn count(metric: Metric, counters: &Counters) -> Option<f64> {
    let events = if metric.is_per_event() { counters.window.events.max(1) } else { 1 };
    Some(metric.count(counters)? as f64 / events as f64)
}

fn number(status: Status) -> i64 {
    match status {
        Status::Ok => 0,
        Status::Failed => 1,
        Status::NotSupported => 2,
    }
}

pub(crate) fn status(number: i64) -> Option<Status> {
    [Status::Ok, Status::Failed, Status::NotSupported].into_iter().nth(number.try_into().ok()?)
}

/// A cell with what its columns refer to.
pub(crate) struct Row {
    pub identity: Identity,
    pub digest: String,
    pub conditions: Conditions,
    pub conditions_digest: String,
    pub measured: Measured,
}

/// The cells of a record, in its order.
pub(crate) fn rows(record: &Record) -> Vec<Row> {
    let conditions: Vec<(Conditions, String)> = record
        .all_environments()
        .map(|it| {
            let conditions = Conditions::of(it);
            let digest = conditions.digest();
            (conditions, digest)
        })
        .collect();
    let row = |cell: &Cell| {
        let identity = Identity::of(cell);
        let (conditions, conditions_digest) = conditions[record.environment_number(cell)].clone();
        let digest = identity.digest();
        Row { identity, digest, conditions, conditions_digest, measured: Measured::of(cell) }
    };
    record.cells.iter().map(row).collect()
}
