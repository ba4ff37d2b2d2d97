use std::fs;
use std::time::Duration;

use pollbench_reports::record::directory_of;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Transaction};
use tokio::time::timeout;

use crate::Error;
use crate::migrations::{self, SCHEMA};
use crate::place::{Kind, Place};

/// How a history is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether a file that is not there is made. A server has to have the database.
    pub create: bool,
    /// How long to wait for others who write, and for a server to answer.
    pub wait: Duration,
    /// How large a file may become, in bytes; a server has limits of its own.
    pub largest: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { create: true, wait: Duration::from_secs(30), largest: None }
    }
}

/// Records over time, in a file of SQLite or in a database of PostgreSQL.
///
/// It may be cloned, and used by several tasks and programs at once: who writes waits for
/// others who do, and nobody waits for those who read.
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) pool: AnyPool,
    pub(crate) place: Place,
}

/// A page of SQLite's, in bytes.
const PAGE: u64 = 4096;
/// What tells PostgreSQL's lock of a history from other advisory locks.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8101521390478389849)";

impl History {
    /// Opens a history at a path or `postgres://…`, and begins it where there is none.
    pub async fn open(place: &str) -> Result<Self, Error> {
        Self::open_with(Place::parse(place)?, &Options::default()).await
    }

    /// Opens a history. It is brought to this version's schema if it has an older one.
    pub async fn open_with(place: Place, options: &Options) -> Result<Self, Error> {
        install_default_drivers();
        let place = prepared_file(place, options)?;
        let settings = settings(&place, options);
        let connect = place.options(options.create)?;
        // A pool would try again and again, and then say no more than that it was in vain.
        let mut first = timeout(options.wait, AnyConnection::connect_with(&connect))
            .await
            .map_err(|_| Error::Unreachable {
                place: place.clone(),
                reason: format!("there is no answer within {} s", options.wait.as_secs_f64()),
            })?
            .map_err(|source| place.unopened(source))?;
        set(&mut first, &settings).await.map_err(|source| place.error(source))?;
        let version = migrations::version(&mut first, &place).await?;
        if version != SCHEMA {
            migrate(&mut first, &place, options).await?;
        }
        first.close().await.map_err(|source| place.error(source))?;
        let pool = AnyPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(options.wait)
            .after_connect(move |connection, _| {
                let settings = settings.clone();
                Box::pin(async move { set(connection, &settings).await })
            })
            // SQLite may end a transaction by itself, such as where a disk is full. The driver
            // doesn't notice, and would take the next one for a part of it.
            .before_acquire(|connection, _| {
                let is_left_over = connection.is_in_transaction();
                Box::pin(async move { Ok(!is_left_over) })
            })
            .connect_lazy_with(connect);
        Ok(Self { pool, place })
    }

    /// Where it is kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Ends all connections. Whatever was added is kept without it, too.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// Begins a transaction that writes: no other does until it has ended.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Any>, Error> {
        let begin = self.pool.begin_with(begin(&self.place.kind)).await;
        let mut transaction = begin.map_err(|source| self.error(source))?;
        lock(&mut transaction, &self.place).await?;
        Ok(transaction)
    }

    /// Begins a transaction that sees one moment.
    pub(crate) async fn reading(&self) -> Result<Transaction<'static, Any>, Error> {
        let begin = match self.place.kind {
            Kind::Sqlite(_) => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        self.pool.begin_with(begin).await.map_err(|source| self.error(source))
    }

    pub(crate) fn error(&self, source: sqlx::Error) -> Error {
        self.place.error(source)
    }
}

fn begin(kind: &Kind) -> &'static str {
    match kind {
        // One that began to read and then has to write would fail if another had written.
        Kind::Sqlite(_) => "BEGIN IMMEDIATE",
        Kind::Postgres => "BEGIN",
    }
}

async fn lock(on: &mut Transaction<'_, Any>, place: &Place) -> Result<(), Error> {
    if place.kind == Kind::Postgres {
        sqlx::query(LOCK).execute(&mut **on).await.map_err(|source| place.error(source))?;
    }
    Ok(())
}

async fn migrate(on: &mut AnyConnection, place: &Place, options: &Options) -> Result<(), Error> {
    let error = |source| place.error(source);
    if place.path().is_some() {
        write_ahead(on, options.wait).await.map_err(error)?;
    }
    let mut transaction = on.begin_with(begin(&place.kind)).await.map_err(error)?;
    lock(&mut transaction, place).await?;
    migrations::run(&mut transaction, place).await?;
    transaction.commit().await.map_err(error)
}

/// Makes readers and a writer independent of each other. The file keeps this setting. SQLite
/// does not wait for others in it, so that this has to.
async fn write_ahead(on: &mut AnyConnection, wait: Duration) -> Result<(), sqlx::Error> {
    const STEP: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut *on).await {
            Err(sqlx::Error::Database(said))
                if waited < wait && said.code().is_some_and(|code| code == "5") =>
            {
                tokio::time::sleep(STEP).await;
                waited += STEP;
            }
            done => return done.map(drop),
        }
    }
}

/// What each connection is told.
fn settings(place: &Place, options: &Options) -> String {
    let wait = options.wait.as_millis();
    match place.kind {
        // FULL, and not NORMAL: with that a loss of power would lose what was added last,
        // after it had been said to be kept. It costs a flush for each run.
        Kind::Sqlite(_) => {
            let largest = options.largest.map_or(String::new(), |bytes| {
                format!("PRAGMA max_page_count = {};", (bytes / PAGE).max(1))
            });
            format!(
                "PRAGMA busy_timeout = {wait}; PRAGMA foreign_keys = ON;
                 PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
                 PRAGMA trusted_schema = OFF; {largest}"
            )
        }
        Kind::Postgres => format!("SET lock_timeout = {wait}"),
    }
}

async fn set(connection: &mut AnyConnection, settings: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(settings.to_owned())).execute(connection).await.map(drop)
}

/// The place, once its folder is there.
fn prepared_file(place: Place, options: &Options) -> Result<Place, Error> {
    let Some(path) = place.path() else { return Ok(place) };
    if !options.create && !path.exists() {
        return Err(Error::Missing { place });
    }
    let folder = directory_of(path);
    let made = if options.create { fs::create_dir_all(folder) } else { Ok(()) };
    made.map_err(|source| Error::Directory { path: folder.into(), source })?;
    place.resolved()
}
