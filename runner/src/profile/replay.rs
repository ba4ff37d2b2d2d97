use pollbench_reports::profile::CallLog;
use pollbench_reports::record::{Counters, Failure, Guest};
use pollbench_simulation::simulation::Kept;
use quanta::Clock;

use super::{ProfileError, ProfiledCell};
use crate::engine::NoWindow;

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
        let loaded = cell.load()?;
        let workload = loaded.workload();
        let guest = &loaded.guest;
        let (outcome, log) =
            guest.run_logged(workload, &loaded.knobs, kept, cell.limits, &Clock::new());
        let (counters, failure) = match outcome {
            Ok(window) => (Some(window.counters), None),
            Err(NoWindow::Failed(failure)) => (None, Some(failure)),
            Err(NoWindow::NotSupported(why)) => {
                let guest = guest.description.name.clone();
                return Err(ProfileError::NotSupported { guest, why });
            }
        };
        Ok(Self { guest: loaded.guest.record, log: log.unwrap_or_default(), counters, failure })
    }
}
