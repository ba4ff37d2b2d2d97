//! A file that a report is made of: the record of a run, of a tuning, of a profile, or of
//! servers under load.

use std::path::Path;

use crate::live::{LiveRecord, ReadLiveError};
use crate::profile::{Profile, ReadProfileError};
use crate::record::{ReadError, Record, read_text};
use crate::tuning::{SCHEMA, Tuning};

/// What a file has in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// The record of a run.
    Record(Box<Record>),
    /// The record of a tuning.
    Tuning(Box<Tuning>),
    /// The record of a profile: a file with a `profile_schema`.
    Profile(Box<Profile>),
    /// The record of servers under load: a file with a `live_schema`.
    Live(Box<LiveRecord>),
}

/// Why a file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is no record, or no tuning.
    #[error(transparent)]
    Record(#[from] ReadError),
    /// It is a profile that this version does not read.
    #[error(transparent)]
    Profile(#[from] ReadProfileError),
    /// It is a record of servers under load that this version does not read.
    #[error(transparent)]
    Live(#[from] ReadLiveError),
}

impl Document {
    /// Reads a file, or standard input if the path is `-`.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it is none of these.
    pub fn read(path: &Path) -> Result<Self, DocumentError> {
        let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        // Records are the most usual, and gone through once only.
        let error = match Record::parse(&text, path) {
            Ok(record) => return Ok(Self::Record(Box::new(record))),
            Err(error) => error,
        };
        if let Some(profile) = Profile::parse(&text, path)? {
            return Ok(Self::Profile(Box::new(profile)));
        }
        if let Some(live) = LiveRecord::parse(&text, path)? {
            return Ok(Self::Live(Box::new(live)));
        }
        match serde_json::from_slice::<Tuning>(&text) {
            Ok(tuning) if tuning.schema <= SCHEMA => Ok(Self::Tuning(Box::new(tuning))),
            Ok(tuning) => Err(ReadError::TooNew { path: path.into(), found: tuning.schema }.into()),
            Err(_) => Err(error.into()),
        }
    }
}
