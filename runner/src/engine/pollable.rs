use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

use crate::simulation::Event;

/// An event of the simulation behind a stock pollable.
struct EventPollable(Arc<Event>);

#[wasmtime_wasi_io::async_trait]
impl Pollable for EventPollable {
    /// Whoever blocks on it lets the simulation jump to the next event and polls
    /// again, so there is no one to be woken.
    async fn ready(&mut self) {
        poll_fn(|_| if self.0.is_ready() { Poll::Ready(()) } else { Poll::Pending }).await
    }
}

/// Makes a pollable the way stock clocks do: a resource of its own and a
/// pollable that owns it.
pub fn push(
    table: &mut ResourceTable,
    event: Arc<Event>,
) -> wasmtime::Result<Resource<DynPollable>> {
    let source = table.push(EventPollable(event))?;
    subscribe(table, source)
}
