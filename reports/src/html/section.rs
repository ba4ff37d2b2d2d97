use askama::Template;

use crate::chart::{self, Chart};
use crate::format;
use crate::matrix::{Configuration, Matrix};
use crate::record::{KnobValue, Record};

use super::packed::{Packed, PackedTable};
use super::sort_table::SortTable;
use super::{RenderError, counters, timings, tune_hint};

/// The page's section on one workload configuration.
pub(super) struct Section {
    pub label: String,
    pub anchor: String,
    /// Its parameters and host, in words.
    pub details: String,
    /// Commands that tune a knob of which several values were measured.
    pub tune: Vec<String>,
    pub content: Content,
}

/// The content below a section's name.
pub(super) enum Content {
    /// Content that is shown at once.
    Open {
        /// The charts and the text about them, as HTML.
        detail: String,
        times: SortTable,
    },
    /// Charts, times and counters, packed until the reader opens the section.
    Packed(String),
}

/// The charts of one workload configuration and the text about them.
#[derive(Template)]
#[template(path = "detail.html")]
struct Detail {
    /// The number of pollables for which the split and the latencies are shown.
    largest: String,
    scaling: Option<Chart>,
    split: Option<Chart>,
    latency: Option<Chart>,
    /// Why a guest is not in the charts of the largest size.
    absent: Vec<String>,
    /// Remarks on single cells, a sentence each.
    notes: Vec<String>,
}

impl Section {
    /// The section of the matrix's configuration with this index.
    pub fn new(
        matrix: &Matrix,
        record: &Record,
        index: usize,
        is_packed: bool,
    ) -> Result<Self, RenderError> {
        let configuration = &matrix.configurations[index];
        let detail = Detail::new(configuration, matrix)?.render()?;
        let times = timings::table(configuration);
        let label = configuration.label.clone();
        let content = if is_packed {
            let counters = counters::table(&matrix.configurations[index..=index], record);
            let tables = vec![
                PackedTable::new(format!("All times of {label}"), times),
                PackedTable::new(format!("All counters of {label}"), counters),
            ];
            Content::Packed(Packed { html: detail, tables }.pack()?)
        } else {
            Content::Open { detail, times }
        };
        let tune = tune_hint::commands(configuration, record);
        Ok(Self { label, anchor: anchor(index), details: details(configuration), tune, content })
    }
}

/// The anchor of a workload configuration in the page. It contains the index, because the
/// name would need escaping.
pub(super) fn anchor(index: usize) -> String {
    format!("workload-{}", index + 1)
}

impl Detail {
    fn new(configuration: &Configuration, matrix: &Matrix) -> Result<Self, chart::Error> {
        let largest = configuration.largest().map_or(0, |size| size.pollables);
        Ok(Self {
            largest: format::count(largest.into()),
            scaling: chart::scaling(configuration, &matrix.variants)?,
            split: chart::split(configuration)?,
            latency: chart::latency(configuration, &matrix.variants)?,
            absent: absent(configuration),
            notes: notes(configuration),
        })
    }
}

fn details(configuration: &Configuration) -> String {
    let parameters = configuration.parameters.iter();
    let mut parts: Vec<String> =
        parameters.map(|(name, value)| format!("{name} {}", setting(value))).collect();
    parts.push(format!("host {}", configuration.host));
    parts.join(", ")
}

fn setting(value: &KnobValue) -> String {
    match value {
        KnobValue::Integer(number) => format::count(*number),
        KnobValue::Choice(word) => word.clone(),
    }
}

fn absent(configuration: &Configuration) -> Vec<String> {
    let Some(size) = configuration.largest() else { return Vec::new() };
    let untimed = size.entries.iter().filter(|entry| entry.time().is_none());
    untimed
        .map(|entry| {
            let reason = match () {
                () if entry.failed() => "failed",
                () if entry.not_supported() => "not supported",
                () => "not timed",
            };
            format!("{} ({reason})", entry.variant.label)
        })
        .collect()
}

/// Which guests are not ranked because they did other work, and which have a time near 0,
/// which has no place on a logarithmic axis.
fn notes(configuration: &Configuration) -> Vec<String> {
    let mut notes = Vec::new();
    for size in &configuration.sizes {
        let pollables = format::count(size.pollables.into());
        for entry in size.entries.iter().filter(|it| it.time().is_some()) {
            let label = &entry.variant.label;
            if let Some(why) = &entry.other_work {
                notes.push(format!("{label} is not ranked at {pollables} pollables: {why}."));
            }
            if !entry.is_above_zero() {
                notes.push(format!(
                    "The time of {label} at {pollables} pollables can't be told from 0, and is \
                     not drawn over the number of pollables."
                ));
            }
        }
    }
    notes
}
