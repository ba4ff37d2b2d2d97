//! Cells as they are read from their columns.

use std::collections::BTreeMap;

use itertools::Itertools as _;
use pollbench_reports::comparison::Metric;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::columns::Columns;
use crate::measured::Measured;
use crate::place::Place;
use crate::{Error, Identity};

/// A row of the cells, with those metrics that were asked for.
pub(crate) struct Kept {
    pub series: i64,
    pub run: i64,
    pub environment: i64,
    pub measured: Measured,
}

/// Whose cells are read.
#[derive(Clone, Copy)]
pub(crate) enum Of<'a> {
    Runs(&'a [i64]),
    /// Of these series, in runs from one number to another.
    Series(&'a [i64], i64, i64),
    /// Of these series in these runs.
    Both(&'a [i64], &'a [i64]),
}

/// So many numbers stand in one statement.
const NUMBERS: usize = 1000;

/// The cells of some runs or series. Those of a run are in the order of its record.
pub(crate) async fn cells(
    on: &mut AnyConnection,
    place: &Place,
    of: Of<'_>,
    metrics: &[Metric],
) -> Result<Vec<Kept>, Error> {
    let (column, ids, further) = match of {
        Of::Runs(ids) => ("run", ids, String::new()),
        Of::Series(ids, from, to) => ("series", ids, format!("AND run BETWEEN {from} AND {to}")),
        Of::Both(ids, series) => {
            ("run", ids, format!("AND series IN ({})", series.iter().join(",")))
        }
    };
    let names = metrics.iter().map(|it| it.name()).join(", ");
    let mut cells = Vec::new();
    for some in ids.chunks(NUMBERS) {
        // Numbers can't be mistaken for anything else.
        let sql = format!(
            "SELECT series, run, environment, status, failure, noisy, ns_per_event_low,
                 ns_per_event_high, {names}
             FROM cells WHERE {column} IN ({}) {further} ORDER BY run, place",
            some.iter().join(","),
        );
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for row in query.fetch_all(&mut *on).await.map_err(|source| place.error(source))? {
            let read = || -> Result<Kept, sqlx::Error> {
                let values = (0..metrics.len()).map(|it| row.try_get(8 + it)).try_collect()?;
                let measured = Measured {
                    status: row.try_get(3)?,
                    failure: row.try_get(4)?,
                    noisy: row.try_get(5)?,
                    low: row.try_get(6)?,
                    high: row.try_get(7)?,
                    values,
                };
                Ok(Kept {
                    series: row.try_get(0)?,
                    run: row.try_get(1)?,
                    environment: row.try_get(2)?,
                    measured,
                })
            };
            cells.push(read().map_err(|source| place.error(source))?);
        }
    }
    Ok(cells)
}

/// All series by their numbers.
pub(crate) async fn identities(
    on: &mut AnyConnection,
    place: &Place,
) -> Result<BTreeMap<i64, Identity>, Error> {
    let query = sqlx::query(
        "SELECT id, guest, knobs, host, workload, parameters, pollables, active, effort
         FROM series",
    );
    let rows = query.fetch_all(on).await.map_err(|source| place.error(source))?;
    let identity = |row| {
        let row = Columns { row, place };
        let identity = Identity {
            guest: row.get("guest")?,
            knobs: row.json("knobs")?,
            host: row.get("host")?,
            workload: row.get("workload")?,
            parameters: row.json("parameters")?,
            pollables: row.number("pollables")?,
            active: row.number("active")?,
            effort: row.get::<Option<i64>>("effort")?.map(|effort| effort as u64),
        };
        Ok((row.get("id")?, identity))
    };
    rows.iter().map(identity).collect()
}
