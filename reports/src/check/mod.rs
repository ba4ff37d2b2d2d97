//! Whether an executor is right: what a guest was put through, what it got wrong, and the
//! shortest script that shows it.
//!
//! Nothing is timed in a check. The guest runs small workloads, each step alone, edge cases and
//! random scripts, and the host checks the contract all the while. What comes of it is a
//! [`CheckRecord`].

mod format;
mod junit;
mod rules;
mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Failure, FailureKind, Guest, KnobValue};

pub use format::{Format, render};
pub use rules::rule;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// All that a check has found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRecord {
    /// The version of the format.
    pub check_schema: u32,
    /// When the check began, in UTC.
    pub started: String,
    /// The command line.
    pub command: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// The host configuration that the guest ran on.
    pub host: String,
    /// The seed of the random scripts.
    pub seed: u64,
    /// The guest.
    pub guest: Guest,
    /// The values of its knobs.
    pub knobs: BTreeMap<String, KnobValue>,
    /// What the guest was put through, in this order.
    pub checks: Vec<Check>,
    /// The steps that it has no way to express.
    pub not_supported: Vec<NotSupported>,
    /// The longest time that an event waited for its task to run; absent if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_wait: Option<LongestWait>,
    /// What it needs, held against the executor that does the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against_floor: Option<AgainstFloor>,
    /// What is wrong with it: an entry for each kind of failure.
    pub findings: Vec<Finding>,
}

/// Something that the guest was put through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What it is one of.
    pub group: Group,
    /// Its name.
    pub name: String,
    /// How often the guest was run.
    pub runs: u64,
    /// What came of it.
    pub verdict: Verdict,
}

/// The kinds of checks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Each step of the contract on its own.
    Steps,
    /// Every workload in small.
    Workloads,
    /// Cases at the edge of what the contract allows.
    Edges,
    /// Scripts drawn at random.
    Random,
    /// A script from a file.
    File,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The guest did all that it was to do.
    Passed,
    /// It broke the contract or a limit.
    Failed(Failure),
    /// It has no way to express a step; the text is its reason.
    NotSupported(String),
    /// It was not run; the text says why.
    NotRun(String),
}

/// A step that the guest has no way to express.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotSupported {
    /// The step.
    pub step: String,
    /// The reason that the guest gives.
    pub reason: String,
}

/// How long an event waited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LongestWait {
    /// How many polls began in the meantime.
    pub polls: u64,
    /// The check in which it did.
    pub check: String,
}

/// The counts of the guest and of another executor, over the scripts that both have run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgainstFloor {
    /// The other executor.
    pub floor: String,
    /// How many events these scripts have. It is not 0.
    pub events: u64,
    /// How often the guest polled.
    pub polls: u64,
    /// How many handles it passed to `poll` in all.
    pub handles: u64,
    /// How often the other executor polled.
    pub floor_polls: u64,
    /// How many handles the other executor passed.
    pub floor_handles: u64,
}

/// A kind of failure, with the shortest way to it that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check of the contract that caught it.
    pub kind: FailureKind,
    /// What was seen in the run that is shown.
    pub message: String,
    /// The names of the checks that failed in this way.
    pub checks: Vec<String>,
    /// The script that shows it, unless only a workload does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<ShrunkScript>,
    /// Of the task that the failure is about: what it waited for and what the host reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub culprit: Vec<String>,
    /// The last turns of the guest's loop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<String>,
    /// The command that shows it again.
    pub again: String,
}

/// The shortest script that was found to fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShrunkScript {
    /// How many steps are written in it.
    pub written: u64,
    /// How many steps its tasks take, those of a repetition as often as it says.
    pub steps: u64,
    /// How many steps the tasks took in the script in which the failure was found.
    pub from: u64,
    /// The script in words, a line for each task.
    pub lines: Vec<String>,
    /// The file that it is in, if it was written to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl CheckRecord {
    /// Whether nothing was found to be wrong.
    pub fn is_fine(&self) -> bool {
        self.findings.is_empty()
    }
}

impl Group {
    /// All groups, in the order in which they are run.
    pub const ALL: [Self; 5] =
        [Self::Steps, Self::Workloads, Self::Edges, Self::Random, Self::File];

    /// What its checks are, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Steps => "each step alone",
            Self::Workloads => "workloads, in small",
            Self::Edges => "edge cases",
            Self::Random => "random scripts",
            Self::File => "the script of the file",
        }
    }
}

impl AgainstFloor {
    /// Polls for each event, those of the guest first.
    pub fn polls_an_event(&self) -> [f64; 2] {
        [self.polls, self.floor_polls].map(|polls| polls as f64 / self.events as f64)
    }

    /// Handles passed to `poll` for each event, those of the guest first.
    pub fn handles_an_event(&self) -> [f64; 2] {
        [self.handles, self.floor_handles].map(|handles| handles as f64 / self.events as f64)
    }
}
