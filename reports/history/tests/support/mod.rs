//! What the tests and the benchmark share: records, and places to keep them.

// Each program uses a part of it.
#![allow(dead_code, unused_imports)]

#[path = "../../../tests/support/grid.rs"]
mod grid;
#[path = "../../../tests/support/live.rs"]
mod live;
mod postgres;
#[path = "../../../tests/support/profile.rs"]
mod profile;
#[path = "../../../tests/support/sample.rs"]
mod sample;
#[path = "../../../tests/support/tuning.rs"]
mod tuning;

use jiff::Timestamp;
use pollbench_reports::record::{Cell, Estimate, Record};
use tempfile::TempDir;

pub use live::{hostile_live, live};
pub use postgres::{database, server_path};
pub use profile::{hostile_profile, profile};
pub use sample::{Sample, Workload, typical};
pub use tuning::{hostile_tuning, tuning, two_knobs, two_loads};

/// A record of six cells, one of which failed.
pub fn small(number: u64) -> Record {
    let mut sample = typical();
    sample.guests.truncate(3);
    sample.workloads = vec![Workload("idle", Some(1)), Workload("burst", None)];
    sample.sizes = vec![100];
    sample.rounds = 2;
    let kind = pollbench_reports::record::FailureKind::Lost;
    perturbed(&sample.with_failure(4, kind, "task 7 was never run"), number)
}

/// A record of 135 cells, like that of a default run.
pub fn large() -> Record {
    let mut sample = typical();
    let more: Vec<_> =
        sample.guests.iter().map(|(name, cost)| (format!("{name}-2"), *cost)).collect();
    sample.guests.extend(more);
    sample.guests.truncate(9);
    sample.record()
}

/// The same, measured at another time: an hour later for each number, with other times.
pub fn perturbed(record: &Record, number: u64) -> Record {
    let mut record = record.clone();
    record.environment.started = time(number).to_string();
    for (place, cell) in record.cells.iter_mut().enumerate() {
        let factor = 1.0 + 0.03 * (number as f64 * 1.7 + place as f64).sin();
        scale(cell, factor);
    }
    record
}

/// When the record of a number was measured.
pub fn time(number: u64) -> Timestamp {
    let first: Timestamp = "2025-01-01T00:00:00Z".parse().expect("a time");
    first + jiff::SignedDuration::from_hours(number as i64)
}

fn scale(cell: &mut Cell, factor: f64) {
    let Some(time) = &mut cell.time else { return };
    time.ns_per_event = scaled(time.ns_per_event, factor);
    time.net_ns_per_event = time.net_ns_per_event.map(|it| scaled(it, factor));
    for repetition in &mut time.repetitions {
        repetition.nanoseconds = (repetition.nanoseconds as f64 * factor) as u64;
    }
}

fn scaled(it: Estimate, factor: f64) -> Estimate {
    Estimate { median: it.median * factor, low: it.low * factor, high: it.high * factor, ..it }
}

/// A place for a history, which is gone when this is dropped.
pub struct Store {
    pub url: String,
    folder: Option<TempDir>,
}

impl Store {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = folder.path().join("history.db").to_str().expect("UTF-8").into();
        Self { url, folder: Some(folder) }
    }

    /// `None` where there is no server to be had.
    pub fn postgres() -> Option<Self> {
        database().map(|url| Self { url, folder: None })
    }

    /// One of each kind that there is.
    pub fn all() -> Vec<Self> {
        std::iter::once(Self::sqlite()).chain(Self::postgres()).collect()
    }

    pub fn is_file(&self) -> bool {
        self.folder.is_some()
    }
}

/// Runs something asynchronous.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

impl Store {
    /// Runs statements behind the history's back.
    pub async fn run(&self, sql: &str) {
        let mut connection = self.connect().await;
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statements are right");
        sqlx::Connection::close(connection).await.expect("it is closed");
    }

    /// The one number that a query has.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        let row = query.fetch_one(&mut connection).await.expect("a row");
        sqlx::Row::try_get(&row, 0).expect("a number")
    }

    async fn connect(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        let url =
            if self.is_file() { format!("sqlite:{}?mode=rwc", self.url) } else { self.url.clone() };
        <sqlx::AnyConnection as sqlx::Connection>::connect(&url)
            .await
            .expect("the database is there")
    }

    /// The file of the database.
    pub fn path(&self) -> &std::path::Path {
        assert!(self.is_file());
        std::path::Path::new(&self.url)
    }
}

impl Store {
    /// That of a server, at an address.
    pub fn at(url: &str) -> Self {
        Self { url: url.into(), folder: None }
    }
}
