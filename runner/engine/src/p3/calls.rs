//! The host functions of the second world. Each awaits what its caller waits for;
//! the engine polls them when the simulation wakes them.

use std::future::poll_fn;
use std::mem;
use std::task::{Poll, ready};
use std::time::Duration;

use wasmtime::component::{Access, Accessor, HasSelf};
use wasmtime::{Result, bail};

use super::bindings::pollbench::bench::async_driver::{Host, HostWithStore, Step};
use crate::calls::{NotSupported, at_edge};
use crate::host_state::HostState;
use crate::profile::Call;
use pollbench_simulation::agenda::SourceId;
use pollbench_simulation::script;
use pollbench_simulation::simulation::{Edge, PendingCall, Simulation};

type Store = HasSelf<HostState>;

impl Host for HostState {}

impl HostWithStore<HostState> for Store {
    async fn next(store: &Accessor<HostState, Self>, task: u32, outcome: u32) -> Result<Step> {
        let (step, pending) = store.with(|mut store| {
            let begin = |simulation: &mut Simulation| simulation.begin_next(task, outcome);
            let (running, edge) = observed(&mut store, begin)?;
            // The step that closes the window may make everything happen, which is not to
            // be measured.
            at_edge(&mut store, edge.filter(|edge| *edge == Edge::Closes))?;
            let (step, pending) = observed(&mut store, |simulation| simulation.end_next(running));
            at_edge(&mut store, edge.filter(|edge| *edge == Edge::Opens))?;
            Ok::<_, wasmtime::Error>((lower(step)?, pending))
        })?;
        if let Some(pending) = pending {
            completed(store, pending).await?;
        }
        Ok(step)
    }

    async fn ready(store: &Accessor<HostState, Self>, event: u32) -> Result<()> {
        let source = SourceId::from_number(event);
        let pending = store
            .with(|mut store| observed(&mut store, |simulation| simulation.ready_event(source)))?;
        let Some(pending) = pending else {
            bail!("`ready` was called for event {event}, which no step has named");
        };
        completed(store, pending).await
    }

    async fn sleep(store: &Accessor<HostState, Self>, nanoseconds: u64) -> Result<()> {
        let pending = store
            .with(|mut store| observed(&mut store, |simulation| simulation.sleep(nanoseconds)))?;
        if store.with(|mut store| store.get().real.is_some()) {
            return slept(store, pending, nanoseconds).await;
        }
        completed(store, pending).await
    }
}

/// Resolves when what the call waits for has happened, in the event loop.
///
/// The engine polls a call once on the guest's stack and then again in its loop. This
/// resolves only in the loop: otherwise a task whose events have happened would run on
/// ahead of all others, whereas a guest of the first world has to go through `poll`.
async fn completed(store: &Accessor<HostState, Store>, mut pending: PendingCall) -> Result<()> {
    let mut in_loop = false;
    let real = store.with(|mut store| {
        let HostState { simulation, real, .. } = store.get();
        let event = simulation.event_of(&pending);
        let real = real.as_ref().zip(event);
        real.map(|(real, event)| real.pool.descriptor(event)).transpose()
    })?;
    poll_fn(|cx| {
        if !mem::replace(&mut in_loop, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(descriptor) = &real {
            ready!(descriptor.poll_ready(cx));
        }
        let happened = store.with(|mut store| {
            observed(&mut store, |simulation| match real {
                Some(_) => Poll::Ready(simulation.complete(&mut pending)),
                None => simulation.poll_pending(&mut pending, cx),
            })
        });
        happened.map_err(wasmtime::Error::from)
    })
    .await
}

/// Resolves when a real timer of this length is over.
async fn slept(
    store: &Accessor<HostState, Store>,
    mut pending: PendingCall,
    nanoseconds: u64,
) -> Result<()> {
    tokio::time::sleep(Duration::from_nanos(nanoseconds)).await;
    let completed = store
        .with(|mut store| observed(&mut store, |simulation| simulation.complete(&mut pending)));
    Ok(completed?)
}

fn observed<R>(
    store: &mut Access<'_, HostState, Store>,
    body: impl FnOnce(&mut Simulation) -> R,
) -> R {
    store.get().observed(Call::Driver, |state| body(&mut state.simulation))
}

const NO_STREAMS: &str = "`read`: WASI 0.3 has no streams of `wasi:io`";

fn lower(step: script::Step) -> Result<Step> {
    let numbers = |sources: Vec<SourceId>| sources.into_iter().map(SourceId::number).collect();
    Ok(match step {
        script::Step::Read(..) => return Err(NotSupported(NO_STREAMS).into()),
        script::Step::Wait(_) | script::Step::Again => Step::Resumed,
        script::Step::Sleep(nanoseconds) => Step::Sleep(nanoseconds),
        script::Step::Timeout(source, nanoseconds) => Step::Timeout((source.number(), nanoseconds)),
        script::Step::Yield => Step::Yield,
        script::Step::Race(sources) => Step::Race(numbers(sources)),
        script::Step::Join(sources) => Step::Join(numbers(sources)),
        script::Step::Spawn(task) => Step::Spawn(task),
        script::Step::Done => Step::Done,
    })
}
