//! A file that a report is made of: the record of a run, of a tuning, of a profile, or of
//! servers under load.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use itertools::Itertools as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live::{LiveRecord, ReadLiveError};
use crate::names::one_of;
use crate::profile::{Profile, ReadProfileError};
use crate::record::{ReadError, Record, Status, read_text};
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

/// What kind of measurement a record is of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A matrix of cells, of `pollbench run` or `gate`.
    Run,
    /// Values of knobs, of `pollbench tune`.
    Tuning,
    /// Where the time of a cell goes, of `pollbench profile`.
    Profile,
    /// Servers under load, of `pollbench live`.
    Live,
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

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Run, Self::Tuning, Self::Profile, Self::Live];

    /// The name on the command line, in addresses and in a history.
    pub fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Tuning => "tuning",
            Self::Profile => "profile",
            Self::Live => "live",
        }
    }

    /// What it is, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Run => "the record of a matrix",
            Self::Tuning => "the record of a tuning",
            Self::Profile => "a profile",
            Self::Live => "a record of servers",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        one_of("kind", Self::ALL, Self::name, name)
    }
}

impl Document {
    /// Reads a file, or standard input if the path is `-`.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it is none of these.
    pub fn read(path: &Path) -> Result<Self, DocumentError> {
        let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        Self::parse(&text, path)
    }

    /// Parses the text of a file, which errors name by its path.
    ///
    /// # Errors
    ///
    /// If it is none of these, or of a later version.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self, DocumentError> {
        // Records are the most usual, and gone through once only.
        let error = match Record::parse(text, path) {
            Ok(record) => return Ok(Self::Record(Box::new(record))),
            Err(error) => error,
        };
        if let Some(profile) = Profile::parse(text, path)? {
            return Ok(Self::Profile(Box::new(profile)));
        }
        if let Some(live) = LiveRecord::parse(text, path)? {
            return Ok(Self::Live(Box::new(live)));
        }
        match serde_json::from_slice::<Tuning>(text) {
            Ok(tuning) if tuning.schema <= SCHEMA => Ok(Self::Tuning(Box::new(tuning))),
            Ok(tuning) => Err(ReadError::TooNew { path: path.into(), found: tuning.schema }.into()),
            Err(_) => Err(error.into()),
        }
    }

    /// What kind of record it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Record(_) => Kind::Run,
            Self::Tuning(_) => Kind::Tuning,
            Self::Profile(_) => Kind::Profile,
            Self::Live(_) => Kind::Live,
        }
    }

    /// When it began: RFC 3339, UTC.
    pub fn started(&self) -> &str {
        match self {
            Self::Record(it) => &it.environment.started,
            Self::Tuning(it) => &it.started,
            Self::Profile(it) => &it.started,
            Self::Live(it) => &it.started,
        }
    }

    /// The command line that repeats it.
    pub fn command(&self) -> &str {
        match self {
            Self::Record(it) => &it.environment.command,
            Self::Tuning(it) => &it.command,
            Self::Profile(it) => &it.command,
            Self::Live(it) => &it.command,
        }
    }

    /// Whether it was ended before all was measured.
    pub fn is_interrupted(&self) -> bool {
        match self {
            Self::Record(it) => it.interrupted,
            Self::Tuning(it) => it.interrupted,
            Self::Profile(_) => false,
            Self::Live(it) => it.interrupted,
        }
    }

    /// What it is of, where that is not a matrix of cells: guests, and what they had to do. The
    /// names are of strangers. Histories keep this text, so that it can't change.
    pub fn title(&self) -> Option<String> {
        let (guests, work) = match self {
            Self::Record(_) => return None,
            Self::Tuning(it) => {
                let parts = it.tuned.iter().flat_map(|tuned| &tuned.parts);
                let works = parts.map(|part| part.workload.as_str()).unique().join(", ");
                (it.guest.name.clone(), works)
            }
            Self::Profile(it) => (it.guest.name.clone(), it.work.workload.clone()),
            Self::Live(it) => {
                let guests = it.guests.iter().map(|guest| guest.name.as_str()).join(", ");
                (guests, it.scenario.name().into())
            }
        };
        Some(format!("{guests}: {work}"))
    }

    /// How many cells it has, of a tuning how many answers.
    pub fn cells(&self) -> usize {
        match self {
            Self::Record(it) => it.cells.len(),
            Self::Tuning(it) => it.tuned.len(),
            Self::Profile(_) => 1,
            Self::Live(it) => it.cells.len(),
        }
    }

    /// How many of them failed, or of a tuning have no value.
    pub fn failed(&self) -> usize {
        match self {
            Self::Record(it) => it.cells.iter().filter(|it| it.status == Status::Failed).count(),
            Self::Tuning(it) => it.tuned.iter().filter(|it| it.recommended().is_none()).count(),
            Self::Profile(it) => usize::from(it.failure.is_some()),
            Self::Live(it) => it.cells.iter().filter(|it| it.failure.is_some()).count(),
        }
    }
}
