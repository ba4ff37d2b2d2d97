//! A trace as one self-contained HTML file: what is wrong, every wait on a timeline, and which
//! functions take the component's time.

use std::io;
use std::path::Path;

use askama::Template;

use crate::answer::{Span, Words};
use crate::format;
use crate::names::{harmless, shown};
use crate::profile::flame::{Flame, Unit};
use crate::record::{WriteError, write_whole};
use crate::trace::text::{functions, seen, verdict};
use crate::trace::{Finding, SampledFunctions, Times, TraceRecord, Waits, standing_out};

use super::RenderError;
use super::details::Fact;
use super::flame::FlameFigure;
use super::parts::PartRow;
use super::profile::functions::{long_names, table};
use super::sort_table::{Column, Datum, SortTable};
use super::timeline::{self, MOST_TURNS, ShownTimeline, caption, style};

/// How much of a text that a stranger chose is shown.
const SHOWN: usize = 400;

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "trace.html")]
struct Page<'a> {
    title: String,
    started: String,
    style: String,
    script: String,
    banners: Vec<String>,
    verdict: String,
    functions: Option<Words>,
    findings: &'a [Finding],
    parts: Vec<PartRow>,
    turns: Option<ShownTimeline<'static>>,
    flame: Option<FlameFigure>,
    function_table: Option<SortTable>,
    long_names: Vec<String>,
    seen: Vec<Fact>,
    facts: Vec<Fact>,
    command: &'a str,
}

/// The whole report: one HTML document with its styles, scripts, flame graph and waits inside.
///
/// # Errors
///
/// If it can't be put together, which is not expected.
pub fn render(record: &TraceRecord, waits: &Waits) -> Result<String, RenderError> {
    let sampled = record.functions.as_ref().filter(|it| it.tree.total() > 0);
    let page = Page {
        title: shown(&record.component.file, SHOWN),
        started: shown(&record.started, 60),
        style: style(),
        script: timeline::script(include_str!("../../templates/trace/waits.js")),
        banners: banners(waits),
        verdict: verdict(record),
        functions: functions(record),
        findings: &record.findings,
        parts: parts(&record.time),
        turns: (!waits.list.is_empty()).then(|| calls(waits)),
        flame: sampled.and_then(flame).map(|it| FlameFigure::new(&it)).transpose()?,
        function_table: sampled.map(|it| table(&it.functions, &it.tree, Unit::Samples, 0)),
        long_names: sampled.map_or_else(Vec::new, |it| long_names(&it.functions)),
        seen: seen(record)
            .into_iter()
            .map(|(name, value)| Fact { name: name.into(), value })
            .collect(),
        facts: facts(record),
        command: &record.command,
    };
    Ok(page.render()?)
}

/// Writes the report so that `path` holds either the old file or all of the new one.
///
/// # Errors
///
/// If it can't be written.
pub fn write(record: &TraceRecord, waits: &Waits, path: &Path) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render(record, waits).map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}

fn banners(waits: &Waits) -> Vec<String> {
    let lost = (waits.lost > 0).then(|| {
        let lost = format::count(waits.lost);
        format!("The first {lost} events are not in the timeline, for there was no room for them; --output-limit makes more.")
    });
    let kept = waits.list.len() as u64;
    let left_out = (kept < waits.all).then(|| {
        let [kept, all] = [kept, waits.all].map(format::count);
        format!("The timeline has the first {kept} of {all} calls.")
    });
    lost.into_iter().chain(left_out).collect()
}

fn flame(sampled: &SampledFunctions) -> Option<Flame> {
    Flame::of_tree("component", &sampled.functions, &sampled.tree, Unit::Samples)
}

fn parts(times: &Times) -> Vec<PartRow> {
    let parts = [
        ("blocked: nothing was to do", "of-waiting", times.blocked),
        ("component", "of-guest", times.guest),
        ("boundary and other host calls", "of-boundary", times.boundary),
        ("host: polls and clocks", "of-host", times.host),
    ];
    // A very small part may be negative after the cost of observing was subtracted.
    let all: f64 = parts.iter().map(|(_, _, time)| time.max(0.0)).sum();
    if all == 0.0 {
        return Vec::new();
    }
    let part = |(name, class, time): (_, _, f64)| {
        let time = time.max(0.0);
        PartRow::new(name, class, time, time / all)
    };
    parts.into_iter().map(part).collect()
}

fn calls(waits: &Waits) -> ShownTimeline<'static> {
    let count = waits.list.len() as u64;
    let when_near = ", the wait before the work though both may take turns";
    ShownTimeline::new(count, waits.pack(), &standing_out(waits), when_near, first_calls(waits))
}

fn first_calls(waits: &Waits) -> SortTable {
    let columns = [
        "call",
        "begins at",
        "handles",
        "ready",
        "pollables alive",
        "blocked",
        "host's work",
        "until the next",
        "other calls",
        "looks of no use",
    ];
    let rows = waits.list.iter().take(MOST_TURNS).enumerate().map(|(index, wait)| {
        let duration = |it: u64| Datum::number(Some(it as f64), format::duration);
        vec![
            Datum::count(index as u64 + 1),
            duration(wait.start),
            Datum::count(wait.handles.into()),
            Datum::count(wait.ready.into()),
            Datum::count(wait.alive.into()),
            duration(wait.blocked),
            duration(wait.worked),
            duration(wait.after),
            Datum::count(wait.calls),
            Datum::count(wait.wasted.into()),
        ]
    });
    SortTable {
        caption: caption(waits.list.len()),
        columns: columns.map(Column::numbers).into(),
        rows: rows.collect(),
    }
}

fn facts(record: &TraceRecord) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.into(), value };
    let component = &record.component;
    let mut facts = vec![
        fact("component", harmless(&component.file, SHOWN)),
        fact("size", format::bytes(component.bytes)),
        fact("SHA-256", component.sha256.clone()),
        fact("network", harmless(&record.network, SHOWN)),
        fact(
            "pollbench's own work",
            format::duration(record.time.observation.max(0.0)) + ", subtracted",
        ),
        fact("engine", record.engine.clone()),
        fact("pollbench", record.pollbench.clone()),
        fact("started", record.started.clone()),
        fact("trace schema", record.trace_schema.to_string()),
    ];
    if let Some(sampled) = &record.functions {
        let samples = format::count(sampled.tree.total());
        let period = format::duration(sampled.period_ns as f64);
        facts.push(fact(
            "samples of the stack",
            format!("{samples}, one every {period} of the component's own time"),
        ));
    }
    facts
}
