use std::fmt;
use std::str::FromStr;

use super::{LiveRecord, text};
use crate::names::one_of;

/// What a record of servers under load can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Table,
    /// The record itself, as `schema/live.schema.json` describes it.
    Json,
}

/// A record can't be written in a format.
#[derive(Debug, thiserror::Error)]
#[error("can't write what was measured as {format}: {reason}")]
pub struct RenderError {
    /// The format.
    pub format: Format,
    /// What its writer said.
    pub reason: String,
}

/// Writes a record in a format.
///
/// # Errors
///
/// If the format's writer refuses it.
pub fn render(record: &LiveRecord, format: Format) -> Result<String, RenderError> {
    match format {
        Format::Table => Ok(text::render(record)),
        Format::Json => match serde_json::to_string_pretty(record) {
            Ok(json) => Ok(json + "\n"),
            Err(error) => Err(RenderError { format, reason: error.to_string() }),
        },
    }
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
