use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt;

use itertools::Itertools as _;
use jiff::Timestamp;
use pollbench_reports::document::Kind;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::columns::Columns;
use crate::identity::column_text;
use crate::place::Place;
use crate::{Conditions, Error, Filter, History};

/// The number of a run in its history. It is not that of the same run in another, and
/// does not come again when the run is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is known of a run without its record. Its texts are of strangers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number here.
    pub id: RunId,
    /// What kind of record it has.
    pub kind: Kind,
    /// What a record of another kind than [`Kind::Run`] is of, as
    /// [`Document::title`](pollbench_reports::document::Document::title) has it.
    pub title: Option<String>,
    /// SHA-256 of its record, which is the same in every history.
    pub digest: String,
    /// When it was measured.
    pub time: Timestamp,
    /// When it was added.
    pub added: Timestamp,
    /// The commit it was measured at.
    pub commit: Option<String>,
    /// Its branch.
    pub branch: Option<String>,
    /// The first line of the commit's message.
    pub subject: Option<String>,
    /// Its names, sorted.
    pub tags: Vec<String>,
    /// The number of its conditions: that of a point's, if they are the same.
    pub environment: i64,
    /// The conditions it was measured under; of a merged record, the first of them.
    pub conditions: Conditions,
    /// Whether it was stopped before its matrix was complete.
    pub interrupted: bool,
    /// How many cells it has; of a tuning, how many answers.
    pub cells: u64,
    /// How many of them failed; of a tuning, how many have no value.
    pub failed: u64,
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many to pass over.
    pub offset: u64,
    /// How many there are on it, at most.
    pub limit: u64,
}

/// A page of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Those on the page, the newest first.
    pub runs: Vec<Run>,
    /// How many there are on all pages.
    pub total: u64,
}

impl History {
    /// Runs, the newest first.
    pub async fn list(&self, filter: &Filter, page: Page) -> Result<Listed, Error> {
        let error = |source| self.error(source);
        let mut on = self.reading().await?;
        let sql = format!("SELECT COUNT(*) FROM runs WHERE {}", filter.sql());
        let query = filter.bind(sqlx::query(AssertSqlSafe(sql)));
        let count = query.fetch_one(&mut *on).await.and_then(|row| row.try_get(0));
        let total: i64 = count.map_err(error)?;
        let sql = format!(
            "{SELECT} WHERE {} ORDER BY time DESC, id DESC LIMIT {} OFFSET {}",
            filter.sql(),
            page.limit.min(i64::MAX as u64),
            page.offset.min(i64::MAX as u64),
        );
        let query = filter.bind(sqlx::query(AssertSqlSafe(sql)));
        let rows = query.fetch_all(&mut *on).await.map_err(error)?;
        let runs = runs(&mut on, &self.place, &rows).await?;
        Ok(Listed { runs, total: total.unsigned_abs() })
    }

    /// What is known of a run.
    pub async fn run(&self, id: RunId) -> Result<Run, Error> {
        let mut on = self.reading().await?;
        run(&mut on, &self.place, id).await?.ok_or_else(|| self.no_run(&id.to_string()))
    }

    /// The run that is meant by a number, a tag, the beginning of a digest or of a commit; if
    /// a kind is given, of that kind. Of several with a tag or a commit it is the newest, unless
    /// their commits differ.
    pub async fn find(&self, asked: &str, kind: Option<Kind>) -> Result<RunId, Error> {
        if let Ok(id) = asked.parse() {
            let mut on = self.reading().await?;
            if let Some(run) = run(&mut on, &self.place, RunId(id)).await? {
                return match kind.filter(|it| *it != run.kind) {
                    Some(wanted) => Err(self.other_kind(run.id, run.kind, wanted)),
                    None => Ok(run.id),
                };
            }
        }
        /// With less of a digest, too much would be meant.
        const SHORTEST: usize = 4;
        let digits = asked.chars().all(|it| it.is_ascii_hexdigit());
        let beginning = match digits && asked.len() >= SHORTEST {
            true => "OR lower(digest) LIKE $2 OR lower(revision) LIKE $2",
            false => "OR revision = $2",
        };
        // Its name is a word of ours.
        let of_kind = kind.map_or(String::new(), |it| format!(" AND kind = '{it}'"));
        let sql = format!(
            "SELECT id, revision FROM runs
             WHERE (id IN (SELECT run FROM tags WHERE name = $1) {beginning}){of_kind}
             ORDER BY time DESC, id DESC"
        );
        let name = column_text(asked);
        let like = if digits { format!("{}%", asked.to_lowercase()) } else { name.clone() };
        let query = sqlx::query(AssertSqlSafe(sql)).bind(name).bind(like);
        let error = |source| self.error(source);
        let rows = query.fetch_all(&self.pool).await.map_err(error)?;
        let mut found = Vec::new();
        for row in &rows {
            let id: i64 = row.try_get(0).map_err(error)?;
            let commit: Option<String> = row.try_get(1).map_err(error)?;
            found.push((id, commit));
        }
        match found.first() {
            None => Err(self.no_run(asked)),
            Some((id, _)) if found.iter().map(|it| &it.1).all_equal() => Ok(RunId(*id)),
            Some(_) => Err(Error::Ambiguous {
                asked: asked.into(),
                runs: found.iter().take(10).map(|it| it.0.to_string()).collect(),
            }),
        }
    }

