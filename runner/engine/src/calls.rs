//! The host functions of the contract: each passes the call on to the stock implementation
//! or to the simulation, and tells the observer when it begins and ends.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pollbench_reports::profile::WokenBy;
use wasmtime::component::{Access, HasSelf, Resource};
use wasmtime::{AsContextMut, Result};
use wasmtime_wasi::clocks::WasiClocksCtxView;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock as stock_clock;
use wasmtime_wasi_io::bindings::wasi::io::poll;
use wasmtime_wasi_io::poll::DynPollable;

use super::bindings::pollbench::bench::{driver, stream_driver};
use super::bindings::wasi::clocks::monotonic_clock;
use super::events::Events;
use super::host_state::{FUEL, HostState};
use super::lean::Lean;
use super::observer::Observer;
use super::profile::Call;
use super::real::{self, Real};
use pollbench_simulation::agenda::{Event, Latencies};
use pollbench_simulation::simulation::{Edge, EventKind, Running, Simulation, TaskStep};

/// What the guest's clocks show when virtual time begins, in nanoseconds: more than nothing,
/// as on any real host, for some runtimes take 0 for a clock that is broken (Go ends then).
const BEGINNING: u64 = 1_000_000_000;

impl poll::Host for HostState {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> Result<Vec<u32>> {
        let Self { simulation, table, lean, real, observer, events, .. } = self;
        observer.begin(Call::Poll);
        let handles = pollables.len();
        simulation.poll_begins(handles)?;
        let places = events.places(&pollables);
        if simulation.is_logged() {
            log_poll(simulation, events, &pollables);
        }
        let ready = match (lean, real) {
            (Some(lean), _) => {
                blocking(lean.poll(table, pollables), simulation, observer, Call::Poll).await?
            }
            (None, real) => {
                let stock = poll::Host::poll(table, pollables);
                waiting(stock, real, simulation, observer, Call::Poll).await?
            }
        };
        simulation.poll_ends(ready.len());
        observer.polled(handles, ready.len());
        ready.iter().for_each(|position| events.reported(places.get(*position), simulation));
        observer.end();
        Ok(ready)
    }
}

impl poll::HostPollable for HostState {
    async fn ready(&mut self, pollable: Resource<DynPollable>) -> Result<bool> {
        let Self { simulation, table, lean, real, observer, events, .. } = self;
        observer.begin(Call::Other);
        simulation.ready_call()?;
        let place = pollable.rep();
        let ready = match lean {
            Some(lean) if Lean::owns(&pollable) => lean.is_ready(&pollable),
            _ if real.is_some() => poll::HostPollable::ready(table, pollable).await?,
            _ => {
                let waker = simulation.woken().waker();
                let mut ready = pin!(poll::HostPollable::ready(table, pollable));
                poll_fn(|_| ready.as_mut().poll(&mut Context::from_waker(&waker))).await?
            }
        };
        if simulation.is_logged() {
            simulation.log_ready(events.of(place), ready);
        }
        if ready {
            events.reported(Some(place), simulation);
        }
        observer.end();
        Ok(ready)
    }

    async fn block(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        let Self { simulation, table, lean, real, observer, events, .. } = self;
        observer.begin(Call::Other);
        simulation.block_call()?;
        let place = pollable.rep();
        match lean {
            Some(lean) if Lean::owns(&pollable) => {
                let ready = async {
                    lean.block(&pollable).await;
                    Ok(())
                };
                blocking(ready, simulation, observer, Call::Other).await?;
            }
            _ => {
                let stock = poll::HostPollable::block(table, pollable);
                waiting(stock, real, simulation, observer, Call::Other).await?;
            }
        }
        if simulation.is_logged() {
            simulation.log_block(events.of(place));
        }
        events.reported(Some(place), simulation);
        observer.end();
        Ok(())
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        self.observed(Call::Other, |state| {
            state.dropped(pollable.rep());
            match &mut state.lean {
                Some(lean) if Lean::owns(&pollable) => {
                    state.sets.pollable_dropped(pollable.rep());
                    lean.drop(&pollable);
                    Ok(())
                }
                _ => {
                    let place = pollable.rep();
                    poll::HostPollable::drop(&mut state.table, pollable)?;
                    state.shared.dropped(&mut state.table, place)
                }
            }
        })
    }
}

#[cold]
fn log_poll(simulation: &mut Simulation, events: &Events, pollables: &[Resource<DynPollable>]) {
    simulation.log_poll(pollables.iter().map(|it| events.of(it.rep())));
}

