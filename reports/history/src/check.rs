use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Document;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::cells::{Kept, Of, cells, identities};
use crate::identity::column_text;
use crate::measured;
use crate::packed::{digest, unpack};
use crate::place::Kind;
use crate::{Error, History, Identity, Run, RunId};

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The database itself.
    Database(String),
    /// Rows that refer to what is not there.
    Reference {
        /// The table they are in.
        table: &'static str,
        /// What they refer to.
        to: &'static str,
        /// How many there are.
        rows: u64,
    },
    /// A run whose record can't be read any more, or was changed.
    Record {
        /// The run.
        run: RunId,
        /// What is wrong with it.
        reason: String,
    },
    /// A run of which something in columns is not what its record says.
    Columns {
        /// The run.
        run: RunId,
        /// What differs.
        what: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(reason) => write!(f, "the database is damaged: {reason}"),
            Self::Reference { table, to, rows } => {
                write!(f, "{rows} rows of {table} refer to {to} that are not there")
            }
            Self::Record { run, reason } => write!(f, "the record of run {run}: {reason}"),
            Self::Columns { run, what } => {
                write!(f, "the columns of run {run} are not its record's: {what}")
            }
        }
    }
}

/// Columns that refer to rows of other tables.
const REFERENCES: [(&str, &str, &str); 6] = [
    ("runs", "environment", "environments"),
    ("records", "run", "runs"),
    ("tags", "run", "runs"),
    ("cells", "series", "series"),
    ("cells", "run", "runs"),
    ("cells", "environment", "environments"),
];

impl History {
    /// Whether everything is as it was written: the file, the references between tables, the
    /// digest of every record, and every column against the record it is from. It reads all
    /// there is, which takes a few milliseconds for each run.
    pub async fn check(&self) -> Result<Vec<Problem>, Error> {
        let mut problems = Vec::new();
        self.noted(self.check_database().await, &mut problems)?;
        self.noted(self.check_references().await, &mut problems)?;
        let ids = self.noted(self.ids().await, &mut problems)?;
        let digests = self.noted(self.series_digests().await, &mut problems)?;
        for id in ids {
            self.noted(self.check_run(id, &digests).await, &mut problems)?;
        }
        Ok(problems)
    }

    /// What was found; damage that prevents looking further is a problem, too.
    fn noted<T: Noted>(
        &self,
        found: Result<T, Error>,
        problems: &mut Vec<Problem>,
    ) -> Result<T, Error> {
        match found {
            Ok(found) => {
                problems.extend(found.problems());
                Ok(found)
            }
            Err(Error::Damaged { reason, .. }) => {
                let problem = Problem::Database(reason);
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
                Ok(T::default())
            }
            Err(error) => Err(error),
        }
    }

    async fn check_database(&self) -> Result<Vec<Problem>, Error> {
        if self.place.kind == Kind::Postgres {
            return Ok(Vec::new());
        }
        let rows = sqlx::query("PRAGMA integrity_check").fetch_all(&self.pool).await;
        let lines = rows.and_then(|rows| {
            rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()
        });
        let lines = lines.map_err(|source| self.error(source))?;
        Ok(lines.into_iter().filter(|line| line != "ok").map(Problem::Database).collect())
    }

