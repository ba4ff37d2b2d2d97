//! A tuning as one self-contained HTML file.

mod facts;
mod knob;
mod names;
mod page;
mod table;

use std::io;
use std::path::Path;

use askama::Template as _;

use crate::record::{WriteError, write_whole};
use crate::tuning::Tuning;

use super::RenderError;
use super::part::Part;

pub(super) use page::STYLE;

/// The whole report: one HTML document with its styles, script and charts inside.
pub fn render(tuning: &Tuning) -> Result<String, RenderError> {
    let shown = names::presentable(tuning);
    Ok(page::Page::new(&shown, tuning)?.render()?)
}

/// What stands in the report, as a part of another page.
pub(super) fn part(tuning: &Tuning) -> Result<Part, RenderError> {
    let shown = names::presentable(tuning);
    let page = page::Page::new(&shown, tuning)?;
    let banners = page.banners.iter().map(|it| (*it).into()).collect();
    Ok(Part { banners, answer: String::new(), rest: page.as_main().render()? })
}

/// Writes the report so that `path` holds either the old file or all of the new one.
pub fn write(tuning: &Tuning, path: &Path) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render(tuning).map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}
