use askama::Template;

use crate::format;
use crate::matrix::Matrix;
use crate::record::{Guest, Record, Status};
use crate::runs;
use crate::warnings::warnings;

use super::answer::AnswerSection;
use super::counters;
use super::details::{Fact, environment};
use super::failures::{FailureRow, failures};
use super::method::Method;
use super::section::{Content, Section};
use super::sort_table::SortTable;
use super::{RenderError, SCRIPT, style};

/// For a record with more cells than this, the charts, times and counters are packed until
/// the reader opens them: they would be most of the page, and nobody reads all of them.
const MOST_IN_THE_OPEN: usize = 400;

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    record: &'a Record,
    style: String,
    script: &'static str,
    machine: String,
    banners: Vec<String>,
    /// The answer, as HTML.
    answer: String,
    sections: Vec<Section>,
    /// The table of counters; `None` in a large report, where each section has its own.
    counters: Option<SortTable>,
    failures: Vec<FailureRow>,
    guests: Vec<GuestRow<'a>>,
    environment: Vec<Fact>,
    method: Method,
    commands: String,
}

/// A guest and its size as text.
struct GuestRow<'a> {
    guest: &'a Guest,
    size: String,
}

impl<'a> Page<'a> {
    pub fn new(record: &'a Record) -> Result<Self, RenderError> {
        let matrix = Matrix::new(record);
        let is_large = record.cells.len() > MOST_IN_THE_OPEN;
        let section = |index| Section::new(&matrix, record, index, is_large);
        let sections: Result<Vec<Section>, RenderError> =
            (0..matrix.configurations.len()).map(section).collect();
        Ok(Self {
            record,
            style: style(),
            script: SCRIPT,
            machine: machine(record),
            banners: banners(record),
            answer: AnswerSection::new(&matrix, record, "").render()?,
            sections: sections?,
            counters: (!is_large).then(|| counters::table(&matrix.configurations, record)),
            failures: failures(&matrix),
            guests: guests(record),
            environment: environment(record),
            method: Method::new(&matrix, record),
            commands: commands(record),
        })
    }
}

impl Page<'_> {
    /// Whether the report is large, so that the details of each workload are packed.
    fn is_large(&self) -> bool {
        self.counters.is_none()
    }
}

/// The commands that repeat the measurement, a line each.
fn commands(record: &Record) -> String {
    let commands: Vec<&str> = record.all_environments().map(|it| it.command.as_str()).collect();
    commands.join("\n")
}

/// The machine; for a merged record, the number of runs.
fn machine(record: &Record) -> String {
    let cpu = &record.environment.cpu;
    match record.environments.len() {
        0 => format!("{}, {} cores", cpu.model, cpu.cores),
        others => format!("{} runs, merged", others + 1),
    }
}

/// What a reader has to know before anything else: what is missing, what failed, and under
/// which conditions a record was measured that make its times doubtful. A sentence each.
pub fn banners(record: &Record) -> Vec<String> {
    let mut banners: Vec<String> = runs::note(record).into_iter().collect();
    if record.interrupted {
        banners.push("The run was interrupted: cells or repetitions are missing.".to_owned());
    }
    let failed = record.cells.iter().filter(|it| it.status == Status::Failed).count();
    if failed > 0 {
        let total = format::count(record.cells.len() as u64);
        let cells = if failed == 1 { "cell" } else { "cells" };
        banners.push(format!("{failed} {cells} of {total} failed the checks."));
    }
    // A terminal shows what is to be typed between backticks.
    banners.extend(warnings(record).into_iter().map(|warning| warning.replace('`', "")));
    banners
}

/// All guests, in the order of the run.
fn guests(record: &Record) -> Vec<GuestRow<'_>> {
    let guests = record.guests().into_iter();
    guests.map(|guest| GuestRow { guest, size: format::bytes(guest.bytes) }).collect()
}
