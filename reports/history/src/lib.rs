//! Keeps records over time: in a file of SQLite, or for a team in PostgreSQL.
//!
//! A [`History`] keeps the whole record of each run, so that nothing of it is lost, and beside
//! it, in columns, what is looked at over many runs: the time and the counts of each cell. The
//! columns follow from the record, and [`History::check`] holds them against it.

mod add;
mod branches;
mod cells;
mod check;
mod columns;
mod csv;
mod error;
mod export;
mod failure;
mod filter;
mod history;
mod identity;
mod import;
mod insert;
mod kept;
mod measured;
mod migrations;
mod packed;
mod place;
mod provenance;
mod run;
mod series;

pub use add::Added;
pub use branches::Branch;
pub use check::Problem;
pub use csv::CsvRows;
pub use error::Error;
pub use filter::{Filter, SeriesFilter};
pub use history::{History, Options};
pub use identity::{Conditions, Identity};
pub use import::Imported;
pub use migrations::SCHEMA;
pub use place::Place;
pub use provenance::Provenance;
pub use run::{Listed, Page, Run, RunId};
pub use series::{Point, Series};
