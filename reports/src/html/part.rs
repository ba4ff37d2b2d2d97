use super::{RenderError, live, profile, tuning};
use crate::document::Document;

/// What a report says, as a part of another page, which has [`style_of_parts`](super::style_of_parts)
/// beside the style that all pages share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What a reader has to know first, a sentence each.
    pub banners: Vec<String>,
    /// The answer as HTML, where it stands apart: without scripts and styles of its own.
    pub answer: String,
    /// All other sections, likewise.
    pub rest: String,
}

/// What a record says that is no matrix of cells; `None` for that of a matrix.
///
/// # Errors
///
/// If it can't be put together, which is not expected.
pub fn part(document: &Document) -> Result<Option<Part>, RenderError> {
    match document {
        Document::Record(_) => Ok(None),
        Document::Tuning(it) => tuning::part(it).map(Some),
        Document::Profile(it) => profile::part(it).map(Some),
        Document::Live(it) => live::part(it).map(Some),
    }
}

/// The whole report of a record of any kind.
///
/// # Errors
///
/// If it can't be put together, which is not expected.
pub fn report(document: &Document) -> Result<String, RenderError> {
    match document {
        Document::Record(it) => super::render(it),
        Document::Tuning(it) => tuning::render(it),
        Document::Profile(it) => profile::render(it),
        Document::Live(it) => live::render(it),
    }
}
