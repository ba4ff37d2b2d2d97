//! The history as comma-separated values (RFC 4180): a row for each cell and metric.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::Writer;
use itertools::Itertools as _;
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::KnobValue;
use serde::Serialize;

use crate::cells::{Kept, Of, cells, identities};
use crate::measured::status;
use crate::provenance::is_unseen;
use crate::series::Moment;
use crate::{Error, History, Identity, SeriesFilter};

/// Which rows there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvRows {
    /// Those with a value.
    WithValue,
    /// Also those without: of cells that failed, and of what was not measured.
    All,
}

#[derive(Serialize)]
struct Row<'a> {
    run: i64,
    /// RFC 3339, UTC.
    time: String,
    commit: Cow<'a, str>,
    branch: Cow<'a, str>,
    guest: Cow<'a, str>,
    /// As `name=value`, separated by blanks.
    knobs: Cow<'a, str>,
    host: Cow<'a, str>,
    workload: Cow<'a, str>,
    parameters: Cow<'a, str>,
    pollables: u32,
    active: u32,
    effort: Option<u64>,
    environment: i64,
    status: &'static str,
    failure: Cow<'a, str>,
    metric: &'static str,
    unit: &'static str,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// So many runs are read at once.
const RUNS: usize = 100;
/// For so many series it is worth looking up each of them in each run.
const FEW: usize = 20;

impl History {
    /// Writes cells of the runs meant, the earliest run first; all metrics, where the filter
    /// names none. How many rows it was.
    ///
    /// Spreadsheets read it, and none takes a name in it for a formula. With a filter that
    /// leaves one series and one metric, Apache Otava reads it: its `time_column` is `time`,
    /// its metric `value`, and its attributes may be `commit` and `run`.
    pub async fn export_csv(
        &self,
        filter: &SeriesFilter,
        rows: CsvRows,
        to: &mut (dyn Write + Send),
    ) -> Result<u64, Error> {
        let mut on = self.reading().await?;
        let moments = self.moments(&mut on, filter).await?;
        let mut all = identities(&mut on, &self.place).await?;
        all.retain(|id, identity| filter.holds_for(*id, identity));
        let series = all.keys().copied().collect_vec();
        let metrics = match filter.metrics.as_slice() {
            [] => Metric::ALL.to_vec(),
            some => some.to_vec(),
        };
        let mut runs = moments.keys().copied().collect_vec();
        runs.sort_by_key(|id| (moments[id].time, *id));
        let mut out = Out { to: Writer::from_writer(to), rows, metrics: &metrics, written: 0 };
        for some in runs.chunks(RUNS) {
            let of = match series.len() <= FEW {
                true => Of::Both(some, &series),
                false => Of::Runs(some),
            };
            let kept = cells(&mut on, &self.place, of, &metrics).await?;
            let mut of_run = kept.into_iter().into_group_map_by(|cell| cell.run);
            for run in some {
                for cell in of_run.remove(run).unwrap_or_default() {
                    let Some(identity) = all.get(&cell.series) else { continue };
                    out.cell(&moments[run], identity, &cell).map_err(io_error)?;
                }
            }
        }
        out.end().map_err(io_error)?;
        Ok(out.written)
    }
}

/// What the system said, by which a closed pipe is told from a full disk.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

struct Out<'a> {
    to: Writer<&'a mut (dyn Write + Send)>,
    rows: CsvRows,
    metrics: &'a [Metric],
    written: u64,
}

impl Out<'_> {
    fn cell(&mut self, moment: &Moment, identity: &Identity, cell: &Kept) -> csv::Result<()> {
        let measured = &cell.measured;
        let knobs = settings(&identity.knobs);
        let parameters = settings(&identity.parameters);
        for (metric, value) in self.metrics.iter().zip(&measured.values) {
            if value.is_none() && self.rows == CsvRows::WithValue {
                continue;
            }
            let is_time = *metric == Metric::NsPerEvent;
            self.to.serialize(Row {
                run: cell.run,
                time: moment.time.to_string(),
                commit: harmless(moment.commit.as_deref().unwrap_or_default()),
                branch: harmless(moment.branch.as_deref().unwrap_or_default()),
                guest: harmless(&identity.guest),
                knobs: harmless(&knobs),
                host: harmless(&identity.host),
                workload: harmless(&identity.workload),
                parameters: harmless(&parameters),
                pollables: identity.pollables,
                active: identity.active,
                effort: identity.effort,
                environment: cell.environment,
                status: status(measured.status).map_or("unknown", word),
                failure: harmless(measured.failure.as_deref().unwrap_or_default()),
                metric: metric.name(),
                unit: metric.unit(),
                value: *value,
                low: measured.low.filter(|_| is_time),
                high: measured.high.filter(|_| is_time),
            })?;
            self.written += 1;
        }
        Ok(())
    }

    fn end(&mut self) -> csv::Result<()> {
        if self.written == 0 {
            // The head would come with the first row.
            self.to.write_record(HEAD)?;
        }
        Ok(self.to.flush()?)
    }
}

const HEAD: [&str; 20] = [
    "run",
    "time",
    "commit",
    "branch",
    "guest",
    "knobs",
    "host",
    "workload",
    "parameters",
    "pollables",
    "active",
    "effort",
    "environment",
    "status",
    "failure",
    "metric",
    "unit",
    "value",
    "low",
    "high",
];

fn word(status: pollbench_reports::record::Status) -> &'static str {
    use pollbench_reports::record::Status;
    match status {
        Status::Ok => "ok",
        Status::Failed => "failed",
        Status::NotSupported => "not-supported",
    }
}

fn settings(values: &BTreeMap<String, KnobValue>) -> String {
    values.iter().map(|(name, value)| format!("{name}={value}")).join(" ")
}

/// A text of strangers as a field: spreadsheets take what begins like a formula for one, and
/// an apostrophe before it keeps it a text (OWASP, CSV Injection).
fn harmless(text: &str) -> Cow<'_, str> {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    match (begins || text.starts_with(['\t', '\r', '\n']), text.contains(is_unseen)) {
        (false, false) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(text.replace(is_unseen, "\u{fffd}")),
        (true, _) => Cow::Owned(format!("'{}", text.replace(is_unseen, "\u{fffd}"))),
    }
}
