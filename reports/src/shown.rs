//! What the records of the commands can be written as.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::names::one_of;

/// A record that is shown on a terminal, and read by programs as JSON.
pub trait Shown: Serialize {
    /// What the record is called in a message, such as "the trace".
    const CALLED: &'static str;

    /// The record as text for a terminal.
    fn text(&self) -> String;
}

/// What every record can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Table,
    /// The record itself, as its schema under `schema/` describes it.
    Json,
}

/// Something can't be written in a format.
#[derive(Debug, thiserror::Error)]
#[error("can't write {called} as {format}: {reason}")]
pub struct RenderError {
    /// What it is called.
    pub called: &'static str,
    /// The format's name.
    pub format: &'static str,
    /// What its writer said.
    pub reason: String,
}

/// Writes a record in a format.
///
/// # Errors
///
/// If the format's writer refuses it.
pub fn render<R: Shown>(record: &R, format: Format) -> Result<String, RenderError> {
    match format {
        Format::Table => Ok(record.text()),
        Format::Json => json(record).map_err(|reason| RenderError {
            called: R::CALLED,
            format: format.name(),
            reason,
        }),
    }
}

/// Writes a value as JSON that people can read too.
pub(crate) fn json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(value).map(|it| it + "\n").map_err(|error| error.to_string())
}

impl Format {
    /// All formats, that for people first.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        one_of("format", Self::ALL, Self::name, name)
    }
}
