//! The executor of the crate wasi-async-runtime, unchanged. Natively this crate is
//! empty.

#![cfg(target_family = "wasm")]

use std::future::Future;
use std::pin::Pin;

use pollbench_executor::{Description, Driver, Failure, Handle, Strategy, component};
use pollbench_foreign::{Runtime, joined};
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::Pollable;
use wasi_async_runtime::{Reactor, block_on};

/// What wasi-async-runtime offers: waiting for a pollable, once. A timer is a
/// pollable of the clock.
#[derive(Clone)]
struct Offer(Reactor);

impl Offer {
    fn wait_for(&self, pollable: Pollable) -> Pin<Box<dyn Future<Output = ()>>> {
        let Self(reactor) = self.clone();
        Box::pin(async move { reactor.wait_for(pollable).await })
    }
}

impl Runtime for Offer {
    type Pollable = Pin<Box<dyn Future<Output = ()>>>;

    const AGAIN: Result<(), &'static str> =
        Err("wasi-async-runtime takes a pollable over and drops it once it is ready");
    const YIELD: Result<(), &'static str> = Err(
        "wasi-async-runtime hands out a waker that does nothing, and blocks while a task is runnable",
    );

    fn own(&self, handle: Handle) -> Self::Pollable {
        // SAFETY: the handle is a pollable's, and now this one's alone.
        self.wait_for(unsafe { Pollable::from_handle(handle.0) })
    }

    fn ready(&self, pollable: &mut Self::Pollable) -> impl Future<Output = ()> {
        pollable
    }

    fn sleep(&self, nanoseconds: u64) -> impl Future<Output = ()> {
        self.wait_for(subscribe_duration(nanoseconds))
    }
}

/// wasi-async-runtime as a strategy.
pub struct WasiAsyncRuntime;

impl Strategy for WasiAsyncRuntime {
    const DESCRIPTION: Description = Description {
        name: "wasi-async-runtime",
        strategy: "crate wasi-async-runtime 0.1.2",
        summary: "rebuilds the poll list from a slab; one future, one-shot pollables, no cancelling",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        block_on(|reactor| joined(host, Offer(reactor), tasks))
    }
}

component!(WasiAsyncRuntime);
