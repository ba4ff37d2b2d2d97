//! The rows of a run, written in one transaction.

use std::collections::BTreeMap;

use itertools::Itertools as _;
use pollbench_reports::comparison::Metric;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use crate::add::Entry;
use crate::identity::{Conditions, Identity, column_text, json_text};
use crate::measured::Row;
use crate::place::{Kind, Place};
use crate::provenance::one_line;
use crate::{Error, Provenance};

/// A transaction that writes.
pub(crate) struct Adding<'a> {
    pub on: Transaction<'static, Any>,
    pub place: &'a Place,
}

/// So many rows go into one statement. SQLite takes 32,766 values at most.
const ROWS: usize = 500;

impl Adding<'_> {
    pub async fn run(&mut self, digest: &str) -> Result<Option<i64>, Error> {
        let query = sqlx::query("SELECT id FROM runs WHERE digest = $1").bind(digest.to_owned());
        let row = query.fetch_optional(&mut *self.on).await;
        let id = row.and_then(|row| row.map(|row| row.try_get(0)).transpose());
        id.map_err(|source| self.place.error(source))
    }

    pub async fn new_run(
        &mut self,
        entry: &Entry<'_>,
        rows: &[Row],
        packed: Vec<u8>,
    ) -> Result<i64, Error> {
        let document = &entry.canonical.document;
        let first = Conditions::of(document);
        let all = rows.iter().map(|row| (row.conditions_digest.clone(), &row.conditions));
        let all: BTreeMap<_, _> = all.chain([(first.digest(), &first)]).collect();
        let environments = self.environments(&all).await?;
        let series: BTreeMap<_, _> =
            rows.iter().map(|row| (row.digest.clone(), &row.identity)).collect();
        let series = self.series(&series).await?;

        let Provenance { commit, branch, subject, .. } = entry.provenance;
        let query = sqlx::query(
            "INSERT INTO runs (digest, time, added, revision, branch, subject, environment,
                 interrupted, cells, failed, kind, title)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        )
        .bind(entry.canonical.digest.clone())
        .bind(entry.time.as_microsecond())
        .bind(entry.added.as_microsecond())
        .bind(commit.clone())
        .bind(branch.clone())
        .bind(subject.as_deref().map(one_line))
        .bind(environments[&first.digest()])
        .bind(i64::from(document.is_interrupted()))
        .bind(document.cells() as i64)
        .bind(document.failed() as i64)
        .bind(document.kind().name())
        .bind(document.title().as_deref().map(column_text));
        let run = self.id(query).await?;
        let insert = sqlx::query("INSERT INTO records (run, packed) VALUES ($1, $2)");
        self.execute(insert.bind(run).bind(packed)).await?;
        let numbered = rows.iter().enumerate().collect_vec();
        for some in numbered.chunks(ROWS) {
            self.cells(run, some, &series, &environments).await?;
        }
        Ok(run)
    }

    /// The numbers of conditions by their digests.
    async fn environments(
        &mut self,
        wanted: &BTreeMap<String, &Conditions>,
    ) -> Result<BTreeMap<String, i64>, Error> {
        let mut ids = self.known("environments", wanted.keys()).await?;
        for (digest, it) in wanted {
            if ids.contains_key(digest) {
                continue;
            }
            let query = sqlx::query(
                "INSERT INTO environments (digest, pollbench, compiler, cpu, cores, governor,
                     kernel, clock, engines)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            )
            .bind(digest.clone())
            .bind(column_text(&it.pollbench))
            .bind(column_text(&it.compiler))
            .bind(column_text(&it.cpu))
            .bind(i64::from(it.cores))
            .bind(it.governor.as_deref().map(column_text))
            .bind(column_text(&it.kernel))
            .bind(column_text(&it.clock))
            .bind(json_text(&it.engines));
            ids.insert(digest.clone(), self.id(query).await?);
        }
        Ok(ids)
    }

    /// The numbers of series by their digests.
    async fn series(
        &mut self,
        wanted: &BTreeMap<String, &Identity>,
    ) -> Result<BTreeMap<String, i64>, Error> {
        let mut ids = self.known("series", wanted.keys()).await?;
        for (digest, it) in wanted {
            if ids.contains_key(digest) {
                continue;
            }
            let query = sqlx::query(
                "INSERT INTO series (digest, guest, knobs, host, workload, parameters, pollables,
                     active, effort)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            )
            .bind(digest.clone())
            .bind(column_text(&it.guest))
            .bind(json_text(&it.knobs))
            .bind(column_text(&it.host))
            .bind(column_text(&it.workload))
            .bind(json_text(&it.parameters))
            .bind(i64::from(it.pollables))
            .bind(i64::from(it.active))
            // More than 2^63 are negative in the column, and come back as they were.
            .bind(it.effort.map(|effort| effort as i64));
            ids.insert(digest.clone(), self.id(query).await?);
        }
        Ok(ids)
    }

    /// Those of the digests that have a row already.
    async fn known(
        &mut self,
        table: &str,
        digests: impl Iterator<Item = &String>,
    ) -> Result<BTreeMap<String, i64>, Error> {
        let digests = digests.cloned().collect_vec();
        let mut ids = BTreeMap::new();
        for some in digests.chunks(ROWS) {
            let list = places(self.place, 0, some.len());
            let sql = format!("SELECT digest, id FROM {table} WHERE digest IN {list}");
            let query = sqlx::query(AssertSqlSafe(sql));
            let query = some.iter().fold(query, |query, digest| query.bind(digest.clone()));
            let rows = query.fetch_all(&mut *self.on).await;
            for row in rows.map_err(|source| self.place.error(source))? {
                let error = |source| self.place.error(source);
                ids.insert(row.try_get(0).map_err(error)?, row.try_get(1).map_err(error)?);
            }
        }
        Ok(ids)
    }

    async fn cells(
        &mut self,
        run: i64,
        rows: &[(usize, &Row)],
        series: &BTreeMap<String, i64>,
        environments: &BTreeMap<String, i64>,
    ) -> Result<(), Error> {
        let columns = 9 + Metric::ALL.len();
        let values =
            (0..rows.len()).map(|row| places(self.place, row * columns, columns)).join(", ");
        let names = Metric::ALL.map(Metric::name).iter().join(", ");
        let sql = format!(
            "INSERT INTO cells (series, run, place, environment, status, failure, noisy,
                 ns_per_event_low, ns_per_event_high, {names}) VALUES {values}"
        );
        // Not to be kept prepared: the driver tells PostgreSQL a wrong type for a number that
        // is missing, which does no harm as long as no other number takes its place.
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for (place, row) in rows {
            let measured = &row.measured;
            query = query
                .bind(series[&row.digest])
                .bind(run)
                .bind(*place as i64)
                .bind(environments[&row.conditions_digest])
                .bind(measured.status)
                .bind(measured.failure.clone())
                .bind(measured.noisy.clone())
                .bind(measured.low)
                .bind(measured.high);
            query = measured.values.iter().fold(query, |query, value| query.bind(*value));
        }
        self.execute(query).await
    }

    pub async fn tags(&mut self, run: i64, tags: &[String]) -> Result<(), Error> {
        for tag in tags {
            let insert = "INSERT INTO tags (run, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.execute(sqlx::query(insert).bind(run).bind(tag.clone())).await?;
        }
        Ok(())
    }

    async fn id(&mut self, query: Query<'_, Any, AnyArguments>) -> Result<i64, Error> {
        let id = query.fetch_one(&mut *self.on).await.and_then(|row| row.try_get(0));
        id.map_err(|source| self.place.error(source))
    }

    async fn execute(&mut self, query: Query<'_, Any, AnyArguments>) -> Result<(), Error> {
        let done = query.execute(&mut *self.on).await;
        done.map(drop).map_err(|source| self.place.error(source))
    }
}

/// `($4, $5, $6)`; for SQLite `(?, ?, ?)`, as it takes `$4` for a name and goes through all
/// others to find it.
fn places(place: &Place, before: usize, count: usize) -> String {
    let one = |number| match place.kind {
        Kind::Sqlite(_) => "?".into(),
        Kind::Postgres => format!("${number}"),
    };
    format!("({})", (before + 1..=before + count).map(one).join(", "))
}
