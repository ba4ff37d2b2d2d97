use askama::Template;
use pollbench_reports::chart::{self, Chart};
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::names::shown;
use pollbench_reports::record::{Latency, Status, Time};

use super::frame::{Frame, Tab};
use super::words;
use crate::Error;
use crate::links::Links;
use crate::view::{CellPage, CountLine, Show, status_words};

/// As much of what was seen of a failure as the page shows, in characters.
const MESSAGE: usize = 2000;

#[derive(Template)]
#[template(path = "cell.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a CellPage,
    guest: String,
    workload: String,
    pollables: String,
    headline: String,
    message: String,
    run: Option<String>,
    record: String,
    trend: Option<String>,
    /// The newest profile of such a cell.
    profiled: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    chart: Option<Chart>,
    /// The chart as a file.
    svg: String,
    parts: Vec<(&'static str, String)>,
    latencies: Vec<LatencyRow>,
    counts: Vec<(&'a str, String, String)>,
    profile: String,
}

struct LatencyRow {
    name: &'static str,
    values: Vec<String>,
}

/// A cell of a run; `series` is the number of its series.
pub fn cell(view: &CellPage, links: &Links, series: Option<i64>) -> Result<String, Error> {
    let (guest, workload, pollables) = words::cell(&view.cell);
    let (run, number) = (view.run.id, view.number);
    let chart = repetitions(view)?;
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.run.branch.clone(),
            branches: Vec::new(),
            tab: Tab::Other,
        },
        guest,
        workload,
        pollables,
        headline: headline(view),
        message: view.failure.as_ref().map(|it| shown(&it.message, MESSAGE)).unwrap_or_default(),
        run: links.run(run),
        record: links.of_run(run, "record.json"),
        trend: series.and_then(|series| links.trend(series, Metric::NsPerEvent)),
        profiled: view.profiles.iter().find_map(|it| links.run(*it)),
        previous: (number > 1).then(|| links.cell(run, number - 1)).flatten(),
        next: (number < view.cells).then(|| links.cell(run, number + 1)).flatten(),
        chart,
        svg: links.repetitions(run, number),
        parts: view.time.as_ref().map(parts).unwrap_or_default(),
        latencies: latencies(view),
        counts: view.counts.iter().map(count).collect(),
        profile: profile(view),
        view,
    };
    Ok(page.render()?)
}

/// The repetitions of a cell, drawn; `None` where there are too few.
pub fn repetitions(view: &CellPage) -> Result<Option<Chart>, Error> {
    Ok(view.time.as_ref().map(chart::repetitions).transpose()?.flatten())
}

fn headline(view: &CellPage) -> String {
    match view.headline {
        Some(time) if time.has_interval() => format!(
            "{} an event: {} with {} confidence, in this run.",
            format::duration(time.median),
            format::duration_range(time.low, time.high),
            format::percent(time.confidence),
        ),
        Some(time) => format!("{} an event, from one repetition.", format::duration(time.median)),
        None if view.status == Status::Ok => "It was counted, and not timed.".into(),
        None => format!("It has no time: {}.", status_words(view.status)),
    }
}

fn parts(time: &Time) -> Vec<(&'static str, String)> {
    [
        ("guest", time.guest_share),
        ("boundary", time.boundary_share),
        ("host", time.host_share),
        ("of it, the host's poll", time.poll_share),
        ("of it, pollbench itself", time.driver_share),
    ]
    .map(|(name, share)| (name, format::percent(share)))
    .to_vec()
}

fn latencies(view: &CellPage) -> Vec<LatencyRow> {
    let row = |name, latency: &Option<Latency>, text: &dyn Fn(u64) -> String| {
        let it = latency.as_ref()?;
        let mut values: Vec<String> = [it.p50, it.p90, it.p99, it.p999, it.max].map(text).to_vec();
        values.push(format::count(it.count));
        Some(LatencyRow { name, values })
    };
    let duration = |it: u64| format::duration(it as f64);
    let rows = [
        row("time", &view.latency, &duration),
        row("polls begun meanwhile", &view.latency_polls, &format::count),
    ];
    rows.into_iter().flatten().collect()
}

fn count(line: &CountLine) -> (&str, String, String) {
    let per_event = line.per_event.map_or("–".into(), format::quantity);
    (&line.name, format::count(line.total), per_event)
}

/// The command that profiles the cell, or shows what it did before it failed.
fn profile(view: &CellPage) -> String {
    let failure = if view.status == Status::Failed { "--failure " } else { "" };
    format!("pollbench profile {failure}record.json#{}", view.number)
}
