use serde::{Deserialize, Serialize};

use crate::trace::{Ended, SampledFunctions, Served, Spread, Times};

/// What a trace file says of the trace before its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The component's file.
    pub component: String,
    /// The hexadecimal SHA-256 digest of the component.
    pub sha256: String,
    /// When the trace began, in UTC.
    pub started: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// How long the trace lasted, in nanoseconds.
    pub nanoseconds: u64,
    /// How many events there were.
    pub events: u64,
    /// How many of them, the first ones, are not in the file, because it was full.
    pub lost: u64,
    /// What the events don't tell. Files of version 1 of the format don't have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Around>,
}

/// What the events of a trace don't tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// The command line.
    pub command: String,
    /// The size of the component.
    pub bytes: u64,
    /// What the component could reach of the network.
    pub network: String,
    /// How it ended.
    pub ended: Ended,
    /// Where the time went.
    pub time: Times,
    /// How long after a wake a wait returned to the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_up: Option<Spread>,
    /// The requests of HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Served>,
    /// The component's functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions: Option<SampledFunctions>,
}
