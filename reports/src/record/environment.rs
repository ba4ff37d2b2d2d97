use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cell::KnobValue;

/// The conditions of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// When the run began: RFC 3339, UTC.
    pub started: String,
    /// The command line that repeats it.
    pub command: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The compiler of the runner, as `rustc --version` names it.
    pub compiler: String,
    /// The processor.
    pub cpu: Cpu,
    /// The system's load before and after.
    pub load_average: LoadAverage,
    /// The operating system and its kernel.
    pub kernel: String,
    /// The clock behind every duration.
    pub clock: Clock,
    /// The host configurations used, by name.
    pub hosts: BTreeMap<String, Host>,
    /// The guests, in the order of the run.
    pub guests: Vec<Guest>,
    /// How often the run was gone on with after it had been interrupted, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<u32>,
    /// Why the instructions of the host are not counted, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_instructions: Option<String>,
    /// How many processors other programs kept busy while this was measured, on average,
    /// where the system tells. Of a run that was resumed it is the busiest part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_elsewhere: Option<f64>,
    /// The part of all processors' time, from 0 to 1, that a hypervisor gave to other machines
    /// meanwhile; of a run that was resumed, in its worst part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stolen: Option<f64>,
    /// Whether pollbench was built without optimisation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub debug_build: bool,
    /// Seconds that measuring took, those before an interruption included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Seconds that measuring was given, where it was given a time and not a number of
    /// repetitions. It may take longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_seconds: Option<f64>,
}

/// The processor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cpu {
    /// What it calls itself.
    pub model: String,
    /// Logical cores the run could use.
    pub cores: u32,
    /// The frequency governor, where the system tells.
    pub governor: Option<String>,
}

/// The one-minute load average, where the system tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadAverage {
    /// Before the first repetition.
    pub before: Option<f64>,
    /// After the last.
    pub after: Option<f64>,
}

/// The clock behind every duration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clock {
    /// Its name.
    pub source: String,
    /// What one time stamp of a profiled repetition costs, in nanoseconds, measured when
    /// the run began and subtracted from the split.
    pub observation_ns: f64,
    /// What a crossing between guest and host costs beside, where the engine calls the
    /// hook that takes it: half of it lies before the time stamp and half after.
    #[serde(default)]
    pub crossing_ns: f64,
}

/// How the engine was set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Host {
    /// The engine and its version.
    pub engine: String,
    /// The engine's settings that matter here, by name.
    pub settings: BTreeMap<String, String>,
}

/// A guest, as it describes itself, and the file it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guest {
    /// Its name.
    pub name: String,
    /// The kind of design.
    pub strategy: String,
    /// One line.
    pub summary: String,
    /// What it waits with.
    #[serde(default)]
    pub interface: Interface,
    /// `built in`, or the file given on the command line.
    pub origin: String,
    /// SHA-256 of the component, in hexadecimal.
    pub sha256: String,
    /// The component's size.
    pub bytes: u64,
    /// The compilers named in the component's `producers` section; of a built-in one, that
    /// which built it.
    pub compiler: String,
    /// Its knobs.
    pub knobs: Vec<Knob>,
}

impl Guest {
    /// The origin of a guest that is built into pollbench.
    pub const BUILT_IN: &str = "built in";

    /// The file that the guest came from; `None` for a built-in one.
    pub fn file(&self) -> Option<&Path> {
        (self.origin != Self::BUILT_IN).then(|| Path::new(&self.origin))
    }

    /// What it is called on the command line: its file, or its name if it is built in.
    pub fn on_command_line(&self) -> &str {
        if self.file().is_some() { &self.origin } else { &self.name }
    }
}

/// What a guest waits with, and so whom it can be compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Interface {
    /// `wasi:io/poll` of WASI 0.2.
    #[default]
    Poll,
    /// The experimental poll set, which no host but pollbench's has.
    PollSet,
    /// The asynchronous calls of WASI 0.3: the host runs the loop.
    Async,
}

impl Interface {
    /// A tag for those which a WASI 0.2 guest can't have.
    pub fn tag(self) -> Option<&'static str> {
        match self {
            Self::Poll => None,
            Self::PollSet => Some("experimental"),
            Self::Async => Some("WASI 0.3"),
        }
    }
}

/// A setting of a guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Knob {
    /// Its name.
    pub name: String,
    /// What it means.
    pub summary: String,
    /// The values it can take, as text: `1 to 4096`, or `heap, wheel`.
    pub range: String,
    /// The least and the greatest of the values, where they are whole numbers. Absent in
    /// records of version 0.1.0 and before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integers: Option<[u64; 2]>,
    /// The value it has unless told otherwise.
    pub default: KnobValue,
}
