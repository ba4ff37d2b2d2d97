//! The executor of the crate wstd, unchanged. Natively this crate is empty.

#![cfg(target_family = "wasm")]

mod spawned;

use std::future::Future;

use pollbench_executor::{
    Description, Driver, Failure, Handle, Knob, KnobRange, Strategy, component,
};
use pollbench_foreign::{Runtime, joined};
use wasip2::io::poll::Pollable;
use wstd::future::FutureExt;
use wstd::runtime::{AsyncPollable, block_on};
use wstd::time::Duration;

use spawned::spawned;

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

    async fn timeout(&self, pollable: &mut AsyncPollable, nanoseconds: u64) -> u32 {
        let limit = wstd::task::sleep(Duration::from_nanos(nanoseconds));
        u32::from(pollable.wait_for().timeout(limit).await.is_err())
    }
}

/// The values of the knob `tasks`.
const SPAWNED: u64 = 0;
const JOINED: u64 = 1;

/// wstd as a strategy.
pub struct WstdExecutor;

impl Strategy for WstdExecutor {
    const DESCRIPTION: Description = Description {
        name: "wstd",
        strategy: "crate wstd 0.6.8",
        summary: "polls all that is awaited after every task it runs, while tasks are runnable",
        knobs: &[Knob {
            name: "tasks",
            summary: "each a task of wstd, or all joined in one by a FuturesUnordered",
            range: KnobRange::Choice(&["spawned", "joined"]),
            default: SPAWNED,
        }],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        match knobs {
            [SPAWNED] => block_on(spawned(host, tasks)),
            [JOINED] => block_on(joined(host, Wstd, tasks)),
            _ => Err("expected one knob, tasks".into()),
        }
    }
}

component!(WstdExecutor);
