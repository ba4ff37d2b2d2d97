use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CallTree, Function, Timeline};
use crate::record::{Cpu, Failure, Guest, KnobValue, LoadAverage, Split};

/// The schema number of a profile in JSON.
pub const SCHEMA: u32 = 1;

/// A profiled cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// The format's number, [`SCHEMA`].
    pub profile_schema: u32,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The command line that repeats it.
    pub command: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// The name of the host configuration.
    pub host: String,
    /// The processor.
    pub cpu: Cpu,
    /// The operating system and its kernel.
    pub kernel: String,
    /// The one-minute load averages.
    pub load_average: LoadAverage,
    /// The guest.
    pub guest: Guest,
    /// The guest's knobs, defaults included.
    pub knobs: BTreeMap<String, KnobValue>,
    /// What it had to do.
    pub work: Work,
    /// What it did wrong, if it did: what is in the profile is what it did until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What the profile lacks and why, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The functions that the trees speak of.
    pub functions: Vec<Function>,
    /// The guest's work in exact counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<Exact>,
    /// The guest's time, sampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<Sampled>,
    /// The functions of the host that ran, sampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_functions: Option<HostProfile>,
    /// Where the time of the measured window went, in guest and host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
    /// The runs that were timed for the split and the turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<Runs>,
    /// The turns of the loop in the measured window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// A turn of the same loop with few tasks, explained line by line, as [`super::anatomy`]
    /// does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anatomy: Vec<String>,
}

/// Several runs, timed in every call. The split and the turns are those of the run with the
/// median length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Runs {
    /// How many there were.
    pub count: u32,
    /// The length of the shortest window, in nanoseconds, with what observing it took.
    pub shortest_ns: u64,
    /// The length of the longest one, likewise.
    pub longest_ns: u64,
}

/// What a profiled guest had to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Work {
    /// The workload's name.
    pub workload: String,
    /// Pollables that tasks wait on: N.
    pub pollables: u32,
    /// How many of them have an event under way: A.
    pub active: u32,
    /// The workload's parameters.
    pub parameters: BTreeMap<String, KnobValue>,
    /// Events in the measured window.
    pub events: u64,
}

/// Fuel by function: about one unit for each WebAssembly instruction, exact and the same in
/// every run of the same component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exact {
    /// The measured window, in units of fuel.
    pub tree: CallTree,
    /// The fuel that the same component burns in the window without being profiled. It is
    /// equal to the tree's total; where it is not, the profile is wrong.
    pub unprofiled_fuel: u64,
    /// How many times as long the run took for being profiled.
    pub slowdown: f64,
}

/// The guest's time by function, from looks at its stack at regular times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sampled {
    /// The measured window, in samples that were taken in the guest's code.
    pub tree: CallTree,
    /// How many runs were sampled.
    pub runs: u32,
    /// The time from one look to the next, in nanoseconds: looks come late rather than early.
    pub period_ns: u64,
    /// How many times as long the run took for being profiled.
    pub slowdown: f64,
}

/// Whether the host was sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostProfile {
    /// It was.
    Sampled(HostSamples),
    /// It was not.
    NotSampled {
        /// Why the system does not allow it, or can't.
        reason: String,
    },
}

/// What the thread that runs guest and host did, from looks at regular times. The kernel's own
/// work is not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HostSamples {
    /// The functions of the host, the one that was seen most often first.
    pub functions: Vec<HostFunction>,
    /// Samples in what the engine has compiled: the guest, and its way out to the host.
    pub compiled_code: u64,
    /// The processor time between two samples, in nanoseconds.
    pub period_ns: u64,
}

/// A function of the host: of pollbench, the engine, or a library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostFunction {
    /// Its name, demangled.
    pub name: String,
    /// How often it ran when the thread was looked at.
    pub samples: u64,
}
