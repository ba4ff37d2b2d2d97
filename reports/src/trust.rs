//! How far comparisons can be trusted: what the self-test has found.

use std::fmt;

use comfy_table::{CellAlignment, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF as _};

use crate::comparison::Verdict;
use crate::stats::{CONFIDENCE, median};
use crate::table::STYLE;

/// Comparisons of a guest with one that differs from it in a known way, by one kind of
/// evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// What was compared.
    pub evidence: Evidence,
    /// What the candidate differed in.
    pub difference: Difference,
    /// The change that was found in each cell where one was, as a fraction of the base.
    pub found: Vec<f64>,
    /// How many cells were compared.
    pub cells: u32,
    /// How many of them were called slower.
    pub slower: u32,
    /// How many of them were called faster.
    pub faster: u32,
    /// How many of them were called the same.
    pub same: u32,
    /// How many of them could not be told.
    pub cant_tell: u32,
    /// How many of them differ by an interval of the first stage alone, at 95 %, without
    /// correction, threshold or confirmation.
    pub uncorrected: u32,
    /// How many sessions the cells were compared in. The cells of a session share their
    /// processes; two sessions share nothing.
    pub sessions: u32,
    /// In how many sessions any cell was called slower or faster.
    pub sessions_with_change: u32,
    /// How many seconds a cell took, on average.
    pub seconds: f64,
}

/// What a guest and its candidate differ in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// They are the same to the byte.
    Nothing,
    /// The candidate's functions are the same, in another order and with padding between
    /// them.
    Layout,
    /// The candidate needs more, by this fraction of what the base needs.
    More(f64),
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The guest's fuel.
    Fuel,
    /// CPU time.
    Time,
}

/// What a comparison has said of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// The change that was found, as a fraction of the base.
    pub found: Option<f64>,
    /// Whether the first stage alone would have called it a change, at 95 %.
    pub uncorrected: bool,
}

impl Difference {
    /// The true change, as a fraction of the base. A layout has none that is known.
    pub fn change(self) -> f64 {
        match self {
            Self::Nothing | Self::Layout => 0.0,
            Self::More(change) => change,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("none"),
            Self::Layout => f.write_str("layout"),
            Self::More(change) => write!(f, "+{} %", (1e5 * change).round() / 1e3),
        }
    }
}

impl Series {
    /// A series without comparisons.
    pub fn new(evidence: Evidence, difference: Difference) -> Self {
        Self {
            evidence,
            difference,
            found: Vec::new(),
            cells: 0,
            slower: 0,
            faster: 0,
            same: 0,
            cant_tell: 0,
            uncorrected: 0,
            sessions: 0,
            sessions_with_change: 0,
            seconds: 0.0,
        }
    }

    /// Adds what a session has said of its cells.
    pub fn add(&mut self, session: &[Answer]) {
        for answer in session {
            self.cells += 1;
            self.found.extend(answer.found);
            self.uncorrected += u32::from(answer.uncorrected);
            *match answer.verdict {
                Verdict::Slower => &mut self.slower,
                Verdict::Faster => &mut self.faster,
                Verdict::Same => &mut self.same,
                Verdict::CantTell => &mut self.cant_tell,
            } += 1;
        }
        let is_change = |it: &Answer| matches!(it.verdict, Verdict::Slower | Verdict::Faster);
        self.sessions += 1;
        self.sessions_with_change += u32::from(session.iter().any(is_change));
    }

    /// The largest share of sessions with a change, from 0 to 1, that what was seen does not
    /// refute at 95 %, one-sided (Clopper & Pearson, The Use of Confidence or Fiducial
    /// Limits Illustrated in the Case of the Binomial, 1934). `None` without sessions.
    pub fn most_with_change(&self) -> Option<f64> {
        let (with, without) =
            (self.sessions_with_change, self.sessions.checked_sub(self.sessions_with_change)?);
        match (with, without) {
            (0, 0) => None,
            (_, 0) => Some(1.0),
            _ => {
                let beta = Beta::new(f64::from(with) + 1.0, f64::from(without)).ok()?;
                Some(beta.inverse_cdf(CONFIDENCE))
            }
        }
    }
}

/// The series as a table, in the order they were measured.
pub fn table(series: &[Series]) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header([
        "evidence",
        "difference\nmade",
        "found\n(median)",
        "off by,\nat most",
        "cells",
        "slower",
        "faster",
        "same",
        "can't tell",
        "differs,\nuncorrected",
        "sessions",
        "with a change\n(95 % bound)",
        "seconds\na cell",
    ]);
    for it in series {
        let off_by = it.found.iter().map(|found| (found - it.difference.change()).abs());
        let off_by = off_by.reduce(f64::max);
        let is_time = it.evidence == Evidence::Time;
        let no_number = || "-".to_string();
        table.add_row([
            if is_time { "time".into() } else { "fuel".into() },
            it.difference.to_string(),
            match it.found.as_slice() {
                [] => no_number(),
                found => format!("{:+.2} %", 100.0 * median(found)),
            },
            off_by.map_or_else(no_number, |off_by| format!("{:.2} %", 100.0 * off_by)),
            it.cells.to_string(),
            it.slower.to_string(),
            it.faster.to_string(),
            it.same.to_string(),
            it.cant_tell.to_string(),
            if is_time { it.uncorrected.to_string() } else { no_number() },
            it.sessions.to_string(),
            match it.most_with_change().filter(|_| is_time) {
                None => it.sessions_with_change.to_string(),
                Some(most) => format!("{} (≤ {:.1} %)", it.sessions_with_change, 100.0 * most),
            },
            format!("{:.1}", it.seconds),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n", table.trim_fmt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(verdict: Verdict) -> Answer {
        Answer { verdict, found: Some(0.01), uncorrected: true }
    }

    #[test]
    fn a_session_has_a_change_if_any_cell_has() {
        let [same, slower] = [Verdict::Same, Verdict::Slower].map(answer);
        let mut series = Series::new(Evidence::Time, Difference::Nothing);
        series.add(&[same, same, same]);
        series.add(&[slower, same, slower]);
        assert_eq!((series.cells, series.slower, series.same), (6, 2, 4));
        assert_eq!((series.sessions, series.sessions_with_change), (2, 1));
    }

    /// From SciPy 1.17: `binomtest(k, n).proportion_ci(0.9, "exact").high`, whose upper end
    /// is the one-sided bound at 95 %.
    #[test]
    fn bounds_agree_with_another_implementation() {
        let bound = |with, sessions| {
            let series = Series::new(Evidence::Time, Difference::Nothing);
            Series { sessions, sessions_with_change: with, ..series }.most_with_change()
        };
        for (with, sessions, expected) in BOUNDS {
            let found = bound(with, sessions).expect("there are sessions");
            assert!((found - expected).abs() < 1e-5, "{with} of {sessions}: {found}");
        }
        assert_eq!(bound(0, 0), None);
        assert_eq!(bound(3, 3), Some(1.0));
    }

    const BOUNDS: [(u32, u32, f64); 4] =
        [(0, 20, 0.139108), (0, 200, 0.014867), (1, 40, 0.113188), (7, 100, 0.127458)];
}
