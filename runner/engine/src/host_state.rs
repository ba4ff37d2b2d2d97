use std::sync::Arc;

use hashbrown::HashSet;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi_io::poll::DynPollable;

use super::events::Events;
use super::function_calls::Recorder;
use super::host_samples::HostSampler;
use super::hosts::Host;
use super::lean::Lean;
use super::limits::{MemoryMeter, RunLimits};
use super::observer::Observer;
use super::pollable::{self, SharedEvents};
use super::profile::Call;
use super::real::Real;
use super::stack_samples::Sampler;
use super::streams::TaskStreams;
use super::ticker::Deadline;
use super::wasi::Wasi;
use pollbench_simulation::agenda::{Event, PollSets};
use pollbench_simulation::simulation::Simulation;

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
    pub(super) shared: SharedEvents,
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
    /// The streams that tasks were given.
    pub(super) task_streams: TaskStreams,
    /// The places in `table` of the pollables that were made of standard streams.
    pub(super) stream_pollables: HashSet<u32>,
    pub(super) limits: RunLimits,
    /// Records the calls of functions, if the component is instrumented.
    pub(super) recorder: Option<Box<Recorder>>,
    /// Looks at the guest's stack now and then, if it is to.
    pub(super) sampler: Option<Box<Sampler>>,
    /// Looks at what this thread does now and then, if it is to.
    pub(super) host_sampler: Option<Box<HostSampler>>,
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
            shared: SharedEvents::default(),
            events: Events::default(),
            lean: None,
            real: None,
            sets: PollSets::default(),
            observer,
            memory: MemoryMeter::new(limits.memory),
            wasi: Wasi::new(limits.output),
            task_streams: TaskStreams::default(),
            stream_pollables: HashSet::new(),
            limits,
            recorder: None,
            sampler: None,
            host_sampler: None,
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

    /// Counts that a pollable was dropped.
    pub(super) fn dropped(&mut self, pollable: u32) {
        // Most guests have no pollables of streams.
        let is_of_stream =
            !self.stream_pollables.is_empty() && self.stream_pollables.remove(&pollable);
        match is_of_stream {
            true => self.simulation.stream_pollable_dropped(),
            false => self.simulation.dropped(),
        }
        self.events.dropped(pollable);
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
