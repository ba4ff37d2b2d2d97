use std::collections::BTreeMap;
use std::sync::Arc;

use itertools::Itertools as _;
use jiff::Timestamp;
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use pollbench_reports::record::Status;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::cells::{Kept, Of, cells, identities};
use crate::columns::Columns;
use crate::measured::status;
use crate::{Error, Filter, History, Identity, RunId, SeriesFilter};

/// A metric of the same cell over several runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The number of the cell's series in this history, whatever the metric.
    pub id: i64,
    /// Of which cell.
    pub identity: Identity,
    /// What is measured.
    pub metric: Metric,
    /// The runs that have the cell, the earliest first.
    pub points: Vec<Point>,
}

/// What a run has measured of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The run.
    pub run: RunId,
    /// When it was measured.
    pub time: Timestamp,
    /// The commit it was measured at.
    pub commit: Option<Arc<str>>,
    /// The number of the conditions it was measured under: times of different ones are not
    /// to be held against each other.
    pub environment: i64,
    /// Whether the guest did what it should.
    pub status: Status,
    /// The value, where there is one: CPU time net of pollbench's own, as its median, or a
    /// count per event where [`Metric::is_per_event`].
    pub value: Option<f64>,
    /// The lower end of the median's interval, where the metric is a time that has one.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Whether it is a count that differed between processes of the run.
    pub noisy: bool,
}

/// What points have of their run.
pub(crate) struct Moment {
    pub time: Timestamp,
    pub commit: Option<Arc<str>>,
    pub branch: Option<String>,
}

impl History {
    /// Series, in the order of their numbers and of the filter's metrics. Those without a
    /// point in the runs meant are left out.
    pub async fn series(&self, filter: &SeriesFilter) -> Result<Vec<Series>, Error> {
        let mut on = self.reading().await?;
        let moments = self.moments(&mut on, filter).await?;
        let all = identities(&mut on, &self.place).await?;
        let kept = self.kept(&mut on, filter, &moments, &all).await?;
        let metrics = filter.metrics();
        let mut points: BTreeMap<(i64, usize), Vec<Point>> = BTreeMap::new();
        for cell in &kept {
            let Some(moment) = moments.get(&cell.run) else { continue };
            for (place, metric) in metrics.iter().enumerate() {
                let point = self.point(cell, moment, *metric, cell.measured.values[place])?;
                points.entry((cell.series, place)).or_default().push(point);
            }
        }
        let series = |((id, place), mut points): ((i64, usize), Vec<Point>)| {
            points.sort_by_key(|point| (point.time, point.run));
            let identity = all.get(&id)?.clone();
            Some(Series { id, identity, metric: metrics[place], points })
        };
        Ok(points.into_iter().filter_map(series).collect())
    }

    /// The cells meant, and maybe some of other runs: those of the runs, or those of the
    /// series, whichever are fewer.
    async fn kept(
        &self,
        on: &mut AnyConnection,
        filter: &SeriesFilter,
        moments: &BTreeMap<i64, Moment>,
        all: &BTreeMap<i64, Identity>,
    ) -> Result<Vec<Kept>, Error> {
        let wanted = all.iter().filter(|(id, identity)| filter.holds_for(**id, identity));
        let wanted = wanted.map(|(id, _)| *id).collect_vec();
        let count = sqlx::query("SELECT COUNT(*) FROM runs").fetch_one(&mut *on).await;
        let count: i64 =
            count.and_then(|row| row.try_get(0)).map_err(|source| self.error(source))?;
        let runs = moments.keys().copied().collect_vec();
        let of_runs = runs.len() * all.len();
        let of_series = wanted.len() * count.unsigned_abs() as usize;
        let (Some(&first), Some(&last)) = (runs.first(), runs.last()) else {
            return Ok(Vec::new());
        };
        let of = match of_runs < of_series {
            true => Of::Runs(&runs),
            false => Of::Series(&wanted, first, last),
        };
        let mut kept = cells(on, &self.place, of, &filter.metrics()).await?;
        if let Of::Runs(_) = of {
            kept.retain(|cell| wanted.binary_search(&cell.series).is_ok());
        }
        Ok(kept)
    }

    /// The runs meant.
    pub(crate) async fn moments(
        &self,
        on: &mut AnyConnection,
        filter: &SeriesFilter,
    ) -> Result<BTreeMap<i64, Moment>, Error> {
        let last = filter.last.unwrap_or(u64::MAX).min(i64::MAX as u64);
        let runs = Filter { kind: Some(Kind::Run), ..filter.runs.clone() };
        let sql = format!(
            "SELECT id, time, revision, branch FROM runs WHERE {}
             ORDER BY time DESC, id DESC LIMIT {last}",
            runs.sql(),
        );
        let query = runs.bind(sqlx::query(AssertSqlSafe(sql)));
        let rows = query.fetch_all(on).await.map_err(|source| self.error(source))?;
        let moment = |row| {
            let row = Columns { row, place: &self.place };
            let commit: Option<String> = row.get("revision")?;
            let (time, branch) = (row.time("time")?, row.get("branch")?);
            Ok((row.get("id")?, Moment { time, commit: commit.map(Arc::from), branch }))
        };
        rows.iter().map(moment).collect()
    }

    fn point(
        &self,
        cell: &Kept,
        moment: &Moment,
        metric: Metric,
        value: Option<f64>,
    ) -> Result<Point, Error> {
        let measured = &cell.measured;
        let status = status(measured.status);
        let is_time = metric == Metric::NsPerEvent;
        let noisy = measured.noisy.as_deref().unwrap_or_default();
        Ok(Point {
            run: RunId(cell.run),
            time: moment.time,
            commit: moment.commit.clone(),
            environment: cell.environment,
            status: status.ok_or_else(|| self.place.damaged("a cell has an unknown status"))?,
            value,
            low: measured.low.filter(|_| is_time),
            high: measured.high.filter(|_| is_time),
            noisy: noisy.split(' ').any(|name| name == metric.name()),
        })
    }
}
