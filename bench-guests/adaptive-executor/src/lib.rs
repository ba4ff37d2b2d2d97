//! An async executor for WASI 0.2 components: `spawn`, `sleep`, `timeout`, `race`,
//! `join`, and waiting for any pollable.
//!
//! ```
//! use std::time::Duration;
//! use pollbench_adaptive_executor::{race, run, sleep, spawn, yield_now};
//!
//! let first = run(async {
//!     let busy = spawn(async {
//!         for _ in 0..1_000 {
//!             yield_now().await;
//!         }
//!     });
//!     let (first, ()) = race([30, 10, 20].map(Duration::from_millis).map(sleep)).await;
//!     busy.await;
//!     first
//! });
//! assert_eq!(first, Ok(1));
//! ```
//!
//! A `poll` of WASI 0.2 costs the host time for each handle it is passed, whether
//! it is ready or not: 2 ms or so for 10,000 of them. All else an executor does is
//! small beside that, but for calls of the host. So this one passes few handles,
//! and calls rarely:
//!
//! - **All are polled when nothing else helps**: when no task is runnable. Blocking
//!   on fewer could sleep through an event.
//! - **Chunks while there is work.** While tasks are runnable a poll comes after 64
//!   of them, or after all if they are more. It takes the next part of the list,
//!   about half as many as tasks have run; all of it when one in eight is ready.
//! - **What was active is asked first.** The handles of the last 16, 128 and
//!   1,024 events are rings which are polled before all, as long as that finds more ready
//!   handles for its cost than polling all would. Both are measured as it runs.
//! - **What belongs together comes together.** The rest of a join of which a part has
//!   come is asked for, and where many ready handles lie side by side the next ones are
//!   polled: both as far as what they find pays for it.
//! - **Nobody starves.** Each poll which does not take all takes a part of the list
//!   in turn; each handle is polled once in 512 polls at the latest.
//! - **The host has a loop of its own.** wasmtime learns of events only when a poll makes
//!   it wait, and reports no more than 128 of them until the next one does: the budget of
//!   a task of tokio. So each poll that is not to block has a pollable of its own whose
//!   time has passed, on which such a host waits for one round of its loop. Where more may
//!   be ready than was reported, parts of the list that fit the budget are polled in turn.
//! - **The order of the list is that of the handles' numbers**, which suits the host.
//! - **Timers** are behind one pollable, in runs of ascending deadlines and a heap for
//!   what fits none. The pollable of a cancelled timer stays while its time is not
//!   much too early.
//!
//! # In a component
//!
//! Depend on this crate, generate your world's bindings with wit-bindgen, and call
//! [`run`] in an export; a `Pollable` of the bindings is handed over by [`adopt`]
//! or lent by [`ready_raw`]. The imports of `wasi:io/poll` and
//! `wasi:clocks/monotonic-clock` come with the crate, in version 0.2.0, the oldest.
//! [`reuse_poll_results!`] saves an allocation for each poll.
//!
//! ```ignore
//! impl Guest for Component {
//!     fn handle() {
//!         let stalled = run(async {
//!             // SAFETY: the handle was given away, so nobody else owns it.
//!             let pollable = unsafe { adopt(input.subscribe().take_handle()) };
//!             if !ready_within(&pollable, Duration::from_secs(5)).await {
//!                 return;
//!             }
//!             // …
//!         });
//!     }
//! }
//! ```
//!
//! Natively the functions run in virtual time over a [`VirtualHost`], so that what
//! is built on them can be tested without an engine.

mod budget;
mod combinators;
#[cfg(any(not(target_family = "wasm"), feature = "wasi"))]
mod current;
mod deadlines;
mod executor;
mod front;
mod heap;
mod join_handle;
mod policy;
mod poll_set;
mod reactor;
mod recency;
mod timers;
mod virtual_host;
mod wait;
#[cfg(all(target_family = "wasm", feature = "wasi"))]
#[doc(hidden)]
pub mod wasi;

pub use combinators::{Elapsed, Stalled, join, race};
#[cfg(any(not(target_family = "wasm"), feature = "wasi"))]
pub use current::{
    Host, Pollable, adopt, host, ready, ready_all, ready_any, ready_raw, ready_within, run, sleep,
    spawn, timeout,
};
pub use executor::Executor;
pub use join_handle::JoinHandle;
pub use virtual_host::{Calls, VirtualHost};

pub use pollbench_executor::reuse_poll_results;

use pollbench_executor::YieldNow;

/// Resolves when every task that was runnable has run. It never blocks.
pub fn yield_now() -> YieldNow {
    YieldNow::default()
}
