use std::io;

use hdrhistogram::Histogram;
use pollbench_reports::record::{Counters, Failure, FailureKind, Split};
use quanta::Clock;
use tokio::runtime::Runtime;

use super::bindings::exports::pollbench::bench::executor;
use super::compiled_guest::CompiledGuest;
use super::drive::Drive;
use super::failure::failure;
use super::host_state::{FUEL, HostState};
use super::limits::RunLimits;
use super::observation::{Observation, Observations};
use super::observer::Observer;
use super::real::{Real, raise_descriptor_limit};
use crate::profile::Recorder;
use pollbench_simulation::agenda::Waits;
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::{Simulation, Violation};

/// How a run is observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lane {
    /// With fuel, for exact counts.
    Counted,
    /// With time stamps only where the measured window opens and closes.
    Plain,
    /// With a time stamp at every crossing between guest and host.
    Profiled {
        /// What observing costs, which is subtracted.
        observation: Observation,
    },
}

/// The result of a run: the measured window, or why there is none.
pub type Outcome = Result<Window, NoWindow>;

/// Why a run has no measured window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWindow {
    /// The guest can't express a step, or can't run on the host; the text says why.
    NotSupported(String),
    /// The guest broke the contract or a limit.
    Failed(Failure),
}

impl From<Violation> for NoWindow {
    fn from(violation: Violation) -> Self {
        Self::Failed(violation.into())
    }
}

/// What was measured in one run.
#[derive(Debug)]
pub struct Window {
    /// Exact in every lane, except for the fuel, which is 0 outside the counted lane.
    pub counters: Counters,
    /// The length of the window without waiting.
    pub nanoseconds: u64,
    /// How long a real host waited, in nanoseconds.
    pub waited: u64,
    /// How much of the window was spent on a processor, where the system tells.
    pub processor_nanoseconds: Option<u64>,
    /// Where the time went, in the profiled lane only.
    pub split: Option<Split>,
    /// Instructions that `poll` has retired in the host, in the counted lane only, where
    /// they can be counted.
    pub poll_instructions: Option<u64>,
    /// How often the run was observed.
    pub observations: Observations,
    /// How long events waited from when they were due until their task ran: in polls in the
    /// counted lane, in nanoseconds in the others.
    pub waits: Waits,
    /// How long the events of cold sources waited.
    pub cold_waits: Waits,
    /// How late timers were, in virtual nanoseconds, in the counted lane only.
    pub lateness: Histogram<u64>,
    /// Events that still waited when the window closed, which are in `waits` too.
    pub still_waiting: u64,
}

impl CompiledGuest {
    /// Runs the guest as [`super::Guest::run`] does. The counted lane needs a program that
    /// was compiled for it.
    pub fn run(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        lane: Lane,
        limits: RunLimits,
        clock: &Clock,
    ) -> Outcome {
        self.run_recorded(workload, knobs, lane, limits, clock, &mut None)
    }

    /// As [`CompiledGuest::run`], with a recorder of the calls in an instrumented component,
    /// which is there again afterwards. Without fuel it records nothing of use.
    pub(crate) fn run_recorded(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        lane: Lane,
        limits: RunLimits,
        clock: &Clock,
        recorder: &mut Option<Box<Recorder>>,
    ) -> Outcome {
        if let Some(reason) = self.not_supported() {
            return Err(NoWindow::NotSupported(reason.into()));
        }
        let profiled = matches!(lane, Lane::Profiled { .. });
        let model = self.host.model();
        let simulation = match lane {
            Lane::Counted => Simulation::checked(workload, model),
            _ => Simulation::timed(workload, model, Some(clock.clone())),
        };
        let observer = match profiled {
            true => Observer::profiled(clock.clone(), self.world.has_event_loop()),
            false => Observer::plain(clock.clone()),
        };
        let observer = if lane == Lane::Counted { observer.counting() } else { observer };
        let tasks = simulation.tasks();
        let deadline = self.ticker.deadline(limits.run);
        let runtime = self.runtime(tasks)?;
        let _within = runtime.as_ref().map(Runtime::enter);
        let state = HostState::new(simulation, observer, limits).on(self.host);
        let state = match runtime {
            Some(_) => {
                state.on_real(Real::new(limits.run, deadline.clone()).map_err(no_real_host)?)
            }
            None => state,
        };
        let state = HostState { recorder: recorder.take(), ..state };
        let drive = runtime.as_ref().map_or(Drive::ByHand(&deadline), Drive::Runtime);
        let mut store = state.into_store(self.world.engine(), &deadline);
        if lane == Lane::Counted {
            store.set_fuel(FUEL).expect("the engine of the counted lane has fuel");
        }

        let result = self.world.run(&mut store, tasks, knobs, drive);
        let fuel = store.get_fuel().map_or(0, |left| FUEL - left);
        let mut state = store.into_data();
        *recorder = state.recorder.take();
        match result {
            Ok(Ok(())) => state.simulation.finish()?,
            Ok(Err(executor::Failure::NotSupported(reason))) => {
                return Err(state.violation_or(NoWindow::NotSupported(reason)));
            }
            Ok(Err(executor::Failure::Failed(message))) => {
                let message = format!("`run` returned an error: {message}");
                let failure = Failure { kind: FailureKind::GuestError, message };
                return Err(state.violation_or(NoWindow::Failed(failure)));
            }
            Err(error) => {
                let failure = failure(&error, &state, &limits);
                return Err(state.violation_or(NoWindow::Failed(failure)));
            }
        }
        let observation = match lane {
            Lane::Profiled { observation } => observation,
            _ => Observation::default(),
        };
        Ok(state.window(fuel, observation))
    }
}

impl CompiledGuest {
    /// Starts the runtime of a real host for so many tasks; `None` on a simulated host.
    fn runtime(&self, tasks: u32) -> Result<Option<Runtime>, NoWindow> {
        let Some(flavor) = self.host.runtime() else { return Ok(None) };
        raise_descriptor_limit(tasks.into()).map_err(NoWindow::NotSupported)?;
        flavor.start().map(Some).map_err(no_real_host)
    }
}

fn no_real_host(error: io::Error) -> NoWindow {
    NoWindow::NotSupported(format!("this system gives no real host: {error}"))
}

impl HostState {
    /// Why there is no window: the first violation if there is one, because it explains
    /// what followed, or else `why`.
    fn violation_or(&self, why: NoWindow) -> NoWindow {
        self.simulation.violation().cloned().map_or(why, NoWindow::from)
    }

    fn window(self, fuel: u64, observation: Observation) -> Window {
        let tally = self.simulation.tally();
        let mut whole_run = tally.total;
        whole_run.guest_fuel = fuel;
        let counters = Counters {
            window: tally.window().expect("a run without a violation completes its plan"),
            handles_peak: tally.handles_peak,
            handles_leaked: tally.handles,
            guest_memory_peak_bytes: self.memory.bytes(),
            whole_run,
        };
        let latencies = self.simulation.latencies();
        let (nanoseconds, waited) = self.observer.worked_and_waited(self.real.is_some());
        Window {
            counters,
            nanoseconds,
            waited,
            processor_nanoseconds: self.observer.processor_nanoseconds(),
            split: self.observer.split(observation),
            poll_instructions: self.observer.instructions_in_poll(),
            observations: self.observer.observations(),
            waits: latencies.all.clone(),
            cold_waits: latencies.cold.clone(),
            lateness: latencies.lateness.clone(),
            still_waiting: latencies.still_waiting,
        }
    }
}
