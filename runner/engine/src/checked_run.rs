//! Runs of a guest that is to be right, not fast: they are checked, and nothing is timed.

use pollbench_reports::profile::CallLog;
use pollbench_reports::record::PhaseCounters;
use quanta::Clock;

use super::compiled_guest::CompiledGuest;
use super::drive::Drive;
use super::host_state::{FUEL, HostState};
use super::limits::RunLimits;
use super::observer::Observer;
use super::run::{Ended, Lane, NoWindow};
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::{Kept, Simulation};

/// What came of a run that was checked. Of several runs of one instance, it is the last one.
#[derive(Debug)]
pub struct CheckedRun {
    /// Whether the guest did what it was to do.
    pub verdict: Result<(), NoWindow>,
    /// The counts from the beginning of the run to its end.
    pub counts: PhaseCounters,
    /// The most polls that began while one event waited for its task to run.
    pub longest_wait: u64,
    /// What the guest did, if that was to be kept.
    pub log: Option<CallLog>,
}

impl CompiledGuest {
    /// Runs the guest so many times in one instance. The program has to be compiled for the
    /// counted lane, and its host has to be a simulated one.
    ///
    /// `workload` makes the work of each run, from its beginning.
    pub fn check(
        &self,
        workload: &dyn Fn() -> Box<dyn Workload>,
        runs: u32,
        knobs: &[u64],
        kept: Option<Kept>,
        limits: RunLimits,
    ) -> CheckedRun {
        let begin = || {
            let mut simulation = Simulation::checked(workload(), self.host.model());
            kept.into_iter().for_each(|kept| simulation.keep_log(kept));
            simulation
        };
        let deadline = self.ticker.deadline(limits.run);
        let observer = Observer::plain(Clock::new()).counting();
        let state = HostState::new(begin(), observer, limits).on(self.host);
        if let Some(reason) = self.not_supported() {
            let verdict = Err(NoWindow::NotSupported(reason.into()));
            return CheckedRun::of(verdict, state);
        }
        let mut store = state.into_store(self.world.engine(), &deadline);
        store.set_fuel(FUEL).expect("the engine of the counted lane has fuel");
        let mut left = runs;
        let mut more = |state: &mut HostState| {
            left = left.saturating_sub(1);
            // The first run that is not in order is the last one.
            let goes_on = left > 0 && state.simulation.finish().is_ok();
            if goes_on {
                state.simulation = begin();
            }
            goes_on
        };
        let result = self.world.run_each(&mut store, knobs, Drive::ByHand(&deadline), &mut more);
        let (lane, fuel, state) = (Lane::Counted, 0, store.into_data());
        let component = self.bytes.clone();
        let mut ended = Ended { lane, fuel, result, component, state };
        CheckedRun::of(ended.check(), ended.state)
    }
}

impl CheckedRun {
    fn of(verdict: Result<(), NoWindow>, mut state: HostState) -> Self {
        let simulation = &mut state.simulation;
        Self {
            verdict,
            counts: simulation.tally().total,
            longest_wait: simulation.latencies().all.polls.max(),
            log: simulation.take_log(),
        }
    }
}
