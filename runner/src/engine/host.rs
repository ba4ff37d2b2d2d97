use std::sync::Arc;
use std::time::Duration;

use pollbench_reports::record::Split;
use quanta::Clock;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi_io::poll::DynPollable;

use super::events::Events;
use super::hosts::Host;
use super::instructions::Instructions;
use super::lean::Lean;
use super::limits::{MemoryMeter, RunLimits};
use super::observation::{Observation, Observations};
use super::pollable::{self, Shared};
use super::profile::{Call, Profile};
use super::real::Real;
use super::ticker::Deadline;
use super::wasi::Wasi;
use pollbench_simulation::agenda::{Event, PollSets};
use pollbench_simulation::simulation::{Edge, Simulation};

/// The fuel of a counted run: it is there to be counted, and never runs out.
pub const FUEL: u64 = u64::MAX;

/// What a store holds: the simulation, the table of pollables, the rest of WASI,
/// and what is observed of the run.
pub struct HostState {
    /// The simulation that the guest runs in.
    pub simulation: Simulation,
    /// The pollables the guest holds.
    pub table: ResourceTable,
    /// The pollables that share an event with others.
    pub(super) shared: Shared,
    /// The events of pollables, where the guest is checked.
    pub(super) events: Events,
    /// The simulation's pollables on the lean host, which are not in `table`.
    pub(super) lean: Option<Lean>,
    /// What a real host has besides; `None` on a simulated host.
    pub(super) real: Option<Real>,
    /// The sets of the experimental `poll-set`.
    pub(super) sets: PollSets,
    pub(super) observer: Observer,
    pub(super) memory: MemoryMeter,
    pub(super) wasi: Wasi,
    pub(super) limits: RunLimits,
}

/// Takes the time of the measured window and, if it is to, a profile of it.
pub struct Observer {
    clock: Clock,
    opened: u64,
    closed: u64,
    /// This thread's CPU time when the window opened; the next field has it at the closing.
    opened_after: Option<Duration>,
    closed_after: Option<Duration>,
    profile: Option<Profile>,
    instructions: Option<Instructions>,
    /// The instructions that `poll` has retired in the window.
    instructions_in_poll: Option<u64>,
}

impl HostState {
    /// The state of a run at its beginning.
    pub fn new(simulation: Simulation, observer: Observer, limits: RunLimits) -> Self {
        let mut table = ResourceTable::new();
        // A pollable takes an entry, and the resource it belongs to takes another.
        table.set_max_capacity(limits.handles.saturating_mul(2));
        Self {
            simulation,
            table,
            shared: Shared::default(),
            events: Events::default(),
            lean: None,
            real: None,
            sets: PollSets::default(),
            observer,
            memory: MemoryMeter::new(limits.memory),
            wasi: Wasi::new(limits.output),
            limits,
        }
    }

    /// Makes this the state of a run on another simulated host than the stock one.
    pub fn on(self, host: Host) -> Self {
        Self { lean: (host == Host::Lean).then(Lean::default), ..self }
    }

    /// Makes this the state of a run on a real host.
    pub fn on_real(self, real: Real) -> Self {
        Self { real: Some(real), ..self }
    }

    /// Makes a pollable of an event.
    pub(super) fn subscribe(&mut self, event: Arc<Event>) -> Result<Resource<DynPollable>> {
        let known = self.simulation.is_checked().then(|| event.clone());
        let real = self.real.as_ref();
        let pollable = match &mut self.lean {
            Some(lean) => lean.push(event),
            None if event.is_shared() => self.shared.push(&mut self.table, event, real)?,
            None => pollable::push(&mut self.table, event, real)?,
        };
        self.events.made(pollable.rep(), known);
        Ok(pollable)
    }

    /// Puts the state into a store, with the run's limits and hooks.
    pub(super) fn into_store(self, engine: &Engine, deadline: &Deadline) -> Store<Self> {
        let profiled = self.observer.profile.is_some();
        let handles = self.limits.handles;
        let mut store = Store::new(engine, self);
        store.limiter(|state| &mut state.memory);
        store.set_max_component_handles(handles);
        store.set_epoch_deadline(deadline.ticks);
        if profiled {
            store.call_hook(|mut store, hook| {
                if let Some(profile) = &mut store.data_mut().observer.profile {
                    profile.cross(hook);
                }
                Ok(())
            });
        }
        store
    }

