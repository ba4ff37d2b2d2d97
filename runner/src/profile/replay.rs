use pollbench_reports::profile::CallLog;
use pollbench_reports::record::{Counters, Failure, Guest};
use pollbench_simulation::simulation::Kept;
use quanta::Clock;

use super::{LoadedCell, ProfileError, ProfiledCell};
use crate::engine::{NoWindow, RunLimits};

/// What a guest did in a run that was checked, call by call.
pub struct Replay {
    /// The guest.
    pub guest: Guest,
    /// Some turns of its loop.
    pub log: CallLog,
    /// What was counted, if it did nothing wrong.
    pub counters: Option<Counters>,
    /// What it did wrong, if it did.
    pub failure: Option<Failure>,
}

impl Replay {
    /// Runs a cell once in the counted lane, where every run is the same, and keeps some of
    /// the turns.
    pub fn run(cell: &ProfiledCell, kept: Kept) -> Result<Self, ProfileError> {
        Self::of(&cell.load()?, cell.limits, kept)
    }

    /// As [`Replay::run`], for a cell whose guest is compiled.
    pub fn of(loaded: &LoadedCell, limits: RunLimits, kept: Kept) -> Result<Self, ProfileError> {
        let (workload, guest) = (loaded.workload(), &loaded.guest);
        let (outcome, log) = guest.run_logged(workload, &loaded.knobs, kept, limits, &Clock::new());
        let (counters, failure) = match outcome {
            Ok(window) => (Some(window.counters), None),
            Err(NoWindow::Failed(failure)) => (None, Some(failure)),
            Err(NoWindow::NotSupported(why)) => {
                let guest = guest.description.name.clone();
                return Err(ProfileError::NotSupported { guest, why });
            }
        };
        Ok(Self { guest: guest.record.clone(), log: log.unwrap_or_default(), counters, failure })
    }
}
