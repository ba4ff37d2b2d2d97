//! The executor of wstd 0.5.3, unchanged. It knows no tasks, and its `block_on` looks at its
//! future only when a pollable is ready: one that wakes itself is forgotten. Natively this
//! crate is empty.

#![cfg(target_family = "wasm")]

use std::future::Future;

use pollbench_executor::{Description, Driver, Failure, Handle, Strategy, component};
use pollbench_foreign::{Runtime, joined};
use wasi::io::poll::Pollable;
use wstd::runtime::{AsyncPollable, block_on};
use wstd::time::Duration;

/// What wstd offers: all a task needs.
#[derive(Clone, Copy)]
struct Wstd;

impl Runtime for Wstd {
    type Pollable = AsyncPollable;

    const AGAIN: Result<(), &'static str> = Ok(());
    const YIELD: Result<(), &'static str> = Ok(());

    fn own(&self, handle: Handle) -> AsyncPollable {
        // SAFETY: the handle is a pollable's, and now this one's alone.
        AsyncPollable::new(unsafe { Pollable::from_handle(handle.0) })
    }

    fn ready(&self, pollable: &mut AsyncPollable) -> impl Future<Output = ()> {
        pollable.wait_for()
    }

    async fn sleep(&self, nanoseconds: u64) {
        wstd::task::sleep(Duration::from_nanos(nanoseconds)).await;
    }
}

/// This release of wstd as a strategy.
pub struct EarlierWstd;

impl Strategy for EarlierWstd {
    const DESCRIPTION: Description = Description {
        name: "wstd-0-5",
        strategy: "crate wstd 0.5.3",
        summary: "blocks whenever its one future is pending, even if that has woken itself",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        block_on(joined(host, Wstd, tasks))
    }
}

component!(EarlierWstd);