    /// Runs the body of a host function, and tells the observer when it begins and ends.
    pub(super) fn observed<R>(&mut self, call: Call, body: impl FnOnce(&mut Self) -> R) -> R {
        self.observer.begin(call);
        let result = body(self);
        self.observer.end();
        result
    }
}

impl Observer {
    /// An observer that takes only the time of the window.
    pub fn plain(clock: Clock) -> Self {
        Self {
            clock,
            opened: 0,
            closed: 0,
            opened_after: None,
            closed_after: None,
            profile: None,
            instructions: None,
            instructions_in_poll: None,
        }
    }

    /// An observer that takes a profile too. `event_loop` says whether the host runs the
    /// event loop.
    pub fn profiled(clock: Clock, event_loop: bool) -> Self {
        let profile = Profile::new(clock.clone(), event_loop);
        Self { profile: Some(profile), ..Self::plain(clock) }
    }

    /// Makes the observer count the instructions of `poll` too, if they can be counted.
    pub fn counting(self) -> Self {
        Self { instructions: Instructions::open().ok(), ..self }
    }

    /// Runs the host's work in a call, and counts its instructions if the call is `poll`.
    pub(super) fn within<R>(&mut self, call: Call, body: impl FnOnce() -> R) -> R {
        match self.instructions.as_mut().filter(|_| call == Call::Poll) {
            Some(instructions) => instructions.count(body),
            None => body(),
        }
    }

    pub(super) fn begin(&mut self, call: Call) {
        if let Some(profile) = &mut self.profile {
            profile.begin(call);
        }
    }

    /// The clock that the observer's time stamps come from.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Notes that the host returned to its runtime at the time stamp `since` and the CPU
    /// time `processor`, and goes on now.
    pub(super) fn has_waited(&mut self, since: u64, processor: Option<Duration>) {
        if let Some(profile) = &mut self.profile {
            profile.has_waited(since, processor);
        }
    }

    /// Notes that the host returns to its runtime, until a call begins or goes on.
    pub(super) fn waits(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.wait();
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.end();
        }
    }

    pub(super) fn at_edge(&mut self, edge: Edge) {
        match edge {
            Edge::Opens => {
                // This is a system call, so it is not made between the time stamps of the
                // window.
                self.opened_after = processor_time();
                if let Some(profile) = &mut self.profile {
                    profile.open_window();
                }
                if let Some(instructions) = &mut self.instructions {
                    instructions.open_window();
                }
                self.opened = self.clock.raw();
            }
            Edge::Closes => {
                self.closed = self.clock.raw();
                if let Some(profile) = &mut self.profile {
                    profile.close_window();
                }
                self.closed_after = processor_time();
                self.instructions_in_poll = self.instructions.as_ref().map(Instructions::total);
            }
        }
    }

    /// The length of the window, in nanoseconds.
    pub(super) fn nanoseconds(&self) -> u64 {
        self.clock.delta_as_nanos(self.opened, self.closed)
    }

    /// The length of the window as work and waiting, in nanoseconds. On a real host they
    /// are the CPU time and the rest; elsewhere all of it is work.
    pub(super) fn worked_and_waited(&self, is_real: bool) -> (u64, u64) {
        let all = self.nanoseconds();
        match self.processor_nanoseconds().filter(|_| is_real) {
            Some(worked) => (worked, all.saturating_sub(worked)),
            None => (all, 0),
        }
    }

    /// How much of the window was spent on a processor, where the system tells.
    pub(super) fn processor_nanoseconds(&self) -> Option<u64> {
        let spent = self.closed_after?.checked_sub(self.opened_after?)?;
        u64::try_from(spent.as_nanos()).ok()
    }

    pub(super) fn split(&self, observation: Observation) -> Option<Split> {
        self.profile.as_ref()?.split(observation)
    }

    /// The instructions of `poll` in the window, where they were counted.
    pub(super) fn instructions_in_poll(&self) -> Option<u64> {
        self.instructions_in_poll
    }

    /// How often the window was observed: never, without a profile.
    pub(super) fn observations(&self) -> Observations {
        self.profile.as_ref().and_then(Profile::observations).unwrap_or_default()
    }
}

/// This thread's CPU time, which does not include the time that other programs take.
#[cfg(unix)]
pub fn processor_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).ok()
}

#[cfg(not(unix))]
pub fn processor_time() -> Option<Duration> {
    None
}
