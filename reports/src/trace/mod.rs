//! What a component does with its pollables: the events of a trace, the file they are kept in,
//! their counts, and what is wrong in words.
//!
//! A real component runs on a real host, which tells a [`Tally`] and a [`Recording`] of every
//! call. What comes of it is a [`TraceRecord`].

mod diagnosis;
mod event;
mod file;
mod functions;
mod kind;
mod record;
mod tally;
pub(crate) mod text;
mod trace_event;
mod waits;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use diagnosis::{Finding, FindingKind, diagnose};
pub use event::{Event, Function, Look, MARKER, Made, Stamped, Took};
pub use file::{Around, Head, Recording, TraceError, TraceFile};
pub use functions::SampledFunctions;
pub use kind::PollableKind;
pub use tally::{Counts, Forgotten, KindCounts, Spread, Tally, Waste};
pub use trace_event::write_events;
pub use waits::{MOST_WAITS, Wait, Waits, standing_out};

/// The version of the format.
pub const SCHEMA: u32 = 2;

/// All that a trace has shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceRecord {
    /// The version of the format.
    pub trace_schema: u32,
    /// When the trace began, in UTC.
    pub started: String,
    /// The command line.
    pub command: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// The component.
    pub component: Component,
    /// What the component could reach of the network: `none`, `loopback` or `all`.
    pub network: String,
    /// How it ended.
    pub ended: Ended,
    /// How long it ran, in seconds.
    pub seconds: f64,
    /// Where this time went.
    pub time: Times,
    /// How long after the host's event loop had found something a wait returned to the
    /// component, in nanoseconds; absent if no wait has blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_up: Option<Spread>,
    /// The requests of HTTP, if it is a handler of such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Served>,
    /// The component's functions, if its stack was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions: Option<SampledFunctions>,
    /// What was counted.
    pub counts: Counts,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The trace file, if one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<WrittenFile>,
}

/// A component that was traced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// The file.
    pub file: String,
    /// Its hexadecimal SHA-256 digest.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// How a component ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// By itself, with this exit code.
    Exited(u8),
    /// With a trap; the text says which one.
    Trapped(String),
    /// All requests that were to be sent have been handled.
    Answered,
    /// Its time was up.
    TimeUp,
    /// By Ctrl-C.
    Interrupted,
}

/// The requests that a handler of HTTP was given, one after the other, each in an instance of its
/// own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Served {
    /// How many there were.
    pub requests: u64,
    /// How many got an answer with each status.
    pub answers: BTreeMap<u16, u64>,
    /// How many got none, or a trap after it.
    pub failed: u64,
    /// Why the first of these has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How long the component's function took for each, in nanoseconds; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<Spread>,
    /// Pollables that were not dropped before their instance ended.
    pub pollables_left: u64,
}

/// Where the time of a component went, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// In the component.
    pub guest: f64,
    /// Between component and host, and in calls of host functions that are not looked into:
    /// all but those of `wasi:io/poll` and of clocks.
    pub boundary: f64,
    /// The host's work in calls of `wasi:io/poll` and of clocks.
    pub host: f64,
    /// Nothing was to do.
    pub blocked: f64,
    /// Looking at the time, which is in none of the others.
    pub observation: f64,
}

/// A trace file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WrittenFile {
    /// The file.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// How many events the trace has.
    pub events: u64,
    /// How many of them, the first ones, are not in the file, because it was full.
    pub lost: u64,
}
