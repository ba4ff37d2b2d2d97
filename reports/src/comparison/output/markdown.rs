//! GitHub-flavoured Markdown for a job's summary: the verdict, the cells, and the
//! rest folded.

use super::standing::Standing;
use super::{Only, name, numbers, only, words};
use crate::comparison::{Cell, Comparison, Count, CountVerdict, Side};
use crate::format;

pub fn render(comparison: &Comparison, only: Option<Only>) -> String {
    let word = words::outcome(comparison.outcome);
    let mut text =
        format!("### pollbench: {word}\n\n{}.\n\n", sentence(&words::summary(comparison)));
    if !comparison.notes.is_empty() {
        let notes: Vec<String> = comparison.notes.iter().map(|it| escape(it)).collect();
        text += &format!("> {}\n\n", notes.join("\n>\n> "));
    }
    let shown = only::shown(Standing::sorted(&comparison.cells), only);
    if !shown.is_empty() {
        text += &cells(&shown, comparison);
    }
    if let Some(hidden) = only::hidden(&comparison.cells, only) {
        text += &format!("\n{}.\n", escape(&hidden));
    }
    let shown = only::shown(&comparison.cells, only);
    text += &folded("Counts that changed", changed(&shown, comparison));
    text + &folded("Conditions", conditions(comparison))
}

fn cells(cells: &[&Cell], comparison: &Comparison) -> String {
    let rows = cells.iter().map(|cell| {
        let time = cell.timing.as_ref().map(|it| escape(&words::whole_time(it)));
        let problem = cell.problem.as_ref().map(|it| escape(&words::problem(it)));
        let mut row = vec![escape(Standing::of(cell).word())];
        row.extend(which(cell, comparison));
        row.extend([problem.or(time).unwrap_or_else(|| "-".into()), counts(&cell.counts)]);
        row
    });
    table(&["verdict", "guest", "workload", "pollables", "time", "counts"], rows)
}

/// Guest, workload and size.
fn which(cell: &Cell, comparison: &Comparison) -> [String; 3] {
    let identity = &cell.identity;
    [
        escape(&name::guests(identity)),
        escape(&name::workload(identity, &comparison.cells)),
        format::count(identity.pollables.into()),
    ]
}

/// The counts beyond their limits, and how many others changed.
fn counts(counts: &[Count]) -> String {
    let is = |verdict| move |it: &&Count| it.verdict == verdict;
    let mut said: Vec<String> =
        counts.iter().filter(is(CountVerdict::Worse)).map(|it| escape(&words::count(it))).collect();
    let others = counts.len() - said.len() - counts.iter().filter(is(CountVerdict::Equal)).count();
    match (others, said.is_empty()) {
        (0, true) if counts.is_empty() => said.push("-".into()),
        (0, true) => said.push("equal".into()),
        (0, false) => {}
        (_, true) => said.push(format!("{others} changed")),
        (_, false) => said.push(format!("{others} more changed")),
    }
    said.join("<br>")
}

fn changed(cells: &[&Cell], comparison: &Comparison) -> String {
    let rows = cells.iter().flat_map(|cell| {
        let changed = cell.counts.iter().filter(|it| it.verdict != CountVerdict::Equal);
        changed.map(|count| {
            let (base, candidate) = numbers::both(count);
            let limit = words::limit(count.limit.as_deref(), count.why.as_deref());
            let mut row = which(cell, comparison).to_vec();
            row.extend([
                escape(count.metric.name()),
                base,
                candidate,
                numbers::change(count),
                escape(words::count_verdict(count)),
                escape(limit.as_deref().unwrap_or("-")),
            ]);
            row
        })
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "guest",
        "workload",
        "pollables",
        "count",
        "base",
        "candidate",
        "change",
        "verdict",
        "limit",
    ];
    table(&header, rows)
}

fn conditions(comparison: &Comparison) -> String {
    let Comparison { base, candidate, .. } = comparison;
    let row = |what: &str, of: fn(&Side) -> String| vec![what.to_owned(), of(base), of(candidate)];
    let rows = [
        row("label", |it| escape(&it.label)),
        row("pollbench", |it| escape(&it.pollbench)),
        row("engine", |it| escape(&it.engine)),
        row("guests", guests),
    ];
    let mut text = table(&["", "base", "candidate"], rows);
    if let Some(timing) = &comparison.timing {
        text += &format!("\nCPU time: {}.\n", escape(&words::conditions(timing)));
    }
    // A block indented by four blanks needs no fence, so nothing in it can end it.
    text + &format!(
        "\nStarted {}; repeat it with:\n\n    {}\n",
        escape(&comparison.started),
        name::visible(&comparison.command).trim_start()
    )
}

fn guests(side: &Side) -> String {
    let guest = |it: &crate::comparison::SideGuest| {
        let sha256: String = it.sha256.chars().take(12).collect();
        escape(&format!("{} {sha256}, {}", it.name, it.compiler))
    };
    let all: Vec<String> = side.guests.iter().map(guest).collect();
    if all.is_empty() { "-".into() } else { all.join("<br>") }
}

/// A table whose cells are Markdown already.
fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let header: Vec<String> = header.iter().map(|it| it.to_string()).collect();
    let mut text = line(&header) + &line(&vec!["---".into(); header.len()]);
    for row in rows {
        text += &line(&row);
    }
    text
}

/// A section that is folded until the reader opens it; empty contents give an empty text.
fn folded(title: &str, contents: String) -> String {
    if contents.is_empty() {
        return contents;
    }
    format!("\n<details>\n<summary>{title}</summary>\n\n{contents}\n</details>\n")
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    escape(&(first + characters.as_str()))
}

/// Escapes text so that Markdown shows it unchanged, in one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in name::visible(text).chars() {
        if "\\`*_[]<>|~&#@$!".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
