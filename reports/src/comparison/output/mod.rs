//! Writes a comparison for its readers: people at a terminal, a CI job's summary, and
//! programs that collect results.

mod action;
mod bmf;
mod figures;
mod junit;
mod markdown;
mod name;
mod numbers;
mod only;
mod standing;
mod table;
mod words;

use std::fmt;
use std::str::FromStr;

use super::Comparison;
use crate::names::one_of;
use crate::shown::{RenderError, json};

pub use only::Only;

/// What a comparison can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned text for a terminal.
    Table,
    /// GitHub-flavoured Markdown, as a job's summary takes it.
    Markdown,
    /// The comparison itself, as `schema/comparison.schema.json` describes it.
    Json,
    /// JUnit's XML: a test for each cell and kind of evidence.
    Junit,
    /// Bencher Metric Format: the candidate's numbers.
    Bmf,
    /// What github-action-benchmark calls `customSmallerIsBetter`: the candidate's numbers.
    /// For all metrics less is better, so one file is enough.
    GithubActionBenchmark,
}

/// How much of a comparison is shown to people: in [`Format::Table`] and
/// [`Format::Markdown`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The terminal's width, for a table only; `None` lets every line be as long as it
    /// needs to be.
    pub columns: Option<usize>,
    /// Which cells have rows; `None` is all of them. The verdict is always that of all
    /// cells.
    pub only: Option<Only>,
}

impl From<Option<usize>> for View {
    fn from(columns: Option<usize>) -> Self {
        Self { columns, only: None }
    }
}

/// Writes the comparison in a format. A terminal's width can be given instead of a view.
pub fn render(
    comparison: &Comparison,
    format: Format,
    view: impl Into<View>,
) -> Result<String, RenderError> {
    let view = view.into();
    match format {
        Format::Table => Ok(table::render(comparison, view)),
        Format::Markdown => Ok(markdown::render(comparison, view.only)),
        Format::Json => json(comparison),
        Format::Junit => junit::render(comparison).map_err(|error| error.to_string()),
        Format::Bmf => json(&bmf::report(comparison)),
        Format::GithubActionBenchmark => json(&action::report(comparison)),
    }
    .map_err(|reason| RenderError { called: "the comparison", format: format.name(), reason })
}

impl Format {
    /// All formats, those for people first.
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::Markdown,
        Self::Json,
        Self::Junit,
        Self::Bmf,
        Self::GithubActionBenchmark,
    ];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Bmf => "bmf",
            Self::GithubActionBenchmark => "github-action-benchmark",
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
