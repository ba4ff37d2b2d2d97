use std::io;
use std::sync::Arc;

use hdrhistogram::Histogram;
use pollbench_reports::profile::CallLog;
use pollbench_reports::record::{Counters, Failure, Split};
use quanta::Clock;
use tokio::runtime::Runtime;

use super::bindings::exports::pollbench::bench::executor;
use super::calls::NotSupported;
use super::compiled_guest::CompiledGuest;
use super::drive::Drive;
use super::failure;
use super::function_calls::Recorder;
use super::host_samples::HostSampler;
use super::host_state::{FUEL, HostState};
use super::limits::RunLimits;
use super::observation::{Observation, Observations};
use super::observer::Observer;
use super::profile::{Profile, Recorded};
use super::real::{Real, raise_descriptor_limit};
use super::stack_samples::{Sampler, StackSamples};
use pollbench_simulation::agenda::Waits;
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::{Kept, Simulation};

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

impl NoWindow {
    /// The reason alone.
    pub fn into_words(self) -> String {
        match self {
            Self::NotSupported(reason) => reason,
            Self::Failed(failure) => failure.in_one_line(),
        }
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
        let simulation = match lane {
            Lane::Counted => Simulation::checked(workload, self.host.model()),
            _ => Simulation::timed(workload, self.host.model(), Some(clock.clone())),
        };
        let observer = self.observer(lane, clock);
        self.simulate(simulation, observer, Watch::Nothing, knobs, lane, limits)?.outcome()
    }

    /// As [`CompiledGuest::run`] in the counted lane, with a recorder of the calls in an
    /// instrumented component, which comes back unless the guest can't run at all.
    pub fn run_recorded(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        limits: RunLimits,
        clock: &Clock,
        recorder: Box<Recorder>,
    ) -> Result<(Outcome, Box<Recorder>), NoWindow> {
        let simulation = Simulation::checked(workload, self.host.model());
        let (observer, lane) = (self.observer(Lane::Counted, clock), Lane::Counted);
        let watch = Watch::Calls(recorder);
        let mut ended = self.simulate(simulation, observer, watch, knobs, lane, limits)?;
        let recorder = ended.state.recorder.take().expect("nobody else takes it");
        Ok((ended.outcome(), recorder))
    }

    /// As [`CompiledGuest::run`] in the profiled lane, and records the first `most` turns of
    /// the guest's loop.
    pub fn run_with_turns(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        observation: Observation,
        most: usize,
        limits: RunLimits,
        clock: &Clock,
    ) -> Result<(Window, Recorded), NoWindow> {
        let lane = Lane::Profiled { observation };
        let simulation = Simulation::timed(workload, self.host.model(), Some(clock.clone()));
        let mut observer = self.observer(lane, clock);
        observer.profile.as_mut().into_iter().for_each(|profile| profile.record_turns(most));
        let mut ended = self.simulate(simulation, observer, Watch::Nothing, knobs, lane, limits)?;
        ended.check()?;
        let profile = ended.state.observer.profile.as_mut();
        let recorded = profile.and_then(Profile::take_turns).unwrap_or_default();
        Ok((ended.window(), recorded))
    }

    /// As [`CompiledGuest::run`] in the plain lane, and looks at the guest's stack every
    /// [`PERIOD`](super::PERIOD) of its own time. The program has to be compiled for an
    /// engine with epochs.
    pub fn run_sampled(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        limits: RunLimits,
        clock: &Clock,
    ) -> Result<(Window, StackSamples), NoWindow> {
        let simulation = Simulation::timed(workload, self.host.model(), Some(clock.clone()));
        let (observer, watch) = (self.observer(Lane::Plain, clock), Watch::Stacks);
        let mut ended = self.simulate(simulation, observer, watch, knobs, Lane::Plain, limits)?;
        ended.check()?;
        let sampler = ended.state.sampler.take();
        Ok((ended.window(), sampler.map(|it| it.finish()).unwrap_or_default()))
    }

    /// As [`CompiledGuest::run`] in the plain lane, and samples what this thread does: the
    /// addresses of the code that ran.
    pub fn run_host_sampled(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        sampler: HostSampler,
        limits: RunLimits,
        clock: &Clock,
    ) -> Result<Vec<u64>, NoWindow> {
        let simulation = Simulation::timed(workload, self.host.model(), Some(clock.clone()));
        let observer = self.observer(Lane::Plain, clock);
        let watch = Watch::Host(Box::new(sampler));
        let mut ended = self.simulate(simulation, observer, watch, knobs, Lane::Plain, limits)?;
        ended.check()?;
        let sampler = ended.state.host_sampler.take();
        Ok(sampler.map(|it| it.finish()).unwrap_or_default())
    }

    fn observer(&self, lane: Lane, clock: &Clock) -> Observer {
        let clock = clock.clone();
        match lane {
            Lane::Counted => Observer::plain(clock).counting(),
            Lane::Plain => Observer::plain(clock),
            Lane::Profiled { .. } => Observer::profiled(clock, self.world.has_event_loop()),
        }
    }

