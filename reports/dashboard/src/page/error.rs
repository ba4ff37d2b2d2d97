use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::names::shown;

use super::frame::{Frame, Tab};
use crate::links::{Links, Scope};
use crate::view::Show;

/// As much of a message as is shown, in characters.
const MOST: usize = 1000;

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame,
    title: &'a str,
    message: String,
}

/// What is shown in place of a page.
pub fn error(title: &str, message: &str) -> String {
    let frame = Frame {
        links: Links::Served(Scope::default()),
        branch: None,
        branches: Vec::new(),
        tab: Tab::Other,
    };
    let page = Page { frame, title, message: shown(message, MOST) };
    // If that fails, too, words without a page are better than nothing.
    page.render().unwrap_or_else(|_| title.to_owned())
}
