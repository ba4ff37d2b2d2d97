//! Servers under load as one self-contained HTML file.

use std::io;
use std::path::Path;

use askama::Template;

use crate::chart::{Chart, live};
use crate::format;
use crate::live::{
    Beside, Entry, LiveRecord, Pair, Scenario, Size, agreement, answers, asked, beside, doubts,
    highest_rates, sizes,
};
use crate::names::harmless;
use crate::record::{Latency, WriteError, write_whole};

use super::details::Fact;
use super::part::Part;
use super::sort_table::{Column, Datum, SortTable};
use super::{RenderError, SCRIPT, style};

/// How much of a text that a stranger chose is shown.
const SHOWN: usize = 200;

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "live.html", blocks = ["main"])]
struct Page<'a> {
    scenario: &'static str,
    latency: &'static str,
    started: &'a str,
    style: String,
    script: &'static str,
    banners: Vec<String>,
    doubts: Vec<String>,
    answers: Vec<String>,
    asked: String,
    highest: Vec<String>,
    cpu: Option<Chart>,
    sections: Vec<Section>,
    simulations: Vec<Simulation>,
    facts: Vec<Fact>,
    command: &'a str,
}

/// A load: its table and its chart.
struct Section {
    anchor: String,
    title: String,
    table: SortTable,
    chart: Option<Chart>,
}

/// A simulated workload beside a load.
struct Simulation {
    sentence: String,
    table: SortTable,
}

/// The whole report: one HTML document with its styles, script and charts inside.
pub fn render(record: &LiveRecord) -> Result<String, RenderError> {
    Ok(page(record)?.render()?)
}

/// What stands in the report, as a part of another page.
pub(super) fn part(record: &LiveRecord) -> Result<Part, RenderError> {
    let page = page(record)?;
    let rest = page.as_main().render()?;
    Ok(Part { banners: page.banners, answer: String::new(), rest })
}

fn page(record: &LiveRecord) -> Result<Page<'_>, RenderError> {
    let sizes = sizes(record);
    Ok(Page {
        scenario: record.scenario.name(),
        latency: record.scenario.latency(),
        started: &record.started,
        style: style(),
        script: SCRIPT,
        // Doubts come behind the answer, for there may be many.
        banners: Vec::new(),
        doubts: doubts(record),
        answers: answers(record),
        asked: asked(record),
        highest: highest_rates(record),
        cpu: live::cpu(record, &sizes)?,
        sections: sizes.iter().map(|it| Section::new(record, it)).collect::<Result<_, _>>()?,
        simulations: beside(record).iter().map(Simulation::new).collect(),
        facts: facts(record),
        command: &record.command,
    })
}

/// Writes the report so that `path` holds either the old file or all of the new one.
pub fn write(record: &LiveRecord, path: &Path) -> Result<(), WriteError> {
    write_whole(path, |file| {
        let page = render(record).map_err(io::Error::other)?;
        file.write_all(page.as_bytes())
    })
}

impl Section {
    fn new(record: &LiveRecord, size: &Size<'_>) -> Result<Self, RenderError> {
        Ok(Self {
            anchor: format!("load-{}-{}", size.connections, size.active),
            title: size.label(),
            table: table(size),
            chart: live::served(record, size)?,
        })
    }
}

impl Simulation {
    fn new(beside: &Beside<'_>) -> Self {
        let columns = ["simulated, an event", "guest CPU, a request", "real over simulated"];
        let row = |pair: &Pair<'_>| {
            vec![
                Datum::text(pair.name()),
                Datum::number(Some(pair.simulated.median), format::duration),
                Datum::number(Some(pair.real.median), format::duration),
                Datum::number(Some(pair.ratio()), format::ratio),
                Datum::text(pair.interval()),
            ]
        };
        let table = SortTable {
            caption: format!("{}: each guest, that with the least real time first", beside.label()),
            columns: [Column::words("guest")]
                .into_iter()
                .chain(columns.map(Column::numbers))
                .chain([Column::words("bounds")])
                .collect(),
            rows: beside.pairs.iter().map(row).collect(),
        };
        Self { sentence: format!("{}: {}.", beside.label(), agreement(beside)), table }
    }
}

