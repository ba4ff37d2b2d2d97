//! Servers under load as text for a terminal: a table for each load, then the answer in words.

use comfy_table::{CellAlignment, Table};

use super::record::{LiveRecord, Scenario};
use super::simulated::{Beside, beside};
use super::size::{Entry, Size, sizes};
use super::words::{agreement, answers, doubts, highest_rates};
use crate::format::{duration, percent, ratio};
use crate::shown::Shown;
use crate::table::STYLE;

/// The heads of the columns behind the name.
const HEADS: [&str; 9] = [
    "guest CPU /\nrequest",
    "\n±",
    "of the\nleast",
    "server CPU /\nrequest",
    "latency\np50",
    "\np99",
    "\np99.9",
    "service\np99",
    "\nstatus",
];

impl Shown for LiveRecord {
    const CALLED: &'static str = "what was measured";

    fn text(&self) -> String {
        render(self)
    }
}

/// Renders a record.
fn render(record: &LiveRecord) -> String {
    let settings = &record.settings;
    let mut text = String::new();
    for size in sizes(record) {
        text += &format!(
            "{}: {}; {}\n\n{}\n\n",
            record.scenario.name(),
            size.label(),
            settings.requests(),
            table(&size).trim_fmt()
        );
    }
    let beside = beside(record);
    for it in &beside {
        text +=
            &format!("{}, beside real sockets\n\n{}\n\n", it.label(), simulation(it).trim_fmt());
    }
    if record.scenario == Scenario::Timers {
        text += "Latency is how late timers are, with the way to the server and back.\n";
    }
    if let Some(http) = &settings.http {
        text += &format!("For each request the server sends {}.\n", http.words());
    }
    answers(record).iter().for_each(|it| text += &format!("{it}.\n"));
    highest_rates(record).iter().for_each(|it| text += &format!("{it}.\n"));
    for it in &beside {
        text += &format!("{}: {}.\n", it.label(), agreement(it));
    }
    doubts(record).iter().for_each(|it| text += &format!("Warning: {it}\n"));
    text
}

fn table(size: &Size<'_>) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(std::iter::once("\nguest").chain(HEADS));
    for entry in &size.entries {
        table.add_row(row(entry));
    }
    let last = HEADS.len();
    for (index, column) in table.column_iter_mut().enumerate() {
        let is_text = index == 0 || index == last;
        column.set_padding((0, 1));
        column.set_cell_alignment(if is_text { CellAlignment::Left } else { CellAlignment::Right });
    }
    table
}

fn simulation(beside: &Beside<'_>) -> Table {
    let mut table = Table::new();
    let head = ["guest", "simulated", "guest CPU", "real over\nsimulated", "bounds"];
    table.load_style(STYLE).set_header(head);
    for pair in &beside.pairs {
        table.add_row([
            pair.name(),
            duration(pair.simulated.median),
            duration(pair.real.median),
            ratio(pair.ratio()),
            pair.interval(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(entry: &Entry<'_>) -> Vec<String> {
    let none = || "-".to_owned();
    let time = |it: Option<f64>| it.map_or_else(none, duration);
    let cell = entry.cell;
    let latency = cell.latency.as_ref();
    let error = entry.guest_cpu.as_ref().map(|it| (it.high - it.low) / 2.0 / it.median);
    vec![
        entry.name(),
        time(entry.guest_cpu.as_ref().map(|it| it.median)),
        error
            .filter(|_| cell.rounds.len() > 1)
            .map_or_else(none, |it| percent(it).replace(' ', "")),
        entry.to_least.map_or_else(none, |it| it.text()),
        time(entry.server_cpu.as_ref().map(|it| it.median)),
        time(latency.map(|it| it.p50 as f64)),
        time(latency.map(|it| it.p99 as f64)),
        time(latency.map(|it| it.p999 as f64)),
        time(cell.service.as_ref().map(|it| it.p99 as f64)),
        entry.status().into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::HttpSettings;
    use super::super::tests::{cell, record};
    use super::*;

    #[test]
    fn timers_say_what_latency_is() {
        let echo = record(vec![cell("slab-list", 1_000, &[5e4; 7])]);
        let timers = LiveRecord { scenario: Scenario::Timers, ..echo.clone() };
        assert!(render(&timers).starts_with("timers: 1,000 connections"));
        assert!(render(&timers).contains("Latency is how late timers are"));
        assert!(!render(&echo).contains("how late timers are"));
    }

    #[test]
    fn handlers_say_what_they_ask_another_server_for() {
        let mut http = record(vec![cell("slab-list", 100, &[5e4; 7])]);
        http.scenario = Scenario::Http;
        for (awaited, words) in [
            ("all", "sends 1,000 requests of its own, of which it awaits all by one task"),
            (
                "any",
                "of which it awaits the first to be answered; they are answered within 10.0 ms",
            ),
            ("each", "of which it awaits each by a task of its own"),
            ("\u{1b}", "of which it awaits "),
        ] {
            let awaited = awaited.to_string();
            http.settings.http = Some(HttpSettings {
                requests: 1_000,
                awaited,
                longest_delay_seconds: 0.01,
                reuse: None,
            });
            let text = render(&http);
            assert!(text.contains(words) && !text.contains('\u{1b}'), "no {words:?} in {text}");
            let asked = super::super::asked(&http);
            assert!(asked.contains("for each the server sends 1,000"), "{asked}");
        }
        http.settings.http = Some(HttpSettings {
            requests: 1,
            awaited: "all".into(),
            longest_delay_seconds: 0.0,
            reuse: None,
        });
        let words = "sends 1 request of its own, whose answer it awaits; they are answered at once";
        assert!(render(&http).contains(words));
    }

    #[test]
    fn every_guest_has_a_row_and_what_is_unknown_a_dash() {
        let mut failed = cell("failed", 1_000, &[]);
        failed.failure = Some("it has closed connection 3".into());
        let text = render(&record(vec![
            cell("slab-list", 1_000, &[5e4; 7]),
            cell("vector-scan", 1_000, &[1e5; 7]),
            failed,
        ]));
        for words in [
            "echo: 1,000 connections, 1 of them active; 100 requests of 64 bytes a second",
            "50.0 µs",
            "2.00x",
            "1.00x",
            "failed",
            "Warning: failed, 1,000 connections, 1 of them active: failed: it has closed connection 3",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        let failed = text.lines().find(|it| it.trim_start().starts_with("failed ")).unwrap();
        assert_eq!(failed.split(' ').filter(|it| *it == "-").count(), 8, "{text}");
    }
}