    /// As [`CompiledGuest::run`] in the counted lane, and keeps what the guest does. There is
    /// no log where the guest can't run.
    pub fn run_logged(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        kept: Kept,
        limits: RunLimits,
        clock: &Clock,
    ) -> (Outcome, Option<CallLog>) {
        let mut simulation = Simulation::checked(workload, self.host.model());
        simulation.keep_log(kept);
        let observer = self.observer(Lane::Counted, clock);
        match self.simulate(simulation, observer, Watch::Nothing, knobs, Lane::Counted, limits) {
            Ok(mut ended) => {
                let outcome = ended.check();
                let log = ended.state.simulation.take_log();
                (outcome.map(|()| ended.window()), log)
            }
            Err(why) => (Err(why), None),
        }
    }

    /// Runs the guest until it ends, in whichever way.
    fn simulate(
        &self,
        simulation: Simulation,
        observer: Observer,
        watch: Watch,
        knobs: &[u64],
        lane: Lane,
        limits: RunLimits,
    ) -> Result<Ended, NoWindow> {
        if let Some(reason) = self.not_supported() {
            return Err(NoWindow::NotSupported(reason.into()));
        }
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
        let samples = matches!(watch, Watch::Stacks);
        let state = match watch {
            Watch::Nothing | Watch::Stacks => state,
            Watch::Calls(recorder) => HostState { recorder: Some(recorder), ..state },
            Watch::Host(sampler) => HostState { host_sampler: Some(sampler), ..state },
        };
        let drive = runtime.as_ref().map_or(Drive::ByHand(&deadline), Drive::Runtime);
        let mut store = state.into_store(self.world.engine(), &deadline);
        if lane == Lane::Counted {
            store.set_fuel(FUEL).expect("the engine of the counted lane has fuel");
        }
        let _pacer = samples.then(|| Sampler::watch(&mut store, &deadline));

        let result = self.world.run(&mut store, tasks, knobs, drive);
        let fuel = store.get_fuel().map_or(0, |left| FUEL - left);
        let component = self.bytes.clone();
        Ok(Ended { lane, fuel, result, component, state: store.into_data() })
    }
}

/// What is watched besides.
enum Watch {
    Nothing,
    /// The calls of an instrumented component.
    Calls(Box<Recorder>),
    /// The guest's stack, now and then.
    Stacks,
    /// This thread, now and then.
    Host(Box<HostSampler>),
}

/// A run that is over.
pub(super) struct Ended {
    pub lane: Lane,
    pub fuel: u64,
    pub result: wasmtime::Result<Result<(), executor::Failure>>,
    pub component: Arc<[u8]>,
    pub state: HostState,
}

impl Ended {
    /// The measured window, or why there is none.
    fn outcome(mut self) -> Outcome {
        self.check()?;
        Ok(self.window())
    }

    /// Whether the guest has done what it was to do. The first violation comes before
    /// anything else, because it explains what followed.
    pub fn check(&mut self) -> Result<(), NoWindow> {
        if matches!(self.result, Ok(Ok(()))) && self.state.simulation.finish().is_ok() {
            return Ok(());
        }
        let Self { state, component, result, .. } = self;
        if let Some(violation) = state.simulation.violation() {
            let error = result.as_ref().err();
            return Err(NoWindow::Failed(failure::violation(violation, error, component, state)));
        }
        Err(match result {
            Ok(Ok(())) => unreachable!("a run that is not in order has a violation"),
            Ok(Err(executor::Failure::NotSupported(reason))) => {
                NoWindow::NotSupported(failure::not_supported(reason))
            }
            Ok(Err(executor::Failure::Failed(message))) => {
                NoWindow::Failed(failure::returned(message, state))
            }
            Err(error) => match error.downcast_ref::<NotSupported>() {
                Some(step) => NoWindow::NotSupported(step.to_string()),
                None => NoWindow::Failed(failure::failure(error, component, state)),
            },
        })
    }

    /// The measured window of a run that has passed.
    fn window(self) -> Window {
        let observation = match self.lane {
            Lane::Profiled { observation } => observation,
            _ => Observation::default(),
        };
        self.state.window(self.fuel, observation)
    }
}

impl CompiledGuest {
    /// Starts the runtime of a real host for so many tasks; `None` on a simulated host.
    fn runtime(&self, tasks: u32) -> Result<Option<Runtime>, NoWindow> {
        let Some(flavor) = self.host.runtime() else { return Ok(None) };
        raise_descriptor_limit(tasks).map_err(NoWindow::NotSupported)?;
        flavor.start().map(Some).map_err(no_real_host)
    }
}

fn no_real_host(error: io::Error) -> NoWindow {
    NoWindow::NotSupported(format!("this system gives no real host: {error}"))
}

impl HostState {
    fn window(self, fuel: u64, observation: Observation) -> Window {
        let tally = self.simulation.tally();
        let mut whole_run = tally.total;
        whole_run.guest_fuel = fuel;
        let counters = Counters {
            window: tally.window().expect("a run without a violation completes its plan"),
            handles_peak: tally.handles_peak,
            handles_leaked: tally.executor_handles(),
            stream_handles_left: tally.stream_handles,
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
