//! The versioned format of one run: a JSON file with everything measured, the
//! raw repetitions behind every summary, and the conditions they held under.
//!
//! `schema/record.schema.json` is generated from these types. A reader accepts
//! its own [`SCHEMA`] and all earlier ones; adding an optional field does not
//! change the number, anything else does.

mod cell;
mod difference;
mod environment;
mod failure;
mod identity;
mod phase;
mod read;
mod time;
mod write;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cell::{Cell, Counters, KnobValue, Latency, Measures, Status};
pub use difference::Difference;
pub use environment::{Clock, Cpu, Environment, Guest, Host, Interface, Knob, LoadAverage};
pub use failure::{Failure, FailureKind};
pub use identity::{CellId, ContenderId, GroupId};
pub use phase::{PhaseCount, PhaseCounters};
pub(crate) use read::input_name;
pub use read::{ReadError, read_text};
pub use time::{Estimate, Repetition, RepetitionKind, Split, Time};
pub use write::{WriteError, directory_of, followed, unfinished_prefix, write_whole};

/// The schema number written by this version.
pub const SCHEMA: u32 = 3;

/// The file that stands for standard input or standard output.
pub const STANDARD: &str = "-";

/// One run: every cell of its matrix and the environment they share; or several,
/// merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The format's number, [`SCHEMA`].
    pub schema: u32,
    /// Whether the run was stopped before its matrix was complete.
    pub interrupted: bool,
    /// How many records were merged into this one, where it is not a run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<u32>,
    /// The conditions of the measurement.
    pub environment: Environment,
    /// Further conditions, of cells that were measured under others and name them in
    /// their `environment`: on other machines, or in a run that had guests of the same
    /// groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
    /// What was measured, in the order of the matrix.
    pub cells: Vec<Cell>,
}

/// What a file is called in a message, and `standard` in place of [`STANDARD`].
fn name_of(path: &Path, standard: &str) -> String {
    if path == Path::new(STANDARD) { standard.into() } else { path.display().to_string() }
}

impl Record {
    /// All conditions under which there are cells, in the order of their numbers.
    pub fn all_environments(&self) -> impl Iterator<Item = &Environment> {
        std::iter::once(&self.environment).chain(&self.environments)
    }

    /// The number of those a cell was measured under.
    pub fn environment_number(&self, cell: &Cell) -> usize {
        // A number there is nothing for is as good as none.
        let number = cell.environment.map_or(0, |number| number as usize);
        if number <= self.environments.len() { number } else { 0 }
    }

    /// The guests of all environments, each once.
    pub fn guests(&self) -> Vec<&Guest> {
        let mut guests: Vec<&Guest> = Vec::new();
        for guest in self.all_environments().flat_map(|it| &it.guests) {
            if !guests.iter().any(|it| it.name == guest.name) {
                guests.push(guest);
            }
        }
        guests
    }
}
