mod pack;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use pack::{MOST_STEPS, MOST_TURNS};

/// The turns of a guest's loop, packed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// How many turns there are.
    pub turns: u64,
    /// How many turns the window had in all, if more than were kept: then these are the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u64>,
    /// The turns and their steps by columns: variable-length integers, deflated, base64.
    pub packed: String,
    /// What stands out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<Marker>,
}

/// A call of `poll`, and what followed it until the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// When the call began, in nanoseconds from the opening of the window.
    pub start: u64,
    /// The handles in its list.
    pub handles: u32,
    /// How many of them were ready.
    pub ready: u32,
    /// How long the call took, in nanoseconds, boundary included.
    pub poll: u64,
    /// How long the guest's own code ran from its end until the next call, in nanoseconds.
    pub guest: u64,
    /// The tasks that were run until the next call, in order.
    pub steps: Vec<Step>,
}

/// A task that was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub task: u32,
    /// Why it could run.
    pub woken_by: WokenBy,
}

/// What a task was run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WokenBy {
    /// It had not run before.
    Start,
    /// The event of a pollable.
    Pollable,
    /// A timer.
    Timer,
    /// It had yielded.
    Yield,
}

/// Something that stands out in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Marker {
    /// The turn, counted from 0.
    pub turn: u64,
    /// What it is.
    pub kind: MarkerKind,
    /// A sentence about it.
    pub text: String,
}

/// The kinds of marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MarkerKind {
    /// A check failed.
    Failure,
    /// The guest took long until the next call.
    Long,
    /// A task that could run was not run for long.
    Starved,
    /// The list has become longer than it was at any time before, by much.
    Grown,
    /// It looked again and again, and none of these looks was of use.
    Wasted,
}

/// A packed timeline is no such thing.
#[derive(Debug, thiserror::Error)]
#[error("the turns of the profile are damaged: {0}")]
pub struct UnpackError(pub String);
