use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table};
use itertools::Itertools as _;
use pollbench_history::{Conditions, Filter, Listed, Page, Run};
use pollbench_reports::document::Kind;
use pollbench_reports::format;
use pollbench_reports::names::shown;
use pollbench_reports::table::STYLE;
use serde::Serialize;

use super::filter::FilterArguments;
use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::Exit;
use crate::cli::{Done, streams, timestamp};

#[derive(Args)]
pub struct ListArguments {
    /// Show so many runs at most.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u64,
    /// Pass over so many of the newest runs.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    offset: u64,
    /// Only runs whose record is of this kind: run (of a matrix), tuning, profile or live.
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// What to print.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    filter: FilterArguments,
}

/// How runs are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each run.
    Table,
    /// An array of objects, with all that is known of the runs.
    Json,
}

/// Shows runs, the newest first.
pub fn list(arguments: &ListArguments) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    let filter = Filter { kind: arguments.kind, ..arguments.filter.filter(&opened)? };
    let page = Page { offset: arguments.offset, limit: arguments.limit };
    let listed = opened.wait(opened.history.list(&filter, page))?;
    streams::print(&match arguments.format {
        Format::Table => table(&listed, page),
        Format::Json => json(&listed),
    })?;
    Ok(Exit::Fine)
}

/// As much of a commit as is shown, in characters.
const COMMIT: usize = 12;
/// As much of a branch, of tags and of a subject as is shown.
const TEXT: usize = 50;

fn table(listed: &Listed, page: Page) -> String {
    let Listed { runs, total } = listed;
    let first = page.offset.saturating_add(1);
    let total = format::count(*total);
    if runs.is_empty() {
        return format!("there are {total} such runs, and none from number {first} on\n");
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_header(HEADER);
    table.add_rows(runs.iter().map(row));
    for number in [0, 5, 6] {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let last = page.offset + runs.len() as u64;
    format!("{}\n\n{first} to {last} of {total}\n", table.trim_fmt())
}

const HEADER: [&str; 9] =
    ["run", "time", "kind", "commit", "branch", "cells", "failed", "tags", "subject"];

fn row(run: &Run) -> [String; 9] {
    let text = |text: &Option<String>, most| shown(text.as_deref().unwrap_or("-"), most);
    [
        run.id.to_string(),
        timestamp(run.time),
        run.kind.to_string(),
        match &run.commit {
            // This is what can be asked for, and so it has no dots at its end.
            Some(commit) if commit.chars().all(|it| it.is_ascii_hexdigit()) => {
                commit.chars().take(COMMIT).collect()
            }
            commit => text(commit, COMMIT),
        },
        text(&run.branch, TEXT),
        format::count(run.cells),
        format::count(run.failed),
        shown(&run.tags.join(", "), TEXT),
        text(&run.subject, TEXT),
    ]
}

/// A run as an object.
#[derive(Serialize)]
struct Row<'a> {
    run: i64,
    kind: Kind,
    title: Option<&'a str>,
    digest: &'a str,
    time: String,
    added: String,
    commit: Option<&'a str>,
    branch: Option<&'a str>,
    subject: Option<&'a str>,
    tags: &'a [String],
    interrupted: bool,
    cells: u64,
    failed: u64,
    conditions: &'a Conditions,
}

fn json(listed: &Listed) -> String {
    let rows = listed.runs.iter().map(|run| Row {
        run: run.id.0,
        kind: run.kind,
        title: run.title.as_deref(),
        digest: &run.digest,
        time: run.time.to_string(),
        added: run.added.to_string(),
        commit: run.commit.as_deref(),
        branch: run.branch.as_deref(),
        subject: run.subject.as_deref(),
        tags: &run.tags,
        interrupted: run.interrupted,
        cells: run.cells,
        failed: run.failed,
        conditions: &run.conditions,
    });
    let text = serde_json::to_string_pretty(&rows.collect_vec());
    text.expect("texts and numbers are JSON") + "\n"
}
