use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::phase::PhaseCounters;
use super::time::{Estimate, Time};

/// One guest under one workload of one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The guest's name.
    pub guest: String,
    /// The workload's name.
    pub workload: String,
    /// Pollables that tasks wait on: N.
    pub pollables: u32,
    /// How many of them have an event under way at any time: A. 0 where the events
    /// are not those of pollables.
    pub active: u32,
    /// The workload's further parameters.
    pub parameters: BTreeMap<String, KnobValue>,
    /// How much work a repetition was to be, about: handles passed to `poll`. Part of
    /// what is measured: another effort is another window, with other counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<u64>,
    /// The guest's knobs, defaults included.
    pub knobs: BTreeMap<String, KnobValue>,
    /// The name of the host configuration, one of `environment.hosts`.
    pub host: String,
    /// The conditions it was measured under, where they are not `environment` but one
    /// of the record's `environments`: 1 for the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<u32>,
    /// Which events its rates are per. Records before schema 3 counted all alike.
    #[serde(default)]
    pub measures: Measures,
    /// Whether the guest did what the workload asked.
    pub status: Status,
    /// What it did instead, when `status` is `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What it can't express and why, when `status` is `not-supported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_supported: Option<String>,
    /// Exact counts of the counted lane, where it completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<Counters>,
    /// Instructions of user space that the host's implementation of `poll` retired in the
    /// measured window of the counted lane, as the processor counted them: nearly exact.
    /// Absent where `environment.no_instructions` says why, on real hosts, and in records
    /// before schema 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_instructions: Option<u64>,
    /// The names of those counts which were not the same in several processes, where
    /// they were counted in several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noisy: Vec<String>,
    /// Wall time of the timed lane, where it completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// From the moment an event is due until its task runs, in nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ns: Option<Latency>,
    /// The same distance, in `poll` calls begun in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_polls: Option<Latency>,
    /// How late timers were: virtual nanoseconds from the end of a sleep or the time of
    /// a time-out until its task ran. Exact, from the counted lane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness_ns: Option<Latency>,
    /// How many of the events in `latency_polls` still waited when the window closed:
    /// they are in it as having waited until then, which is at least as long as they did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub still_waiting: u64,
    /// Of the events in `latency_ns`, those of pollables which rarely have one;
    /// only where the workload has such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cold_latency_ns: Option<Latency>,
    /// The same distribution, in `poll` calls begun in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cold_latency_polls: Option<Latency>,
}

impl Cell {
    /// The time that guests are compared by, of a guest that passed every check.
    pub fn time_per_event(&self) -> Option<&Estimate> {
        self.time.as_ref().filter(|_| self.status == Status::Ok).map(Time::per_event)
    }
}

/// The value of a knob or of a workload's parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum KnobValue {
    /// A whole number.
    Integer(u64),
    /// One of its words.
    Choice(String),
}

impl KnobValue {
    /// The number, if it is one.
    pub fn integer(&self) -> Option<u64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Choice(_) => None,
        }
    }
}

impl fmt::Display for KnobValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Choice(word) => word.fmt(f),
        }
    }
}

/// Which events a workload is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measures {
    /// Those of pollables and timers. What tasks yield beside them is no event.
    #[default]
    Io,
    /// Yields: the workload has no other work, but for a pollable now and then.
    Yields,
}

/// Whether a cell can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The guest passed every check.
    Ok,
    /// It did not; `failure` says how.
    Failed,
    /// It has no way to express a step of the workload; `not_supported` says which.
    NotSupported,
}

/// Exact counts: the same on every run of the same components and versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counters {
    /// The measured window: from the last event of the warm-up to the last one measured.
    #[serde(flatten)]
    pub window: PhaseCounters,
    /// Pollable handles alive at once, at most, over the whole run.
    pub handles_peak: u64,
    /// Pollable handles still alive when `run` returned, but for those of standard streams.
    pub handles_leaked: u64,
    /// Pollables of standard input, output and error that were alive when `run` returned. The
    /// library of a language keeps such ones; they are no leak of the executor.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stream_handles_left: u64,
    /// Linear memory at its largest, in bytes.
    pub guest_memory_peak_bytes: u64,
    /// The same counts over the whole run: start, warm-up, window and wind-down.
    pub whole_run: PhaseCounters,
}

/// Most cells have none of what is left out where it is 0.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A distribution over events: in nanoseconds of real time, those of all plain repetitions
/// together; in polls or virtual nanoseconds, those of the counted run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// How many events it is made of.
    pub count: u64,
    /// The median.
    pub p50: u64,
    /// 9 in 10 are at most this.
    pub p90: u64,
    /// 99 in 100.
    pub p99: u64,
    /// 999 in 1000.
    pub p999: u64,
    /// The largest.
    pub max: u64,
    /// The whole histogram: HdrHistogram V2, deflated, base64.
    pub histogram: String,
}
