//! The executor of the crate spin-executor, unchanged. Natively this crate is
//! empty.

#![cfg(target_family = "wasm")]

mod ready;

use std::future::Future;

use pollbench_executor::{Description, Driver, Failure, Handle, Strategy, component};
use pollbench_foreign::{Runtime, joined};
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::Pollable;

use ready::Ready;

/// What spin-executor offers: waiting for a pollable, once. A timer is a pollable
/// of the clock.
#[derive(Clone, Copy)]
struct Spin;

impl Runtime for Spin {
    type Pollable = Ready;

    const AGAIN: Result<(), &'static str> =
        Err("spin-executor takes a pollable over and drops it once it is ready");
    const YIELD: Result<(), &'static str> = Err(
        "spin-executor hands out a waker that does nothing, and blocks while a task is runnable",
    );

    fn own(&self, handle: Handle) -> Ready {
        // SAFETY: the handle is a pollable's, and now this one's alone.
        Ready::new(unsafe { Pollable::from_handle(handle.0) })
    }

    fn ready(&self, pollable: &mut Ready) -> impl Future<Output = ()> {
        pollable
    }

    fn sleep(&self, nanoseconds: u64) -> impl Future<Output = ()> {
        Ready::new(subscribe_duration(nanoseconds))
    }
}

/// spin-executor as a strategy.
pub struct SpinExecutor;

impl Strategy for SpinExecutor {
    const DESCRIPTION: Description = Description {
        name: "spin-executor",
        strategy: "crate spin-executor 5.2.0",
        summary: "rebuilds the poll list from a vector of wakers; one future, one-shot pollables",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        spin_executor::run(joined(host, Spin, tasks))
    }
}

component!(SpinExecutor);
