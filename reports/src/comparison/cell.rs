use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Metric;
use super::timing::Timing;
use crate::record::{Failure, KnobValue};

/// A cell of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// Which.
    #[serde(flatten)]
    pub identity: Identity,
    /// Why there is nothing to compare, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The exact counts, those which are not zero on both sides.
    pub counts: Vec<Count>,
    /// CPU time, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// Whether both sides are one component with the same knobs on the same host: nothing can
    /// differ, and nothing was measured. Such a cell has counts only where they were known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identical: bool,
}

impl Cell {
    /// Whether anything in the cell was judged: a time always is, a count only if there is
    /// a limit for it. Of identical sides it is known that nothing has changed.
    pub fn is_judged(&self) -> bool {
        self.identical || self.timing.is_some() || self.counts.iter().any(|it| it.limit.is_some())
    }
}

/// What tells a cell from the others of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// The base's guest, with those knobs that are not at their default: `batched batch=64`.
    pub base_guest: String,
    /// The candidate's.
    pub candidate_guest: String,
    /// The workload's name.
    pub workload: String,
    /// Pollables that tasks wait on: N.
    pub pollables: u32,
    /// How many of them have an event under way: A.
    pub active: u32,
    /// The workload's parameters.
    pub parameters: BTreeMap<String, KnobValue>,
    /// The host configuration.
    pub host: String,
    /// About how many handles a repetition passes.
    pub effort: u64,
}

/// Why a cell can't be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The candidate's guest broke the contract, or a limit.
    CandidateFailed(Failure),
    /// The base's did, and the candidate's did not: nothing to hold it against.
    BaseFailed(Failure),
    /// Both did.
    BothFailed(Failure),
    /// One side can't express a step of the workload: which, and why. The sides are two
    /// guests, or the base is the one that can't.
    NotSupported(String),
    /// The candidate can't express a step of the workload, which the same guest could in the
    /// base: which, and why.
    NoLongerSupported(String),
    /// The base does not have the guest, which ran as it should: there is nothing to
    /// hold it against.
    New,
}

/// One exact count of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// What is counted.
    pub metric: Metric,
    /// The base's, for each event where [`Metric::is_per_event`].
    pub base: f64,
    /// The candidate's, likewise.
    pub candidate: f64,
    /// What is to be thought of it.
    pub verdict: CountVerdict,
    /// The limit it was held against, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Why there is that limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Count {
    /// The candidate's count as a multiple of the base's; `None` if the base's is 0.
    pub fn ratio(&self) -> Option<f64> {
        (self.base != 0.0).then(|| self.candidate / self.base)
    }

    /// Whether the count has a limit but could not be held against it.
    pub fn is_unjudged(&self) -> bool {
        let undecided = matches!(self.verdict, CountVerdict::Noisy | CountVerdict::NotComparable);
        undecided && self.limit.is_some()
    }
}

/// What is to be thought of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CountVerdict {
    /// The same, to the bit.
    Equal,
    /// Another, within its limit, or without one.
    Within,
    /// Less, by more than the limit: a baseline wants renewing.
    Better,
    /// More than its limit.
    Worse,
    /// It differed between processes of one side: no exact count, and not judged.
    Noisy,
    /// Made with another compiler or engine, on which it depends: not judged.
    NotComparable,
}
