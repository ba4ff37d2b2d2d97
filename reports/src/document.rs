//! A file that a report is made of: the record of a run, or that of a tuning.

use std::path::Path;

use crate::record::{ReadError, Record, read_text};
use crate::tuning::{SCHEMA, Tuning};

/// What a file has in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// The record of a run.
    Record(Box<Record>),
    /// The record of a tuning.
    Tuning(Box<Tuning>),
}

impl Document {
    /// Reads a file, or standard input if the path is `-`.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        Record::parse(&text, path).map(|it| Self::Record(Box::new(it))).or_else(|error| {
            match serde_json::from_slice::<Tuning>(&text) {
                Ok(tuning) if tuning.schema <= SCHEMA => Ok(Self::Tuning(Box::new(tuning))),
                Ok(tuning) => Err(ReadError::TooNew { path: path.into(), found: tuning.schema }),
                Err(_) => Err(error),
            }
        })
    }
}
