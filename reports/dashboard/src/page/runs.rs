use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use pollbench_reports::format;

use super::frame::{Choice, Frame, Tab};
use super::words;
use crate::Error;
use crate::links::Links;
use crate::view::{RunLine, Runs, Show};

#[derive(Template)]
#[template(path = "runs.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Runs,
    headline: String,
    kinds: Vec<Choice>,
    /// Whether runs of this list can be compared.
    has_matrices: bool,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    line: &'a RunLine,
    href: Option<String>,
    branch: String,
    title: String,
    commit: String,
    tags: String,
    processor: String,
}

/// The list of runs.
pub fn runs(view: &Runs, links: &Links) -> Result<String, Error> {
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Runs,
        },
        headline: headline(view),
        kinds: kinds(view.kind),
        has_matrices: matches!(view.kind, None | Some(Kind::Run)),
        rows: view.runs.iter().map(|it| row(it, links)).collect(),
        view,
    };
    Ok(page.render()?)
}

/// The kinds of records to choose from.
fn kinds(chosen: Option<Kind>) -> Vec<Choice> {
    let choice = |kind: Option<Kind>| Choice {
        value: kind.map_or("", Kind::name).into(),
        name: kind.map_or("all", Kind::name).into(),
        href: None,
        is_chosen: kind == chosen,
    };
    std::iter::once(None).chain(Kind::ALL.map(Some)).map(choice).collect()
}

fn headline(view: &Runs) -> String {
    let of = view.branch.as_ref().map_or(String::new(), |it| format!(" of {}", words::name(it)));
    let (one, many) = match view.kind {
        None => ("run", "runs"),
        Some(Kind::Run) => ("run of a matrix", "runs of a matrix"),
        Some(Kind::Tuning) => ("tuning", "tunings"),
        Some(Kind::Profile) => ("profile", "profiles"),
        Some(Kind::Live) => ("record of servers", "records of servers"),
    };
    match view.total {
        0 => format!("There is no {one}{of} yet: pollbench history add adds one."),
        1 => format!("One {one}{of}."),
        total => format!("{} {many}{of}, the newest first.", format::count(total)),
    }
}

fn row<'a>(line: &'a RunLine, links: &Links) -> Row<'a> {
    let tags: Vec<String> = line.tags.iter().map(|it| words::name(it)).collect();
    Row {
        href: links.run(line.run.id),
        branch: line.run.branch.as_deref().map(words::name).unwrap_or_default(),
        title: line.title.as_deref().map(words::name).unwrap_or_default(),
        commit: words::commit(&line.run),
        tags: tags.join(", "),
        processor: words::name(&line.processor),
        line,
    }
}
