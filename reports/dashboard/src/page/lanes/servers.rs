use askama::Template;
use itertools::Itertools as _;
use pollbench_reports::chart::sparkline;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::names::shown;

use super::super::frame::{Frame, Tab};
use super::super::words;
use super::counted;
use crate::Error;
use crate::links::Links;
use crate::view::{ServerLine, Servers, Show};

#[derive(Template)]
#[template(path = "servers.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Servers,
    counted: String,
    groups: Vec<Group<'a>>,
}

/// The guests of a record under one load.
struct Group<'a> {
    title: String,
    asked: String,
    run: i64,
    when: String,
    /// Its branch, where all are shown.
    branch: Option<String>,
    href: Option<String>,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    line: &'a ServerLine,
    guest: String,
    failure: String,
    cpu: String,
    interval: String,
    to_least: String,
    latency: String,
    offered: String,
    achieved: String,
    spark: String,
    records: String,
}

/// As much of a sentence as is shown, in characters.
const SENTENCE: usize = 300;

/// The list of servers under load.
pub fn servers(view: &Servers, links: &Links) -> Result<String, Error> {
    let load = |it: &&ServerLine| (it.run.id, it.connections, it.active);
    let groups = view.lines.iter().chunk_by(load);
    let groups: Result<Vec<Group<'_>>, Error> =
        groups.into_iter().map(|(_, lines)| group(view, &lines.collect_vec(), links)).collect();
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Servers,
        },
        view,
        counted: counted(
            (view.total, view.unreadable),
            view.branch.as_ref(),
            "record of servers under load",
            "records of servers under load",
        ),
        groups: groups?,
    };
    Ok(page.render()?)
}

fn group<'a>(view: &Servers, lines: &[&'a ServerLine], links: &Links) -> Result<Group<'a>, Error> {
    let first = lines[0];
    let rows: Result<Vec<Row<'_>>, Error> = lines.iter().map(|it| row(it)).collect();
    let count = |it: u32| format::count(it.into());
    Ok(Group {
        title: format!(
            "{}: {} connections, {} of them active",
            first.scenario.name(),
            count(first.connections),
            count(first.active),
        ),
        asked: shown(&format!("{}, host {}", first.asked, first.host), SENTENCE),
        run: first.run.id,
        when: first.run.minute(),
        branch: words::other_branch(view.branch.as_ref(), &first.run),
        href: links.run(first.run.id),
        rows: rows?,
    })
}

fn row(line: &ServerLine) -> Result<Row<'_>, Error> {
    let quantity = |it: Option<f64>| it.map_or("–".into(), format::quantity);
    let values = line.values.iter().map(|it| it.unwrap_or(f64::NAN)).collect_vec();
    let interval = line.cpu.filter(|it| it.has_interval());
    Ok(Row {
        guest: words::name(&line.guest),
        failure: line.failure.as_deref().map(|it| shown(it, SENTENCE)).unwrap_or_default(),
        cpu: line.cpu.map_or("–".into(), |it| format::duration(it.median)),
        interval: interval.map_or(String::new(), |it| format::duration_range(it.low, it.high)),
        to_least: line.to_least_text.clone().unwrap_or_else(|| "–".into()),
        latency: line.latency_p99.map_or("–".into(), |it| format::duration(it as f64)),
        offered: quantity(line.offered),
        achieved: quantity(line.achieved),
        spark: if values.len() > 1 { sparkline(&values, &[])? } else { String::new() },
        records: format::count(values.len() as u64),
        line,
    })
}
