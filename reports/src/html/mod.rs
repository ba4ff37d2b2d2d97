//! The record as one self-contained HTML file.

mod answer;
mod counters;
mod details;
mod failures;
mod flame;
mod heatmap;
pub mod live;
mod method;
mod packed;
mod page;
mod part;
mod parts;
pub mod profile;
mod section;
mod sort_table;
mod timeline;
mod timings;
pub mod trace;
mod tune_hint;
pub mod tuning;

use std::io;
use std::path::Path;

use askama::Template as _;

use crate::chart;
use crate::matrix::Matrix;
use crate::profile::flame::FlameError;
use crate::record::{Record, WriteError, write_whole};

use answer::AnswerSection;
use page::Page;

pub use details::{Fact, environment};
pub use page::banners;
pub use part::{Part, part, report};

/// What makes tables with `data-sortable` sort by a column when its head is pressed.
pub const SORTING: &str = include_str!("../../templates/sort.js");

/// The script of every report.
const SCRIPT: &str =
    concat!(include_str!("../../templates/sort.js"), include_str!("../../templates/report.js"));

/// The style that all pages share, with that of their charts.
pub fn style() -> String {
    include_str!("../../templates/report.css").to_owned() + &chart::stylesheet()
}

/// What [`part`]s need beside it.
pub fn style_of_parts() -> String {
    tuning::STYLE.to_owned() + timeline::STYLE
}

/// The answer of a record as a part of another page: which guest for which workload, and how
/// far the others are from it. Its cards lead to the sections of the report at `page`.
pub fn answer(record: &Record, page: &str) -> Result<String, RenderError> {
    Ok(AnswerSection::new(&Matrix::new(record), record, page).render()?)
}

/// Why a report could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A chart could not be drawn.
    #[error("can't draw a chart of the report: {0}")]
    Chart(#[from] chart::Error),
    /// A flame graph could not be drawn.
    #[error(transparent)]
    Flame(#[from] FlameError),
    /// A section could not be packed.
    #[error("can't pack a section of the report: {0}")]
    Pack(#[from] io::Error),
    /// A template could not be filled in.
    #[error("can't fill in the report: {0}")]
    Template(#[from] askama::Error),
}

/// The whole report: one HTML document with its styles, script and charts inside.
pub fn render(record: &Record) -> Result<String, RenderError> {
    Ok(Page::new(record)?.render()?)
}

/// Writes the report so that `path` holds either the old file or all of the new one.
pub fn write(record: &Record, path: &Path) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render(record).map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}
