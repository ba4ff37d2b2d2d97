use std::fmt;
use std::str::FromStr;

use super::{CheckRecord, junit, text};
use crate::names::one_of;
use crate::shown::{RenderError, json};

/// What a check can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Table,
    /// The record itself, as `schema/check.schema.json` describes it.
    Json,
    /// JUnit's XML: a test for each check.
    Junit,
}

/// Writes a check in a format.
///
/// # Errors
///
/// If the format's writer refuses it.
pub fn render(check: &CheckRecord, format: Format) -> Result<String, RenderError> {
    match format {
        Format::Table => Ok(text::render(check)),
        Format::Json => json(check),
        Format::Junit => junit::render(check).map_err(|error| error.to_string()),
    }
    .map_err(|reason| RenderError { called: "the check", format: format.name(), reason })
}

impl Format {
    /// All formats, that for people first.
    pub const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Junit];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Junit => "junit",
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
