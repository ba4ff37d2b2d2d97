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

/// The whole report: one HTML document with its styles, script and charts inside.
pub fn render(tuning: &Tuning) -> Result<String, RenderError> {
    let shown = names::presentable(tuning);
    Ok(page::Page::new(&shown, tuning)?.render()?)
}

/// Writes the report so that `path` holds either the old file or all of the new one.
pub fn write(tuning: &Tuning, path: &Path) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render(tuning).map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}
