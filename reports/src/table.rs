//! The record as aligned text for a terminal.

use comfy_table::{
    Cell as TableCell, CellAlignment, ColumnConstraint, ContentLineStyle, LineStyle, Table,
    TableStyle, Width,
};

use crate::answer::answers_of;
use crate::format;
use crate::host_comparison;
use crate::matrix::{Configuration, Entry, Figures, Matrix, Ratio, Size, Verdict, Why};
use crate::names;
use crate::record::Record;
use crate::runs;
use crate::warnings::warnings;

/// A column after the guest's name.
struct Column {
    /// The header, in two lines.
    title: &'static str,
    /// The text that it shows for an entry, if any.
    show: fn(&Entry, &Figures) -> Option<String>,
    /// In which order columns are left out if the terminal is too narrow: the highest
    /// number first; 0 is never left out.
    expendable: u8,
    /// Whether it is also left out if no cell has a value for it.
    optional: bool,
}

impl Column {
    const fn new(
        title: &'static str,
        expendable: u8,
        show: fn(&Entry, &Figures) -> Option<String>,
    ) -> Self {
        Self { title, show, expendable, optional: false }
    }

    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// Shown instead of the uncertainty of a time that was measured only once.
const UNKNOWN: &str = "?";

const COLUMNS: [Column; 15] = [
    Column::new("time /\nevent", 0, |_, it| time(it)),
    Column::new("\n±", 1, |_, it| match it.is_single {
        true => Some(UNKNOWN.into()),
        false => it.relative_error.map(|it| format::percent(it).replace(' ', "")),
    }),
    Column::new("of the\nbest", 0, |_, it| it.to_best.map(|ratio| mark(ratio, it.is_best))),
    Column::new("of\nbare", 0, |entry, it| {
        it.to_floor.map(|ratio| match entry.variant.is_floor() {
            true => format::ratio(ratio.value),
            false => ratio.to_string(),
        })
    }),
    Column::new("\ngross", 10, |_, it| it.gross_ns_per_event.map(format::duration)).optional(),
    Column::new("\ndriver", 11, |_, it| it.driver_ns_per_event.map(format::duration)).optional(),
    Column::new("time /\npoll", 4, |_, it| it.ns_per_poll.map(format::duration)),
    Column::new("handles\n/event", 5, |_, it| it.handles_per_event.map(format::quantity)),
    Column::new("looks\n/event", 7, |_, it| it.looks_per_event.map(format::quantity)).optional(),
    Column::new("fuel\n/event", 6, |_, it| it.fuel_per_event.map(format::quantity)),
    Column::new("\np50", 3, |_, it| it.latency_p50.map(|it| format::duration(it as f64))),
    Column::new("\np99", 2, |_, it| it.latency_p99.map(|it| format::duration(it as f64))),
    Column::new("late\np99", 8, |_, it| it.lateness_p99.map(|it| format::duration(it as f64)))
        .optional(),
    Column::new("still\nwaiting", 9, |_, it| it.still_waiting.map(format::count)).optional(),
    Column::new("\nstatus", 0, |entry, _| Some(status(entry))),
];

/// Rules above and below the header, and nothing else.
pub const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// The width at which a guest's name is wrapped, in characters.
const NAME_WIDTH: u16 = 24;
/// The space to the right of a column, in characters.
const PADDING: u16 = 1;
/// The padding and the blank that separates columns.
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
    text += &host_comparison::render(&matrix, STYLE).unwrap_or_default();
    for answer in answers_of(&matrix, record) {
        text += &format!("{}: {}.\n", answer.configuration, answer.words);
        for words in answer.crossovers {
            text += &format!("{}: {words}.\n", answer.configuration);
        }
    }
    for warning in warnings(record) {
        text += &format!("Warning: {warning}\n");
    }
    if let Some(note) = runs::note(record) {
        text += &format!("{note}\n");
        runs::lines(record).iter().for_each(|line| text += &format!("{}\n", one_line(line)));
    }
    if record.interrupted {
        text += "The run was interrupted: cells are missing.\n";
    }
    text.chars().map(|it| if it.is_control() && it != '\n' { ' ' } else { it }).collect()
}

fn configuration_table(configuration: &Configuration, width: Option<usize>) -> String {
    let columns = columns_of(configuration);
    let titles = columns.iter().map(|it| it.title);
    let mut table = Table::new();
    table.load_style(STYLE).set_header(std::iter::once("\nguest").chain(titles));
    let mut explanations = String::new();
    for size in &configuration.sizes {
        table.add_row([format!("N = {}", format::count(size.pollables.into()))]);
        for entry in &size.entries {
            table.add_row(row(entry, size, &columns));
            explanations += &explanation(entry, size);
        }
        explanations += &doubts(size);
    }
    arrange(&mut table, &columns, width);
    format!("{}\n\n{}\n{explanations}", configuration.label, table.trim_fmt())
}