    pub(crate) fn other_kind(&self, run: RunId, found: Kind, wanted: Kind) -> Error {
        Error::OtherKind { run: run.0, place: self.place.clone(), found, wanted }
    }

    pub(crate) fn no_run(&self, asked: &str) -> Error {
        let asked = asked.chars().take(100).collect();
        Error::NoRun { asked, place: self.place.clone() }
    }
}

pub(crate) const SELECT: &str =
    "SELECT id, digest, time, added, revision, branch, subject, environment,
    interrupted, cells, failed, kind, title FROM runs";

pub(crate) async fn run(
    on: &mut AnyConnection,
    place: &Place,
    id: RunId,
) -> Result<Option<Run>, Error> {
    let query = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE id = $1"))).bind(id.0);
    let rows = query.fetch_all(&mut *on).await.map_err(|source| place.error(source))?;
    Ok(runs(on, place, &rows).await?.pop())
}

/// Runs, with what other tables have of them.
pub(crate) async fn runs(
    on: &mut AnyConnection,
    place: &Place,
    rows: &[AnyRow],
) -> Result<Vec<Run>, Error> {
    let ids = rows.iter().map(|row| row.try_get("id")).collect::<Result<Vec<i64>, _>>();
    let ids = ids.map_err(|source| place.error(source))?;
    let mut tags = tags(on, place, &ids).await?;
    let mut known = BTreeMap::new();
    let mut runs = Vec::new();
    for row in rows {
        let environment = row.try_get("environment").map_err(|source| place.error(source))?;
        if let Entry::Vacant(vacant) = known.entry(environment) {
            vacant.insert(conditions(on, place, environment).await?);
        }
        let tags = tags.remove(&row.try_get("id").map_err(|source| place.error(source))?);
        let from = Columns { row, place };
        runs.push(read(&from, tags.unwrap_or_default(), known[&environment].clone())?);
    }
    Ok(runs)
}

async fn tags(
    on: &mut AnyConnection,
    place: &Place,
    runs: &[i64],
) -> Result<BTreeMap<i64, Vec<String>>, Error> {
    let error = |source| place.error(source);
    let mut tags: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for some in runs.chunks(1000) {
        let sql = format!("SELECT run, name FROM tags WHERE run IN ({})", some.iter().join(","));
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for row in query.fetch_all(&mut *on).await.map_err(error)? {
            let name = row.try_get(1).map_err(error)?;
            tags.entry(row.try_get(0).map_err(error)?).or_default().push(name);
        }
    }
    // Here, and not by the database: PostgreSQL's order depends on its language.
    tags.values_mut().for_each(|names| names.sort());
    Ok(tags)
}

async fn conditions(on: &mut AnyConnection, place: &Place, id: i64) -> Result<Conditions, Error> {
    let query = sqlx::query(
        "SELECT pollbench, compiler, cpu, cores, governor, kernel, clock, engines
         FROM environments WHERE id = $1",
    );
    let row = query.bind(id).fetch_optional(on).await.map_err(|source| place.error(source))?;
    let row = row.ok_or_else(|| place.damaged(format!("there is no environment {id}")))?;
    let from = Columns { row: &row, place };
    Ok(Conditions {
        pollbench: from.get("pollbench")?,
        compiler: from.get("compiler")?,
        cpu: from.get("cpu")?,
        cores: from.number("cores")?,
        governor: from.get("governor")?,
        kernel: from.get("kernel")?,
        clock: from.get("clock")?,
        engines: from.json("engines")?,
    })
}

fn read(row: &Columns<'_>, tags: Vec<String>, conditions: Conditions) -> Result<Run, Error> {
    Ok(Run {
        id: RunId(row.get("id")?),
        kind: row.kind()?,
        title: row.get("title")?,
        digest: row.get("digest")?,
        time: row.time("time")?,
        added: row.time("added")?,
        commit: row.get("revision")?,
        branch: row.get("branch")?,
        subject: row.get("subject")?,
        tags,
        environment: row.get("environment")?,
        conditions,
        interrupted: row.get::<i64>("interrupted")? != 0,
        cells: row.number("cells")?,
        failed: row.number("failed")?,
    })
}