    async fn check_references(&self) -> Result<Vec<Problem>, Error> {
        let mut problems = Vec::new();
        for (table, column, to) in REFERENCES {
            let sql = format!(
                "SELECT COUNT(*) FROM {table}
                 WHERE NOT EXISTS (SELECT 1 FROM {to} WHERE {to}.id = {table}.{column})"
            );
            let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&self.pool).await;
            let rows: i64 =
                row.and_then(|it| it.try_get(0)).map_err(|source| self.error(source))?;
            if rows > 0 {
                problems.push(Problem::Reference { table, to, rows: rows.unsigned_abs() });
            }
        }
        Ok(problems)
    }

    /// All runs, in the order in which they were added.
    pub(crate) async fn ids(&self) -> Result<Vec<RunId>, Error> {
        let rows = sqlx::query("SELECT id FROM runs ORDER BY id").fetch_all(&self.pool).await;
        let ids = rows.and_then(|rows| rows.iter().map(|row| row.try_get(0).map(RunId)).collect());
        ids.map_err(|source| self.error(source))
    }

    async fn series_digests(&self) -> Result<BTreeMap<i64, String>, Error> {
        let rows = sqlx::query("SELECT id, digest FROM series").fetch_all(&self.pool).await;
        let digests = rows.and_then(|rows| {
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
        });
        digests.map_err(|source| self.error(source))
    }

    async fn check_run(
        &self,
        id: RunId,
        digests: &BTreeMap<i64, String>,
    ) -> Result<Vec<Problem>, Error> {
        let mut on = self.reading().await?;
        // It may have been removed meanwhile.
        let Some(run) = crate::run::run(&mut on, &self.place, id).await? else {
            return Ok(Vec::new());
        };
        let problem = |reason| Ok(vec![Problem::Record { run: id, reason }]);
        let document = match crate::kept::record(&mut on, &self.place, id).await {
            Err(Error::Damaged { reason, .. }) => return problem(reason),
            found => match found?.map(|(digest, packed)| read(&digest, &packed)) {
                Some(Ok(document)) => document,
                Some(Err(reason)) => return problem(reason),
                None => return Ok(Vec::new()),
            },
        };
        let what = match run_difference(&run, &document) {
            Some(what) => Some(what),
            None => self.cells_difference(&mut on, &run, &document, digests).await?,
        };
        Ok(what.map(|what| Problem::Columns { run: id, what }).into_iter().collect())
    }

    async fn cells_difference(
        &self,
        on: &mut AnyConnection,
        run: &Run,
        document: &Document,
        digests: &BTreeMap<i64, String>,
    ) -> Result<Option<String>, Error> {
        let metrics = Metric::ALL;
        let kept = cells(on, &self.place, Of::Runs(&[run.id.0]), &metrics).await?;
        let rows = measured::rows(document);
        if kept.len() != rows.len() {
            return Ok(Some(format!("{} cells of {}", kept.len(), rows.len())));
        }
        let identities = identities(on, &self.place).await?;
        let differs = |(kept, row): (&Kept, &measured::Row)| {
            let same = kept.measured == row.measured
                && digests.get(&kept.series).is_none_or(|digest| *digest == row.digest)
                && identities.get(&kept.series) == Some(&row.identity.in_columns());
            (!same).then(|| named(&row.identity))
        };
        let mut cells = kept.iter().zip(&rows);
        Ok(cells.find_map(differs))
    }
}

/// What of a run's own columns is not what the record says.
fn run_difference(run: &Run, document: &Document) -> Option<String> {
    let conditions = crate::Conditions::of(document).in_columns();
    let title = document.title().as_deref().map(column_text);
    let facts = [
        ("its kind", run.kind == document.kind()),
        ("its title", run.title == title),
        ("its conditions", run.conditions == conditions),
        ("whether it was interrupted", run.interrupted == document.is_interrupted()),
        ("the number of its cells", run.cells == document.cells() as u64),
        ("the number of failed cells", run.failed == document.failed() as u64),
    ];
    facts.iter().find(|it| !it.1).map(|it| it.0.to_owned())
}

/// The record, if it is the one with that digest.
fn read(expected: &str, packed: &[u8]) -> Result<Document, String> {
    let text = unpack(packed).map_err(|error| error.to_string())?;
    if digest(&text) != expected {
        return Err("it was changed: its digest is another".into());
    }
    Document::parse(&text, Path::new("that is kept")).map_err(|error| error.to_string())
}

fn named(identity: &Identity) -> String {
    let Identity { guest, workload, pollables, host, .. } = identity;
    format!("{guest:?} on {host:?}, {workload:?}, {pollables} pollables")
}

/// What a part of the check comes to.
trait Noted: Default {
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }
}

impl Noted for Vec<Problem> {
    fn problems(&self) -> Vec<Problem> {
        self.clone()
    }
}

impl Noted for Vec<RunId> {}

impl Noted for BTreeMap<i64, String> {}
