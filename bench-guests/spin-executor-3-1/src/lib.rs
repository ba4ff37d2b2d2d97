//! The executor of spin-executor 3.1.0, unchanged. It takes a pollable over, and nothing takes
//! one out of its list but being ready: what has lost a race stays there until `run` has ended,
//! and after it. Natively this crate is empty.

#![cfg(target_family = "wasm")]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pollbench_executor::{Description, Driver, Failure, Handle, Strategy, component};
use pollbench_foreign::{Runtime, Woken, joined};
use spin_executor::bindings::wasi::io::poll::Pollable;
use spin_executor::push_waker;
use wasi::clocks::monotonic_clock::subscribe_duration;

/// What spin-executor offered: waiting for a pollable, once.
#[derive(Clone, Copy)]
struct Spin;

/// Resolves once a pollable is ready.
struct Ready {
    pollable: Option<Pollable>,
    woken: Woken,
}

impl Ready {
    fn new(handle: u32) -> Self {
        // SAFETY: the handle is a pollable's, and now this one's alone.
        let pollable = unsafe { Pollable::from_handle(handle) };
        Self { pollable: Some(pollable), woken: Woken::default() }
    }
}

impl Future for Ready {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pollable) = self.pollable.take() {
            push_waker(pollable, self.woken.waker());
        }
        self.woken.poll(cx)
    }
}

impl Runtime for Spin {
    type Pollable = Ready;

    const AGAIN: Result<(), &'static str> =
        Err("spin-executor takes a pollable over and drops it once it is ready");
    const YIELD: Result<(), &'static str> = Err(
        "spin-executor hands out a waker that does nothing, and blocks while a task is runnable",
    );

    fn own(&self, handle: Handle) -> Ready {
        Ready::new(handle.0)
    }

    fn ready(&self, pollable: &mut Ready) -> impl Future<Output = ()> {
        pollable
    }

    fn sleep(&self, nanoseconds: u64) -> impl Future<Output = ()> {
        Ready::new(subscribe_duration(nanoseconds).take_handle())
    }
}

/// This release of spin-executor as a strategy.
pub struct EarlierSpinExecutor;

impl Strategy for EarlierSpinExecutor {
    const DESCRIPTION: Description = Description {
        name: "spin-executor-3-1",
        strategy: "crate spin-executor 3.1.0",
        summary: "keeps every pollable in its list until it is ready, even if nobody waits",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        spin_executor::run(joined(host, Spin, tasks))
    }
}

component!(EarlierSpinExecutor);
