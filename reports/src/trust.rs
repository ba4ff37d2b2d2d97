//! What the self-test has found of the method itself.

use comfy_table::{CellAlignment, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::Verdict;
use crate::stats::median;
use crate::table::STYLE;

/// Comparisons with the same true change, one kind of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// What was compared.
    pub evidence: Evidence,
    /// How much slower the candidate truly was, as a part of the base.
    pub change: f64,
    /// What it was estimated at, in each cell where it was, likewise.
    pub found: Vec<f64>,
    /// Cells compared.
    pub tries: u32,
    /// Of them, called slower.
    pub slower: u32,
    /// Called faster.
    pub faster: u32,
    /// Called the same.
    pub same: u32,
    /// Not decided.
    pub cant_tell: u32,
    /// Different from the base by the first stage alone, at 95 %, without correction,
    /// threshold or confirmation.
    pub uncorrected: u32,
    /// Seconds that a cell took, on average.
    pub seconds: f64,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The guest's fuel.
    Fuel,
    /// Time.
    Time,
}

impl Series {
    /// A series without comparisons.
    pub fn new(evidence: Evidence, change: f64) -> Self {
        Self {
            evidence,
            change,
            found: Vec::new(),
            tries: 0,
            slower: 0,
            faster: 0,
            same: 0,
            cant_tell: 0,
            uncorrected: 0,
            seconds: 0.0,
        }
    }

    /// Adds what a comparison said about a cell, and its estimate of the change.
    pub fn add(&mut self, verdict: Verdict, found: Option<f64>, uncorrected: bool) {
        self.tries += 1;
        self.found.extend(found);
        self.uncorrected += u32::from(uncorrected);
        *match verdict {
            Verdict::Slower => &mut self.slower,
            Verdict::Faster => &mut self.faster,
            Verdict::Same => &mut self.same,
            Verdict::CantTell => &mut self.cant_tell,
        } += 1;
    }
}

/// The series as a table, in the order they were measured.
pub fn table(series: &[Series]) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header([
        "evidence",
        "change made",
        "found (median)",
        "cells",
        "slower",
        "faster",
        "same",
        "can't tell",
        "differs, uncorrected",
        "seconds a cell",
    ]);
    for it in series {
        let share = |count: u32| {
            let part = 100.0 * f64::from(count) / f64::from(it.tries.max(1));
            format!("{count} ({part:.1} %)")
        };
        table.add_row([
            match it.evidence {
                Evidence::Fuel => "fuel".into(),
                Evidence::Time => "time".into(),
            },
            match it.change {
                0.0 => "none".into(),
                change => format!("+{} %", (1e5 * change).round() / 1e3),
            },
            if it.found.is_empty() {
                "-".into()
            } else {
                format!("{:+.2} %", 100.0 * median(&it.found))
            },
            it.tries.to_string(),
            share(it.slower),
            share(it.faster),
            share(it.same),
            share(it.cant_tell),
            match it.evidence {
                Evidence::Fuel => "-".into(),
                Evidence::Time => share(it.uncorrected),
            },
            format!("{:.1}", it.seconds),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n", table.trim_fmt())
}
