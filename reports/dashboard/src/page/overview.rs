use std::sync::Arc;

use askama::Template;
use pollbench_reports::chart::sparkline;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;

use super::frame::{Choice, Frame, Tab};
use super::words::{self, ChangeText};
use crate::links::Links;
use crate::view::{Change, ChangedCell, Overview, Show};
use crate::{Error, metric};

/// With fewer runs, no change of a time is found: see `CHANGE-POINTS.md`.
const FEWEST: usize = 10;
/// So many changes are shown.
const MOST: usize = 40;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Overview,
    verdict: String,
    /// What the verdict leaves out.
    remarks: String,
    shows: Vec<Choice>,
    age: Option<String>,
    usual_difference: Option<String>,
    rows: Vec<Row>,
    /// The list of trends.
    trends: String,
    /// Which executor leads, as HTML.
    answer: Option<Arc<str>>,
}

struct Row {
    guest: String,
    workload: String,
    pollables: String,
    metric: String,
    text: ChangeText,
    spark: String,
    trend: Option<String>,
    run: Option<String>,
    day: String,
    commit: String,
    /// The runs between which it happened, if that is not known exactly.
    between: String,
    others: String,
}

/// The overview; `answer` says which executor leads.
pub fn overview(view: &Overview, links: &Links, answer: Option<Arc<str>>) -> Result<String, Error> {
    let rows: Result<Vec<Row>, Error> =
        view.changes.iter().take(MOST).map(|it| row(it, links)).collect();
    let usual = view.health.as_ref().and_then(|it| it.usual_difference);
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Overview,
        },
        view,
        verdict: words::verdict(view),
        remarks: remarks(view),
        shows: shows(view.show, links),
        age: view.health.as_ref().map(|it| words::age(it.age)),
        usual_difference: usual.map(format::percent),
        rows: rows?,
        trends: links.trends(Metric::NsPerEvent).unwrap_or_default(),
        answer,
    };
    Ok(page.render()?)
}

fn remarks(view: &Overview) -> String {
    let cells = |count: usize| if count == 1 { "cell" } else { "cells" };
    let mut remarks = Vec::new();
    if view.explained > 0 {
        remarks.push(format!(
            "{} {} changed together with something else, such as the machine or the compiler, \
             which the table names: that need not be a change of the guests.",
            view.explained,
            cells(view.explained),
        ));
    }
    if (2..FEWEST).contains(&view.runs) {
        remarks.push(format!(
            "Times are judged from {FEWEST} runs on; counts are exact from the first."
        ));
    }
    if view.likely > 0 {
        remarks.push(format!(
            "{} more {} may have changed, or it is chance: more runs will tell.",
            view.likely,
            cells(view.likely),
        ));
    }
    remarks.join(" ")
}

fn shows(shown: Show, links: &Links) -> Vec<Choice> {
    let all =
        [(Show::All, "all changes"), (Show::Worse, "only worse"), (Show::Better, "only better")];
    let choice = |(show, name): (Show, &str)| Choice {
        value: String::new(),
        name: name.into(),
        href: Some(links.overview(show)),
        is_chosen: show == shown,
    };
    all.map(choice).into()
}

fn row(of: &ChangedCell, links: &Links) -> Result<Row, Error> {
    let (guest, workload, pollables) = words::cell(&of.cell);
    let Change { metric, since, .. } = &of.main;
    let values: Vec<f64> = of.values.iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    Ok(Row {
        guest,
        workload,
        pollables,
        metric: metric::title(*metric),
        text: ChangeText::of(&of.main),
        spark: sparkline(&values, &[of.place])?,
        trend: links.trend(of.series, *metric),
        run: links.run(since.id),
        day: since.day(),
        commit: words::commit(since),
        between: between(&of.main),
        others: others(&of.others),
    })
}

fn between(change: &Change) -> String {
    let Some(before) = &change.last_before else { return String::new() };
    let after = &change.first_after;
    // The first run after it is the one it is since, and the one before is its neighbour.
    if after.id == change.since.id && change.metric != Metric::NsPerEvent {
        return String::new();
    }
    format!("after run {}, by run {}", before.id, after.id)
}

/// What else changed, the most telling first.
fn others(all: &[Change]) -> String {
    const MOST: usize = 3;
    let one = |it: &Change| format!("{} {}", ChangeText::of(it).size, metric::title(it.metric));
    let mut words: Vec<String> = all.iter().take(MOST).map(one).collect();
    if all.len() > MOST {
        words.push(format!("{} more", all.len() - MOST));
    }
    words.join(", ")
}
