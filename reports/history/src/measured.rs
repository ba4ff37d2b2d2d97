//! What of a cell stands in columns, so that it can be read without the record.

use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Document;
use pollbench_reports::record::{Cell, Status};

use crate::identity::{Conditions, Identity, column_text};

/// A row of the cells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub status: i64,
    pub failure: Option<String>,
    pub noisy: Option<String>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// A value for each of the metrics, in the order of their columns.
    pub values: Vec<Option<f64>>,
}

impl Measured {
    pub fn of(cell: &Cell) -> Self {
        let time = cell.time_per_event();
        // Of a single repetition there is none.
        let interval = time.filter(|it| it.has_interval());
        let value = |metric: Metric| match metric {
            Metric::NsPerEvent => time.map(|it| it.median),
            _ => metric.value(cell.counters.as_ref()?),
        };
        Self {
            status: number(cell.status),
            failure: cell.failure.as_ref().map(|it| it.kind.to_string()),
            noisy: (!cell.noisy.is_empty()).then(|| column_text(&cell.noisy.join(" "))),
            low: interval.map(|it| it.low),
            high: interval.map(|it| it.high),
            values: Metric::ALL.into_iter().map(value).collect(),
        }
    }
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

/// The cells of a record, in its order. Only that of a matrix has any.
pub(crate) fn rows(document: &Document) -> Vec<Row> {
    let Document::Record(record) = document else { return Vec::new() };
    let conditions: Vec<(Conditions, String)> = record
        .all_environments()
        .map(|it| {
            let conditions = Conditions::of_environment(it);
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
