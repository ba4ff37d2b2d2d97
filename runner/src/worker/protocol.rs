//! The protocol between pollbench and its worker processes.
//!
//! Two versions of pollbench may talk to each other (`--base-exe`), so names and values are
//! sent as records have them, unknown fields are ignored, and [`PROTOCOL`] changes with the
//! meaning of anything here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pollbench_reports::record::{Counters, Failure, Guest, KnobValue};
use serde::{Deserialize, Serialize};

use crate::engine::{RunLimits, Source, sha256};
use crate::matrix::Group;

/// The version of this protocol.
pub const PROTOCOL: u32 = 2;

/// What a worker is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// To load a guest, so that it can be run.
    Load(Load),
    /// To run the guest once.
    Run(Job),
}

/// The guest to load, and how it will be run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Where the guest comes from.
    pub guest: GuestSource,
    /// The name of the host configuration.
    pub host: String,
    /// Whether the guest will be counted; otherwise it will be timed.
    pub counted: bool,
    /// What a run may use.
    pub limits: RunLimits,
    /// Knobs that the guest will be run with. A knob or value that it does not have is
    /// refused before anything is run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub knobs: BTreeMap<String, KnobValue>,
    /// The processor to stay on from now on, by the system's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<u32>,
}

/// Where a guest comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuestSource {
    /// The worker's own guest of this name.
    BuiltIn(String),
    /// A component file.
    File(PathBuf),
}

impl GuestSource {
    /// The guest's name or file.
    pub fn name(&self) -> &Path {
        match self {
            Self::BuiltIn(name) => Path::new(name),
            Self::File(path) => path,
        }
    }

    /// The SHA-256 of the file as it is now, empty if it can't be read; `None` for a
    /// built-in guest.
    pub fn sha256(&self) -> Option<String> {
        match self {
            Self::BuiltIn(_) => None,
            Self::File(path) => Some(fs::read(path).map_or(String::new(), |it| sha256(&it))),
        }
    }
}

impl From<&Source> for GuestSource {
    fn from(source: &Source) -> Self {
        match source {
            Source::BuiltIn(guest) => Self::BuiltIn(guest.name.into()),
            Source::File(path) => Self::File(path.clone()),
        }
    }
}

/// A run: a workload of a size, and the guest's knobs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Job {
    /// The workload's name.
    pub workload: String,
    /// Pollables that tasks wait on: N.
    pub pollables: u32,
    /// How many of them have an event under way: A.
    pub active: u32,
    /// The workload's parameters; those not named have their defaults.
    pub parameters: BTreeMap<String, KnobValue>,
    /// About how many handles may be passed to `poll` in the window.
    pub effort: u64,
    /// The guest's knobs; those not named have their defaults.
    pub knobs: BTreeMap<String, KnobValue>,
}

impl Job {
    /// A run of a group of the matrix, with these knobs.
    pub fn new(group: &Group, knobs: BTreeMap<String, KnobValue>) -> Self {
        let Group { kind, shape } = group;
        Self {
            workload: kind.name.into(),
            pollables: shape.pollables,
            active: shape.active,
            parameters: kind.record(&shape.parameters),
            effort: shape.effort,
            knobs,
        }
    }

    /// Whether both jobs are the same work: all but the knobs are equal.
    pub fn is_same_work(&self, other: &Self) -> bool {
        let Self { workload, pollables, active, parameters, effort, knobs: _ } = self;
        (workload, pollables, active, parameters, effort)
            == (&other.workload, &other.pollables, &other.active, &other.parameters, &other.effort)
    }
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The guest is ready.
    Loaded(Box<Loaded>),
    /// What a run for counts came to.
    Counted(Box<Counted>),
    /// What a run for time came to.
    Timed(Timed),
    /// The run came to nothing, and why.
    WhyNot(WhyNot),
    /// The request makes no sense, and why.
    Refused(String),
}

/// A guest that is loaded, and the worker that has loaded it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// The worker's [`PROTOCOL`].
    pub protocol: u32,
    /// The worker's version of pollbench.
    pub pollbench: String,
    /// The worker's engine and its version.
    pub engine: String,
    /// The guest.
    pub guest: Guest,
}

/// The counts of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// All counters.
    pub counters: Counters,
}

/// The time of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timed {
    /// The length of the measured window.
    pub nanoseconds: u64,
    /// How much of the window was spent on a processor, where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor_nanoseconds: Option<u64>,
    /// Events in the window.
    pub events: u64,
    /// Events of every kind in the window, yields included.
    pub steps: u64,
    /// The 99th percentile of the real nanoseconds from an event's being due until its task
    /// runs; absent where no event of a pollable was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_p99: Option<u64>,
}

impl Timed {
    /// Nanoseconds per event, of time on a processor where that is known: a run never waits
    /// for anything, so any other time went to other programs.
    pub fn per_event(self) -> f64 {
        self.processor_nanoseconds.unwrap_or(self.nanoseconds) as f64 / self.events as f64
    }
}

/// Why a run came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// The guest can't express a step, or can't run on the host; the text says why.
    NotSupported(String),
    /// The guest broke the contract or a limit.
    Failed(Failure),
}
