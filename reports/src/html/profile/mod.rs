//! A profile as one self-contained HTML file.

mod difference;
mod facts;
pub(super) mod functions;
mod page;
mod turns;

use std::io;
use std::path::Path;

use askama::Template as _;

use crate::profile::Profile;
use crate::record::{WriteError, write_whole};

use super::RenderError;
use super::part::Part;

/// The whole report: one HTML document with its styles, scripts, flame graphs and turns inside.
///
/// # Errors
///
/// If it can't be put together, which is not expected. A timeline that is damaged is none: the
/// page says so.
pub fn render(profile: &Profile) -> Result<String, RenderError> {
    Ok(page::Page::new(profile)?.render()?)
}

/// What of the report needs no script, as a part of another page.
pub(super) fn part(profile: &Profile) -> Result<Part, RenderError> {
    let page = page::Page::new(profile)?;
    let rest = [
        page.as_split().render()?,
        page.as_turn().render()?,
        page.as_functions().render()?,
        page.as_conditions().render()?,
    ];
    let (answer, rest) = (page.as_answer().render()?, rest.concat());
    Ok(Part { banners: page.banners, answer, rest })
}

/// What has changed between two profiles, likewise.
///
/// # Errors
///
/// If it can't be put together, which is not expected.
pub fn render_difference(before: &Profile, after: &Profile) -> Result<String, RenderError> {
    Ok(difference::Page::new(before, after)?.render()?)
}

/// Writes the report so that `path` holds either the old file or all of the new one.
///
/// # Errors
///
/// If it can't be written.
pub fn write(profile: &Profile, path: &Path) -> Result<(), WriteError> {
    write_page(path, || render(profile))
}

/// Writes what has changed between two profiles, likewise.
///
/// # Errors
///
/// If it can't be written.
pub fn write_difference(before: &Profile, after: &Profile, path: &Path) -> Result<(), WriteError> {
    write_page(path, || render_difference(before, after))
}

fn write_page(
    path: &Path,
    render: impl FnOnce() -> Result<String, RenderError>,
) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render().map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}
