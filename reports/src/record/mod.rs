//! The versioned format of one run: a JSON file with everything measured, the
//! raw repetitions behind every summary, and the conditions they held under.
//!
//! `schema/record.schema.json` is generated from these types. A reader accepts
//! its own [`SCHEMA`] and all earlier ones; adding an optional field does not
//! change the number, anything else does.

mod cell;
mod environment;
mod file;
mod time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cell::{Cell, Counters, Failure, FailureKind, KnobValue, Latency, PhaseCounters, Status};
pub use environment::{Clock, Cpu, Environment, Guest, Host, Interface, Knob, LoadAverage};
pub use file::{ReadError, WriteError, write_whole};
pub use time::{Estimate, Repetition, RepetitionKind, Split, Time};

/// The schema number written by this version.
pub const SCHEMA: u32 = 2;

/// One run: every cell of its matrix and the environment they share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The format's number, [`SCHEMA`].
    pub schema: u32,
    /// Whether the run was stopped before its matrix was complete.
    pub interrupted: bool,
    /// The conditions of the measurement.
    pub environment: Environment,
    /// What was measured, in the order of the matrix.
    pub cells: Vec<Cell>,
}
