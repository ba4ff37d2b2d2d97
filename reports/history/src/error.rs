use std::io;
use std::path::PathBuf;

use pollbench_reports::document::{DocumentError, Kind};

use crate::migrations::SCHEMA;
use crate::place::Place;

/// Why something could not be done with a history. Each message says what is wrong, where,
/// and what to do; none has the password of a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The place of a history can't be understood.
    #[error("{reason}: name a file, or a PostgreSQL database as `postgres://USER@HOST/DATABASE`")]
    Address {
        /// What is wrong with it.
        reason: String,
    },
    /// The folder of the file can't be used.
    #[error("can't use the folder {} for a history: {source}", .path.display())]
    Directory {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such file, and none was to be made.
    #[error("there is no history at {place}: `pollbench history add RECORD` begins one")]
    Missing {
        /// Where it should be.
        place: Place,
    },
    /// The database could not be opened, or a server is not there or refuses.
    #[error("can't open {place}: {reason}")]
    Unreachable {
        /// Which.
        place: Place,
        /// What was said.
        reason: String,
    },
    /// The database is of another program.
    #[error(
        "{place} has tables of another program: name another file, or a database that is empty"
    )]
    Foreign {
        /// Which.
        place: Place,
    },
    /// The database is no longer what was written.
    #[error(
        "{place} is damaged ({reason}). It was left as it is: put it aside, and bring back a \
         copy or `pollbench history import` an export"
    )]
    Damaged {
        /// Which.
        place: Place,
        /// What was found.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "{place} has schema {found}, and this pollbench knows up to {SCHEMA}: use a newer \
         pollbench"
    )]
    TooNew {
        /// Which.
        place: Place,
        /// Its schema.
        found: i64,
    },
    /// There is no room left.
    #[error("there is no room left for {place}: nothing was added; free some and try again")]
    Full {
        /// Which.
        place: Place,
    },
    /// Somebody else has been writing for too long.
    #[error("{place} is in use: somebody else is writing; try again")]
    Busy {
        /// Which.
        place: Place,
    },
    /// It may be read only.
    #[error("{place} can't be written to: {reason}")]
    ReadOnly {
        /// Which.
        place: Place,
        /// What was said.
        reason: String,
    },
    /// What was to be added is no record.
    #[error(transparent)]
    Record(#[from] DocumentError),
    /// The record does not say when it was measured.
    #[error("{text:?} is no time as in 2026-11-22T08:15:00Z: say when the record was measured")]
    Time {
        /// What it says instead.
        text: String,
    },
    /// A commit, branch or tag that is none.
    #[error("{text:?} can't be a {what}: {reason}")]
    Name {
        /// What it should be.
        what: &'static str,
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no such run.
    #[error("there is no run {asked:?} in {place}: `pollbench history list` has them")]
    NoRun {
        /// What was asked for.
        asked: String,
        /// Where.
        place: Place,
    },
    /// The run has a record of another kind.
    #[error(
        "run {run} in {place} is {}, and {} is wanted here", found.words(), wanted.words()
    )]
    OtherKind {
        /// The number of the run.
        run: i64,
        /// Where.
        place: Place,
        /// What kind it has.
        found: Kind,
        /// What was asked for.
        wanted: Kind,
    },
    /// Several runs are meant.
    #[error("{asked:?} may be any of the runs {}: name one by its number", .runs.join(", "))]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// The numbers of some of them.
        runs: Vec<String>,
    },
    /// An export that can't be read.
    #[error("line {line} of the export: {reason}")]
    Import {
        /// The line, from 1 on.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
    /// An export could not be read or written.
    #[error("can't read or write the export: {0}")]
    Io(#[from] io::Error),
    /// The database refused something for another reason.
    #[error("{place}: {source}")]
    Query {
        /// Which.
        place: Place,
        /// What it said.
        source: sqlx::Error,
    },
}