fn columns_of(configuration: &Configuration) -> Vec<&'static Column> {
    let has = |column: &Column| {
        configuration.sizes.iter().any(|size| {
            let mut entries = size.entries.iter();
            entries.any(|entry| (column.show)(entry, &Figures::new(entry, size)).is_some())
        })
    };
    COLUMNS.iter().filter(|column| !column.optional || has(column)).collect()
}

/// Aligns numbers to the right, never wraps them, and hides columns for which there is no
/// room.
fn arrange(table: &mut Table, columns: &[&Column], width: Option<usize>) {
    let mut widths = table.column_max_content_widths();
    widths[0] = widths[0].min(NAME_WIDTH);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, PADDING));
        let is_text = index == 0 || index == columns.len();
        column.set_cell_alignment(if is_text { CellAlignment::Left } else { CellAlignment::Right });
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(widths[index] + PADDING)));
    }
    let mut needed: usize = widths.iter().map(|&width| usize::from(width + GAP)).sum();
    let mut expendable: Vec<(u8, usize)> =
        columns.iter().zip(1..).map(|(column, index)| (column.expendable, index)).collect();
    expendable.retain(|&(rank, _)| rank > 0);
    expendable.sort_unstable();
    for (_, index) in expendable.into_iter().rev() {
        if width.is_some_and(|width| needed > width + usize::from(GAP))
            && let Some(column) = table.column_mut(index)
        {
            column.set_constraint(ColumnConstraint::Hidden);
            needed -= usize::from(widths[index] + GAP);
        }
    }
}

fn row(entry: &Entry, size: &Size, columns: &[&Column]) -> Vec<TableCell> {
    let figures = Figures::new(entry, size);
    let shown =
        columns.iter().map(|column| (column.show)(entry, &figures).unwrap_or_else(|| "-".into()));
    std::iter::once(format!("  {}", entry.variant.label)).chain(shown).map(TableCell::new).collect()
}

fn time(figures: &Figures) -> Option<String> {
    let time = figures.ns_per_event?;
    Some(match figures.is_above_zero {
        true => format::duration(time),
        false => "can't be told\nfrom 0".into(),
    })
}

/// The ratio as text. A guest compared with itself has no sign, unless it is in doubt
/// whether it is the best.
fn mark(ratio: Ratio, is_itself: bool) -> String {
    match is_itself && ratio.is_told() {
        true => format::ratio(ratio.value),
        false => ratio.to_string(),
    }
}

fn status(entry: &Entry) -> String {
    match (&entry.cell.failure, entry.failed()) {
        (Some(failure), true) => format!("failed:\n{}", failure.kind),
        (None, true) => "failed".into(),
        (_, false) if entry.not_supported() => "not\nsupported".into(),
        (_, false) if entry.time().is_none() => "not timed".into(),
        (_, false) if entry.other_work.is_some() => "other\nwork".into(),
        (_, false) => "ok".into(),
    }
}

/// Why a guest has no numbers or is not ranked, as a line below the table.
fn explanation(entry: &Entry, size: &Size) -> String {
    let mut details = String::new();
    let why = match (&entry.cell.failure, &entry.cell.not_supported) {
        (Some(failure), _) if entry.failed() => {
            let lines = failure.details().into_iter();
            details = lines.map(|line| format!("    {}\n", one_line(&line))).collect();
            format!("failed: {}: {}", failure.kind, failure.message)
        }
        (_, Some(reason)) if entry.not_supported() => format!("not supported: {reason}"),
        _ => match &entry.other_work {
            Some(why) if entry.time().is_some() => format!("not ranked: {why}"),
            _ => return String::new(),
        },
    };
    let why = one_line(&why);
    let pollables = format::count(size.pollables.into());
    format!("{}, {pollables} pollables: {why}\n{details}", entry.variant.label)
}

/// Why some ratios to the best can't be told, below the table: a line for each reason.
fn doubts(size: &Size) -> String {
    let mut lines: Vec<String> = Vec::new();
    let pollables = format::count(size.pollables.into());
    for ratio in size.entries.iter().filter(|it| it.is_ranked()).filter_map(|it| it.to_best) {
        let Verdict::CantTell(why) = ratio.verdict else { continue };
        // Noise is not explained here, because the answer in words explains it.
        let line = match why {
            Why::Noise { .. } => continue,
            _ => format!("?, {pollables} pollables: {why}\n"),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.concat()
}

/// A record may come from anywhere, and have been made by an earlier pollbench, which let guests
/// say as much as they liked.
fn one_line(text: &str) -> String {
    names::harmless(text, MOST_SHOWN)
}

/// How many characters of what a guest says are shown.
const MOST_SHOWN: usize = 2_000;
