//! Writes a comparison as a table for a terminal.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle, Width};

use super::standing::Standing;
use super::{View, name, only, words};
use crate::comparison::{Cell, Comparison, CountVerdict};
use crate::format;
use crate::table::STYLE;

/// The least width of the columns of guests and workloads, in characters.
const NARROWEST: u16 = 10;
/// The least width of a text on a narrow terminal, in characters.
const LEAST: u16 = 16;
/// The space to the right of a column, including the blank that separates columns.
const GAP: u16 = 2;
/// The indentation of the details of a cell.
const INDENT: usize = 4;
/// Placeholder in the first column for the details of the cell above. That column never
/// contains untrusted text, so the placeholder can't be confused with any.
const MORE: &str = "#";

/// Writes the verdict, the notes, a line for each cell with its changes below, and the
/// conditions.
pub fn render(comparison: &Comparison, view: View) -> String {
    let columns = view.columns;
    let summary = words::summary(comparison);
    let mut text =
        wrapped(&format!("{}: {summary}.", words::outcome(comparison.outcome)), 0, columns);
    for note in &comparison.notes {
        text += &wrapped(&format!("note: {}", name::visible(note)), 0, columns);
    }
    let shown = only::shown(Standing::sorted(&comparison.cells), view.only);
    if !shown.is_empty() {
        text += &format!("\n{}\n", cells(shown, comparison, columns));
    }
    if let Some(hidden) = only::hidden(&comparison.cells, view.only) {
        text += &format!("{}\n", wrapped(&format!("{hidden}."), 0, columns));
    }
    for line in conditions(comparison) {
        text += &wrapped(&line, 0, columns);
    }
    text
}

fn conditions(comparison: &Comparison) -> Vec<String> {
    let mut lines = vec![
        format!("base: {}", words::side(&comparison.base)),
        format!("candidate: {}", words::side(&comparison.candidate)),
    ];
    lines.extend(comparison.timing.iter().map(|it| format!("CPU time: {}", words::conditions(it))));
    lines.push(format!("again: {}", name::visible(&comparison.command)));
    lines
}

fn cells(cells: Vec<&Cell>, comparison: &Comparison, columns: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["verdict", "guest", "workload", "pollables", "time"]);
    for cell in &cells {
        let identity = &cell.identity;
        table.add_row([
            Standing::of(cell).word().to_owned(),
            name::guests(identity),
            name::workload(identity, &comparison.cells),
            format::count(identity.pollables.into()),
            cell.timing.as_ref().map_or("-".into(), words::time),
        ]);
        table.add_row([MORE]);
    }
    arrange(&mut table, columns);
    let mut details = cells.into_iter().map(|cell| details(cell, columns));
    let mut text = String::new();
    for line in table.lines() {
        if line.starts_with(MORE) {
            text += &details.next().unwrap_or_default();
        } else {
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

/// Sets the columns' widths: the last column takes the rest, and names are narrowed to make
/// room for it.
fn arrange(table: &mut Table, columns: Option<usize>) {
    let mut widths = table.column_max_content_widths();
    if let (Some(columns), [verdict, guest, workload, pollables, time]) = (columns, &mut *widths) {
        let columns = u16::try_from(columns).unwrap_or(u16::MAX);
        let left = columns.saturating_sub(*verdict + *pollables + 5 * GAP - 1);
        let names = left.saturating_sub((*time).min(LEAST)).max(2 * NARROWEST);
        while guest.saturating_add(*workload) > names {
            *(if guest > workload { &mut *guest } else { &mut *workload }) -= 1;
        }
        *time = (*time).min(left.saturating_sub(*guest + *workload).max(LEAST));
    }
    for (column, width) in table.column_iter_mut().zip(widths) {
        column.set_padding((0, GAP - 1));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(
            width.saturating_add(GAP - 1),
        )));
    }
    if let Some(pollables) = table.column_mut(3) {
        pollables.set_cell_alignment(CellAlignment::Right);
    }
}

/// The details of a cell: why it can't be compared, and the times and counts that changed.
fn details(cell: &Cell, columns: Option<usize>) -> String {
    let mut lines: Vec<String> = cell.problem.iter().map(words::problem).collect();
    if let Some(timing) = &cell.timing {
        use Standing::{Faster, OverLimit, Slower};
        if matches!(Standing::of(cell), Slower | OverLimit | Faster) {
            lines.push(format!("time {}", words::times(timing)));
        }
        lines.extend(words::why_not(timing).map(|it| format!("can't tell: {it}")));
    }
    let changed = cell.counts.iter().filter(|it| it.verdict != CountVerdict::Equal);
    lines.extend(changed.map(|it| format!("{} {}", words::count_verdict(it), words::count(it))));
    lines.iter().map(|line| wrapped(line, INDENT, columns)).collect()
}

/// A text wrapped at the terminal's width, ending with a line break.
fn wrapped(text: &str, indent: usize, columns: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().content_lines(comfy_table::ContentLineStyle::none()));
    table.add_row([text]);
    if let Some(columns) = columns {
        let width = u16::try_from(columns.saturating_sub(indent)).unwrap_or(u16::MAX);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(LEAST));
    }
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    let lines = table.lines();
    lines.map(|line| format!("{:indent$}{}\n", "", line.trim_end())).collect()
}
