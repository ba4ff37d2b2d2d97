use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use pollbench_reports::html::Part;

use super::frame::{Frame, Tab};
use super::words;
use crate::Error;
use crate::links::Links;
use crate::view::{RunPage, Show};

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a RunPage,
    what: &'static str,
    title: String,
    commit: String,
    report: String,
    record: String,
    /// The difference from the profile before, if this is one and there is another.
    difference: Option<String>,
    /// The flame graph, if it is a profile that has one.
    flame: Option<String>,
    /// What its report says, as HTML.
    part: &'a Part,
}

/// A run whose record is no matrix: what its report says. `before` is the profile of the same
/// before it, and `has_flame` says whether there is a flame graph.
pub fn document(
    view: &RunPage,
    part: &Part,
    before: Option<i64>,
    has_flame: bool,
    links: &Links,
) -> Result<String, Error> {
    let id = view.run.run.id;
    let (what, tab) = match view.run.kind {
        Kind::Run => ("Run", Tab::Other),
        Kind::Tuning => ("Tuning", Tab::Tunings),
        Kind::Profile => ("Profile", Tab::Profiles),
        Kind::Live => ("Servers", Tab::Servers),
    };
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.run.run.branch.clone(),
            branches: Vec::new(),
            tab,
        },
        what,
        title: view.run.title.as_deref().map(words::name).unwrap_or_default(),
        commit: words::commit(&view.run.run),
        report: links.of_run(id, "report.html"),
        record: links.of_run(id, "record.json"),
        difference: before.and_then(|before| links.difference(before, id)),
        flame: has_flame.then(|| links.of_run(id, "flame.svg")),
        part,
        view,
    };
    Ok(page.render()?)
}