/// Awaits a host function that blocks, on a host that is real or simulated.
async fn waiting<R>(
    body: impl Future<Output = Result<R>>,
    real: &mut Option<Real>,
    simulation: &mut Simulation,
    observer: &mut Observer,
    call: Call,
) -> Result<R> {
    match real {
        Some(real) => real::blocking(body, real, simulation, observer, call).await,
        None => blocking(body, simulation, observer, call).await,
    }
}

/// Awaits a host function that blocks. Each time nothing is ready, the guest's stack is
/// left and entered again, as it would be when the host yields to its runtime. If the
/// runtime finds nothing ready, virtual time jumps to the next event first.
pub(super) async fn blocking<R>(
    body: impl Future<Output = Result<R>>,
    simulation: &mut Simulation,
    observer: &mut Observer,
    call: Call,
) -> Result<R> {
    let mut body = pin!(body);
    let waker = simulation.woken().waker();
    poll_fn(|cx| {
        if call == Call::Poll {
            simulation.looked();
        }
        simulation.woken().clear();
        let look = || body.as_mut().poll(&mut Context::from_waker(&waker));
        if let Poll::Ready(result) = observer.within(call, look) {
            return Poll::Ready(result);
        }
        // What the runtime finds is the host's work; that time jumps is the driver's.
        while !simulation.host_yields() {
            observer.begin(Call::Driver);
            let jumped = simulation.jump();
            observer.begin(call);
            if let Err(violation) = jumped {
                return Poll::Ready(Err(violation.into()));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

impl monotonic_clock::Host for HostState {
    fn now(&mut self) -> Result<u64> {
        self.observed(Call::Other, |state| {
            let now = state.guests_now()?;
            match &mut state.real {
                None => Ok(now),
                Some(Real { clocks: ctx, .. }) => {
                    stock_clock::Host::now(&mut WasiClocksCtxView { ctx, table: &mut state.table })
                }
            }
        })
    }

    fn resolution(&mut self) -> Result<u64> {
        self.observed(Call::Other, |state| {
            state.simulation.clock_call()?;
            Ok(1)
        })
    }

    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<DynPollable>> {
        self.observed(Call::Other, |state| {
            state.simulation.clock_call()?;
            if state.real.is_some() {
                return state.real_clock(|mut clock| {
                    stock_clock::Host::subscribe_instant(&mut clock, when)
                });
            }
            // A sum that has reached the end of the numbers means the end of time.
            let deadline = if when == u64::MAX { when } else { when.saturating_sub(BEGINNING) };
            let event = state.simulation.timer(deadline);
            state.subscribe(event)
        })
    }

    fn subscribe_duration(&mut self, duration: u64) -> Result<Resource<DynPollable>> {
        self.observed(Call::Other, |state| {
            if state.real.is_some() {
                state.simulation.clock_call()?;
                return state.real_clock(|mut clock| {
                    stock_clock::Host::subscribe_duration(&mut clock, duration)
                });
            }
            let deadline = state.simulation.now()?.saturating_add(duration);
            let event = state.simulation.timer(deadline);
            state.subscribe(event)
        })
    }
}

impl HostState {
    /// Virtual time as the guest's clocks show it, in nanoseconds.
    pub(super) fn guests_now(&mut self) -> Result<u64> {
        Ok(self.simulation.now()?.saturating_add(BEGINNING))
    }

    /// Makes a pollable of a real clock.
    fn real_clock(
        &mut self,
        subscribe: impl FnOnce(WasiClocksCtxView<'_>) -> Result<Resource<DynPollable>>,
    ) -> Result<Resource<DynPollable>> {
        let Self { real: Some(Real { clocks: ctx, .. }), table, simulation, .. } = self else {
            unreachable!("whoever asks has looked")
        };
        simulation.foreign_pollable();
        subscribe(WasiClocksCtxView { ctx, table })
    }
}

impl driver::Host for HostState {}

impl driver::HostWithStore<HostState> for HasSelf<HostState> {
    fn next(
        mut store: Access<'_, HostState, Self>,
        task: u32,
        outcome: u32,
    ) -> Result<driver::Step> {
        next(&mut store, task, outcome, HostState::lower)
    }
}

impl stream_driver::Host for HostState {}

impl stream_driver::HostWithStore<HostState> for HasSelf<HostState> {
    fn next(
        mut store: Access<'_, HostState, Self>,
        task: u32,
        outcome: u32,
    ) -> Result<stream_driver::StreamStep> {
        next(&mut store, task, outcome, |state, step| match step {
            TaskStep::Read(event) => state.stream(task, event).map(stream_driver::StreamStep::Read),
            step => state.lower(step).map(stream_driver::StreamStep::Plain),
        })
    }
}

/// A step that the guest's world does not have.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSupported(pub &'static str);

const NO_STREAMS: &str = "`read`: it imports pollbench:bench/driver, and this step is one of pollbench:bench/stream-driver (see wit/streams.wit)";

/// Answers a driver's `next`; `lower` makes the answer of the step.
fn next<S>(
    store: &mut Access<'_, HostState, HasSelf<HostState>>,
    task: u32,
    outcome: u32,
    lower: impl FnOnce(&mut HostState, TaskStep) -> Result<S>,
) -> Result<S> {
    let state = store.get();
    state.observer.begin(Call::Driver);
    let (running, edge) = state.simulation.begin(task, outcome)?;
    runs(store, task, running, edge, |state, running| {
        let step = state.simulation.answer(running);
        let step = lower(state, step)?;
        state.observer.end();
        Ok(step)
    })
}

/// Lets a task run, and `answer` the call that it runs in.
pub(super) fn runs<R>(
    store: &mut impl AsContextMut<Data = HostState>,
    task: u32,
    running: Running,
    edge: Option<Edge>,
    answer: impl FnOnce(&mut HostState, Running) -> Result<R>,
) -> Result<R> {
    let mut store = store.as_context_mut();
    let HostState { simulation, observer, .. } = store.data_mut();
    let latencies = simulation.latencies();
    observer.runs(task, || woken_by(&running, latencies));
    // The step that closes the window may make everything happen. That is work for all
    // N pollables, and not to be measured.
    at_edge(&mut store, edge.filter(|edge| *edge == Edge::Closes))?;
    let answered = answer(store.data_mut(), running)?;
    at_edge(&mut store, edge.filter(|edge| *edge == Edge::Opens))?;
    Ok(answered)
}

/// What a task is woken by, and how many polls have begun since that was due.
fn woken_by(running: &Running, latencies: &Latencies) -> (WokenBy, u64) {
    match running.event() {
        None => (WokenBy::Start, 0),
        Some(EventKind::Pollable) => (WokenBy::Pollable, latencies.last_polls()),
        Some(EventKind::Timer) => (WokenBy::Timer, 0),
        Some(EventKind::Yield) => (WokenBy::Yield, 0),
    }
}

/// Notes that the measured window opens or closes, if it does.
pub(super) fn at_edge(
    store: &mut impl AsContextMut<Data = HostState>,
    edge: Option<Edge>,
) -> Result<()> {
    let Some(edge) = edge else { return Ok(()) };
    let mut store = store.as_context_mut();
    // Only the counted lane has fuel.
    let fuel = store.get_fuel().map_or(0, |left| FUEL - left);
    let HostState { simulation, observer, recorder, sampler, host_sampler, .. } = store.data_mut();
    // Of all this, no time is in the window.
    if edge == Edge::Closes {
        host_sampler.iter_mut().for_each(|it| it.at_edge(edge));
        observer.at_edge(edge);
    }
    simulation.snapshot(edge, fuel);
    if let Some(recorder) = recorder {
        recorder.at_edge(edge, fuel)?;
    }
    if let Some(sampler) = sampler {
        sampler.at_edge(edge);
    }
    if edge == Edge::Opens {
        host_sampler.iter_mut().for_each(|it| it.at_edge(edge));
        observer.at_edge(edge);
    }
    Ok(())
}

impl HostState {
    fn lower(&mut self, step: TaskStep) -> Result<driver::Step> {
        Ok(match step {
            TaskStep::Wait(event) => driver::Step::Wait(self.subscribe(event)?),
            TaskStep::Again => driver::Step::Again,
            TaskStep::Sleep(nanoseconds) => driver::Step::Sleep(nanoseconds),
            TaskStep::Timeout(event, nanoseconds) => {
                driver::Step::Timeout((self.subscribe(event)?, nanoseconds))
            }
            TaskStep::Yield => driver::Step::Yield,
            TaskStep::Race(events) => driver::Step::Race(self.pollables(events)?),
            TaskStep::Join(events) => driver::Step::Join(self.pollables(events)?),
            TaskStep::Spawn(task) => driver::Step::Spawn(task),
            TaskStep::Done => driver::Step::Done,
            TaskStep::Read(_) => return Err(NotSupported(NO_STREAMS).into()),
        })
    }

    fn pollables(&mut self, events: Vec<Arc<Event>>) -> Result<Vec<Resource<DynPollable>>> {
        events.into_iter().map(|event| self.subscribe(event)).collect()
    }
}
