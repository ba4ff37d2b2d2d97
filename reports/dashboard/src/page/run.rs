use std::sync::Arc;

use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::record::Status;

use super::frame::{Frame, Tab};
use super::words;
use crate::Error;
use crate::links::Links;
use crate::view::{CellLine, RunPage, Show, status_words};

#[derive(Template)]
#[template(path = "run.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a RunPage,
    commit: String,
    report: String,
    record: String,
    csv: String,
    compare: Option<String>,
    /// The charts of its workloads, each with the name of the workload.
    scalings: Vec<(String, String)>,
    /// Which executor leads, as HTML.
    answer: Arc<str>,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    line: &'a CellLine,
    guest: String,
    workload: String,
    pollables: String,
    time: String,
    interval: String,
    polls: String,
    handles: String,
    result: String,
    failed: bool,
    href: Option<String>,
}

/// A run; `answer` says which executor leads, `scalings` are the numbers of its charts with the
/// workloads, and `before` is the run before it.
pub fn run(
    view: &RunPage,
    links: &Links,
    answer: Arc<str>,
    scalings: &[(usize, String)],
    before: Option<i64>,
) -> Result<String, Error> {
    let id = view.run.run.id;
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.run.run.branch.clone(),
            branches: Vec::new(),
            tab: Tab::Other,
        },
        commit: words::commit(&view.run.run),
        report: links.of_run(id, "report.html"),
        record: links.of_run(id, "record.json"),
        csv: links.of_run(id, "cells.csv"),
        scalings: scalings
            .iter()
            .map(|(number, name)| {
                (links.of_run(id, &format!("scaling-{number}.svg")), words::name(name))
            })
            .collect(),
        compare: before.and_then(|before| links.compare(before, id)),
        answer,
        rows: view.cells.iter().map(|it| row(it, id, links)).collect(),
        view,
    };
    Ok(page.render()?)
}

fn row<'a>(line: &'a CellLine, run: i64, links: &Links) -> Row<'a> {
    let (guest, workload, pollables) = words::cell(&line.cell);
    let quantity = |value: Option<f64>| value.map_or("–".into(), format::quantity);
    let interval = line.time.filter(|it| it.has_interval());
    Row {
        guest,
        workload,
        pollables,
        time: line.time.map_or("–".into(), |it| format::duration(it.median)),
        interval: interval.map_or(String::new(), |it| format::duration_range(it.low, it.high)),
        polls: quantity(line.polls_per_event),
        handles: quantity(line.handles_per_event),
        result: match &line.failure {
            Some(failure) => words::name(&format!("{}: {}", failure.kind, failure.message)),
            None => status_words(line.status).into(),
        },
        failed: line.status == Status::Failed,
        href: links.cell(run, line.number),
        line,
    }
}