fn table(size: &Size<'_>) -> SortTable {
    let columns = [
        "guest CPU a request",
        "± ",
        "of the least",
        "95 % interval",
        "server CPU a request",
        "latency p50",
        "latency p99",
        "latency p99.9",
        "latency most",
        "service p99",
        "replies a second",
        "requests",
    ];
    SortTable {
        caption: format!("{}: each guest, that with the least processor time first", size.label()),
        columns: [Column::words("guest")]
            .into_iter()
            .chain(columns.map(Column::numbers))
            .chain([Column::words("status")])
            .collect(),
        rows: size.entries.iter().map(row).collect(),
    }
}

fn row(entry: &Entry<'_>) -> Vec<Datum> {
    let cell = entry.cell;
    let time = |it: Option<f64>| Datum::number(it, format::duration);
    let latency = |of: fn(&Latency) -> u64| time(cell.latency.as_ref().map(|it| of(it) as f64));
    let cpu = entry.guest_cpu.as_ref();
    let error = cpu.filter(|_| cell.rounds.len() > 1);
    let requests: u64 = cell.rounds.iter().map(|it| it.requests).sum();
    let achieved: Vec<f64> = cell.rounds.iter().map(|it| it.achieved).collect();
    let achieved = (!achieved.is_empty()).then(|| crate::stats::median(&achieved));
    let ratio = match entry.to_least {
        Some(it) => Datum::worded(it.text(), it.value()),
        None => Datum::text("–"),
    };
    let interval = entry.to_least.and_then(|it| it.interval());
    vec![
        Datum::text(entry.name()),
        time(cpu.map(|it| it.median)),
        Datum::number(error.map(|it| (it.high - it.low) / 2.0 / it.median), format::percent),
        ratio,
        Datum::text(interval.unwrap_or_else(|| "–".into())),
        time(entry.server_cpu.as_ref().map(|it| it.median)),
        latency(|it| it.p50),
        latency(|it| it.p99),
        latency(|it| it.p999),
        latency(|it| it.max),
        time(cell.service.as_ref().map(|it| it.p99 as f64)),
        Datum::number(achieved, format::quantity),
        Datum::count(requests),
        Datum::text(entry.status()),
    ]
}

fn timers(record: &LiveRecord) -> String {
    match (record.scenario, record.settings.longest_delay_seconds) {
        (Scenario::Echo | Scenario::Http, _) => "none".into(),
        (Scenario::Timers, Some(longest)) => {
            format!("of up to {}", format::duration(longest * 1e9))
        }
        (Scenario::Timers, None) => {
            "of up to half of the time between two requests of a connection".into()
        }
    }
}

fn facts(record: &LiveRecord) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.into(), value };
    let load = |it: Option<f64>| {
        it.map_or_else(|| "not told by the system".into(), |it| format!("{it:.2}"))
    };
    let settings = &record.settings;
    let kept = record.processors.map_or_else(
        || "both sides shared them".into(),
        |it| {
            let asked = it.upstream.map(|it| format!(", {it} for the server that is asked"));
            let asked = asked.unwrap_or_default();
            format!("{} for the server, {} for the load generator{asked}", it.server, it.load)
        },
    );
    let mut facts = vec![
        fact(
            "requests a second",
            format!("{}{}", format::quantity(settings.rate), settings.arrivals.words()),
        ),
        fact("size of a request", format::bytes(settings.bytes.into())),
        fact("timers", timers(record)),
        fact(
            "rounds",
            format!(
                "{}, each with {} s of warm-up and {} s that were measured",
                settings.rounds, settings.warm_up_seconds, settings.seconds
            ),
        ),
        fact("host", settings.host.to_string()),
        fact("seed", settings.seed.to_string()),
        fact("processors", kept),
        fact("processor", format!("{}, {} cores", record.cpu.model, record.cpu.cores)),
        fact("load before", load(record.load_average.before)),
        fact("load after", load(record.load_average.after)),
        fact("kernel", record.kernel.clone()),
        fact("engine", record.engine.clone()),
        fact("pollbench", record.pollbench.clone()),
    ];
    if let Some(http) = &settings.http {
        facts.push(fact("for each request", format!("the server sends {}", http.words())));
        facts.extend(http.reuse.map(|reuse| {
            let of = "requests that an instance of WASI 0.3 handles";
            fact(of, format!("{}, 16 of them at a time", format::count(reuse.into())))
        }));
    }
    facts.extend(record.guests.iter().map(|guest| {
        let it = &guest.component;
        let (file, size) = (harmless(&it.file, SHOWN), format::bytes(it.bytes));
        fact(&harmless(&guest.name, SHOWN), format!("{file}, {size}, SHA-256 {}", it.sha256))
    }));
    facts
}
