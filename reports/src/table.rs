//! The record as aligned text for a terminal.

use comfy_table::{
    Cell as TableCell, CellAlignment, ColumnConstraint, ContentLineStyle, LineStyle, Table,
    TableStyle, Width,
};

use crate::answer::answers;
use crate::format;
use crate::hosts;
use crate::matrix::{Configuration, Entry, Figures, Matrix, Ratio, Size};
use crate::record::Record;
use crate::runs;

/// The columns after the guest's name, in two lines.
const COLUMNS: [&str; 10] = [
    "time /\nevent",
    "\n±",
    "of the\nbest",
    "of\nbare",
    "time /\npoll",
    "handles\n/event",
    "fuel\n/event",
    "\np50",
    "\np99",
    "\nstatus",
];

/// Rules above and below the header, and nothing else.
pub(crate) const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// Columns to do without where the terminal is too narrow for all, in this order:
/// fuel, handles, ns per poll, p50, p99, ±.
const EXPENDABLE: [usize; 6] = [7, 6, 5, 8, 9, 2];

/// Where a guest's name is wrapped.
const NAME_WIDTH: u16 = 24;
/// The space right of a column.
const PADDING: u16 = 1;
/// With the blank that separates columns.
const GAP: u16 = PADDING + 1;

/// One table for each workload configuration, best guest first at each size, then
/// the answers in words. `width` is the terminal's, in columns; `None` lets
/// every line be as long as it needs to be.
pub fn render(record: &Record, width: Option<usize>) -> String {
    let mut text = String::new();
    let matrix = Matrix::new(record);
    for configuration in &matrix.configurations {
        text += &configuration_table(configuration, width);
        text.push('\n');
    }
    text += &hosts::render(&matrix, STYLE).unwrap_or_default();
    for answer in answers(record) {
        text += &format!("{}: {}.\n", answer.configuration, answer.words);
        for words in answer.crossovers {
            text += &format!("{}: {words}.\n", answer.configuration);
        }
    }
    if let Some(note) = runs::note(record) {
        text += &format!("{note}\n");
        runs::lines(record).iter().for_each(|line| text += &format!("{}\n", one_line(line)));
    }
    if record.interrupted {
        text += "The run was interrupted: cells are missing.\n";
    }
    text.chars().map(|it| if it == '\n' { it } else { visible(it) }).collect()
}

fn configuration_table(configuration: &Configuration, width: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(std::iter::once("\nguest").chain(COLUMNS));
    let mut explanations = String::new();
    for size in &configuration.sizes {
        table.add_row([format!("N = {}", format::count(size.pollables.into()))]);
        for entry in &size.entries {
            table.add_row(row(entry, size));
            explanations += &explanation(entry, size);
        }
    }
    arrange(&mut table, width);
    format!("{}\n\n{}\n{explanations}", configuration.label, table.trim_fmt())
}

/// Numbers stand right and are never broken; columns go where there is no room.
fn arrange(table: &mut Table, width: Option<usize>) {
    let mut widths = table.column_max_content_widths();
    widths[0] = widths[0].min(NAME_WIDTH);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, PADDING));
        let is_text = index == 0 || index == COLUMNS.len();
        column.set_cell_alignment(if is_text { CellAlignment::Left } else { CellAlignment::Right });
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(widths[index] + PADDING)));
    }
    let mut needed: usize = widths.iter().map(|&width| usize::from(width + GAP)).sum();
    for index in EXPENDABLE {
        if width.is_some_and(|width| needed > width + usize::from(GAP))
            && let Some(column) = table.column_mut(index)
        {
            column.set_constraint(ColumnConstraint::Hidden);
            needed -= usize::from(widths[index] + GAP);
        }
    }
}

fn row(entry: &Entry, size: &Size) -> Vec<TableCell> {
    let figures = Figures::new(entry, size);
    let duration = |value: Option<f64>| or_dash(value.map(format::duration));
    let quantity = |value: Option<f64>| or_dash(value.map(format::quantity));
    let ratio =
        |value: Option<Ratio>, is_itself: bool| or_dash(value.map(|it| mark(it, is_itself)));
    [
        format!("  {}", entry.variant.label),
        duration(figures.ns_per_event),
        or_dash(figures.relative_error.map(format::percent)).replace(' ', ""),
        ratio(figures.to_best, figures.is_best),
        ratio(figures.to_floor, entry.variant.is_floor()),
        duration(figures.ns_per_poll),
        quantity(figures.handles_per_event),
        quantity(figures.fuel_per_event),
        duration(figures.latency_p50.map(|it| it as f64)),
        duration(figures.latency_p99.map(|it| it as f64)),
        status(entry),
    ]
    .map(TableCell::new)
    .into()
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".into())
}

/// A guest that is held against itself can't be told apart, which goes without saying.
fn mark(ratio: Ratio, is_itself: bool) -> String {
    if is_itself { format::ratio(ratio.value) } else { ratio.to_string() }
}

fn status(entry: &Entry) -> String {
    match (&entry.cell.failure, entry.failed()) {
        (Some(failure), true) => format!("failed:\n{}", failure.kind),
        (None, true) => "failed".into(),
        (_, false) if entry.not_supported() => "not\nsupported".into(),
        (_, false) if entry.time().is_none() => "not timed".into(),
        (_, false) => "ok".into(),
    }
}

/// Why there are no numbers, below the table.
fn explanation(entry: &Entry, size: &Size) -> String {
    let why = match (&entry.cell.failure, &entry.cell.not_supported) {
        (Some(failure), _) if entry.failed() => {
            format!("failed: {}: {}", failure.kind, failure.message)
        }
        (_, Some(reason)) if entry.not_supported() => format!("not supported: {reason}"),
        _ => return String::new(),
    };
    let why = one_line(&why);
    let pollables = format::count(size.pollables.into());
    format!("{}, {pollables} pollables: {why}\n", entry.variant.label)
}

fn one_line(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Takes from strangers' words the power to move the cursor, or to start a line.
fn visible(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}
