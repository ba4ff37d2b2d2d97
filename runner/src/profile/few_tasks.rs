//! A run of so few tasks that a turn of it can be read.

use std::collections::BTreeMap;

use pollbench_reports::profile::anatomy;
use pollbench_reports::record::KnobValue;
use pollbench_simulation::simulation::Kept;

use super::{LoadedCell, ProfileError, Replay};
use crate::engine::RunLimits;
use crate::worker::Job;

/// How many tasks wait.
pub const TASKS: u32 = 8;
/// How many of them have an event under way.
pub const ACTIVE: u32 = 2;
/// In this workload every event also drops a pollable and makes one, and a timer.
pub const WORKLOAD: &str = "churn";
/// The first turns have the start of the tasks in them.
const AFTER: u64 = 4;
/// How many turns are kept: by then a task has run in one.
const KEPT: usize = 64;

/// What a guest did with few tasks, and a turn of it, explained line by line. There are no
/// lines where it makes no turns, or does not get so far.
pub struct FewTasks {
    /// What it did.
    pub replay: Replay,
    /// The turn.
    pub turn: Vec<String>,
}

impl FewTasks {
    /// The work, for a guest with these knobs.
    pub fn job(knobs: BTreeMap<String, KnobValue>) -> Job {
        Job {
            workload: WORKLOAD.into(),
            pollables: TASKS,
            active: ACTIVE,
            parameters: BTreeMap::new(),
            effort: 10_000,
            knobs,
        }
    }

    /// Runs the guest of a cell with few tasks, whatever work the cell is.
    pub fn run(loaded: &LoadedCell, limits: RunLimits) -> Result<Self, ProfileError> {
        let few = loaded.with_work(&Self::job(BTreeMap::new()))?;
        let replay = Replay::of(&few, limits, Kept::First(KEPT))?;
        let turn = anatomy(&replay.log, TASKS, AFTER);
        Ok(Self { replay, turn })
    }
}
