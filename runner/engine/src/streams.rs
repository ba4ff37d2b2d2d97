//! The streams that tasks read: the stock interface, but for the functions which the simulation
//! has to know of.

use std::sync::Arc;

use hashbrown::HashMap;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi_io::async_trait;
use wasmtime_wasi_io::bindings::wasi::io::streams::{Host, HostInputStream, StreamError};
use wasmtime_wasi_io::bytes::Bytes;
use wasmtime_wasi_io::poll::{DynPollable, Pollable};
use wasmtime_wasi_io::streams::{self, DynInputStream, DynOutputStream, InputStream, StreamResult};

use super::calls::runs;
use super::host_state::HostState;
use super::pollable::EventPollable;
use super::profile::Call;
use pollbench_simulation::agenda::Event;
use pollbench_simulation::simulation::{Given, Reading};

/// The name that the engine's bindings give the interface.
const STREAMS: &str = "wasi:io/streams@0.2.12";

type Store<'a> = StoreContextMut<'a, HostState>;

/// What a `read` returns.
type Read = Result<Vec<u8>, StreamError>;

/// Replaces what a stock linker has for streams where it matters: making a pollable of one,
/// which is counted, because its drop is; and reading and dropping one that a task was given.
pub fn add_to_linker(linker: &mut Linker<HostState>) -> Result<()> {
    linker.allow_shadowing(true);
    let mut streams = linker.instance(STREAMS)?;
    streams.func_wrap("[method]input-stream.subscribe", subscribe)?;
    streams.func_wrap("[method]output-stream.subscribe", subscribe_output)?;
    streams.func_wrap("[method]input-stream.read", read)?;
    let ty = ResourceType::host::<DynInputStream>();
    streams.resource_async("input-stream", ty, |store, stream| Box::new(drop(store, stream)))?;
    linker.allow_shadowing(false);
    Ok(())
}

/// The streams that tasks were given, by their places in the table.
#[derive(Default)]
pub struct TaskStreams(HashMap<u32, TaskStream>);

/// A stream that a task was given.
#[derive(Clone)]
struct TaskStream {
    task: u32,
    /// What its pollables stand for.
    event: Arc<Event>,
}

/// Such a stream in the table. What arrives is known to the simulation alone.
struct ScriptedStream(EventPollable);

#[async_trait]
impl Pollable for ScriptedStream {
    async fn ready(&mut self) {
        self.0.ready().await;
    }
}

#[async_trait]
impl InputStream for ScriptedStream {
    fn read(&mut self, _size: usize) -> StreamResult<Bytes> {
        Err(streams::StreamError::trap(
            "a stream which a task is to read gives its bytes to `read` alone: `skip`, `splice` and what blocks are not provided",
        ))
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.read(size)
    }
}

impl HostState {
    /// Makes a stream for a task.
    pub(super) fn stream(
        &mut self,
        task: u32,
        event: Arc<Event>,
    ) -> Result<Resource<DynInputStream>> {
        let pollable = EventPollable::new(event.clone(), self.real.as_ref())?;
        let stream: DynInputStream = Box::new(ScriptedStream(pollable));
        let stream = self.table.push(stream)?;
        self.task_streams.0.insert(stream.rep(), TaskStream { task, event });
        Ok(stream)
    }

    fn task_stream(&self, stream: &Resource<DynInputStream>) -> Option<TaskStream> {
        self.task_streams.0.get(&stream.rep()).cloned()
    }

    fn subscribe_to_stream(
        &mut self,
        stream: Resource<DynInputStream>,
    ) -> Result<Resource<DynPollable>> {
        let Some(TaskStream { event, .. }) = self.task_stream(&stream) else {
            return self.standard_pollable(stream);
        };
        self.simulation.child_pollable();
        if self.lean.is_some() {
            return self.subscribe(event);
        }
        let pollable = wasmtime_wasi_io::poll::subscribe(&mut self.table, stream)?;
        let known = self.simulation.is_checked().then_some(event);
        self.events.made(pollable.rep(), known);
        Ok(pollable)
    }

    /// Makes a pollable of a stream that is none of the executor's.
    fn standard_pollable<S: Pollable>(
        &mut self,
        stream: Resource<S>,
    ) -> Result<Resource<DynPollable>> {
        let pollable = wasmtime_wasi_io::poll::subscribe(&mut self.table, stream)?;
        self.stream_pollables.insert(pollable.rep());
        self.simulation.stream_pollable();
        Ok(pollable)
    }
}

fn subscribe(
    mut store: Store<'_>,
    (stream,): (Resource<DynInputStream>,),
) -> Result<(Resource<DynPollable>,)> {
    let state = store.data_mut();
    Ok((state.observed(Call::Other, |state| state.subscribe_to_stream(stream))?,))
}

fn subscribe_output(
    mut store: Store<'_>,
    (stream,): (Resource<DynOutputStream>,),
) -> Result<(Resource<DynPollable>,)> {
    Ok((store.data_mut().standard_pollable(stream)?,))
}

fn read(mut store: Store<'_>, (stream, most): (Resource<DynInputStream>, u64)) -> Result<(Read,)> {
    let state = store.data_mut();
    let Some(of_task) = state.task_stream(&stream) else {
        return Ok((match HostInputStream::read(&mut state.table, stream, most) {
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(state.table.convert_stream_error(error)?),
        },));
    };
    state.observer.begin(Call::Driver);
    let given = given(&mut store, &of_task, most)?;
    let state = store.data_mut();
    state.observer.begin(Call::Other);
    let read = match given {
        Given::Nothing => Ok(Vec::new()),
        Given::Bytes(bytes) => Ok(vec![0; bytes as usize]),
        Given::End => Err(StreamError::Closed),
    };
    state.observer.end();
    Ok((read,))
}

/// What the simulation gives to whoever reads.
fn given(store: &mut Store<'_>, stream: &TaskStream, most: u64) -> Result<Given> {
    let TaskStream { task, event } = stream;
    let state = store.data_mut();
    let (running, edge) = match state.simulation.begin_read(*task, event, most)? {
        Reading::Over(given) => return Ok(given),
        Reading::Runs(running, edge) => (running, edge),
    };
    runs(store, *task, running, edge, |state, running| {
        Ok(state.simulation.end_read(running, event, most))
    })
}

async fn drop(mut store: Store<'_>, stream: u32) -> Result<()> {
    let state = store.data_mut();
    let dropped = state.observed(Call::Other, |state| {
        let dropped = state.table.delete(Resource::<DynInputStream>::new_own(stream))?;
        if state.task_streams.0.remove(&stream).is_some() {
            state.simulation.stream_dropped();
        }
        Ok::<_, wasmtime::Error>(dropped)
    });
    dropped?.cancel().await;
    Ok(())
}
