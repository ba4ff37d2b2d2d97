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
//! A `poll` of WASI 0.2 costs the host time for each handle passed, ready or not: about 2
//! ms for 10,000 handles. Apart from other host calls, everything else that an executor
//! does is cheap in comparison. So this executor passes few handles and calls the host
//! rarely:
//!
//! - ***All handles are polled only when nothing else helps**: when no task is runnable and
//!   the cheaper polls below find nothing. The executor never blocks on fewer than all
//!   handles, because it could miss an event.
//! - **Chunks while there is work.** While tasks are runnable, the host is polled once at
//!   least 64 of them have run. The poll takes the next chunk of the list, about half as
//!   many handles as tasks have run, or as many as the host can report when more than one
//!   in eight is ready.
//! - ***Recently active handles are polled first.** The handles of the last 16, 128 and
//!   1,024 events form rings. A ring is polled before all handles as long as that finds
//!   more ready handles for its cost than polling all would. Both rates are measured during
//!   the run.
//! - ***Related handles are looked at together.** When a part of a join is ready, its
//!   missing handles are asked one by one, and where many adjacent handles were ready, the
//!   next ones in the list are polled. Both are limited by how much they have saved so far.
//! - ***No handle starves.** Each poll that does not take all handles includes the next
//!   part of the list, so that each handle is polled at least once in 512 polls.
//! - **The host has a loop of its own.** wasmtime learns of events only when a poll makes
//!   it wait, and reports at most 128 of them until it waits again: the cooperative budget
//!   of a tokio task. So each poll that must not block includes a new marker, a pollable of
//!   the clock whose time has passed, for which such a host makes one round of its loop.
//!   Where more handles may be ready than were reported, parts of the list that fit the
//!   budget are polled in turn.
//! - **The order of the list is that of the handles' numbers**, which suits the host.
//! - ***Timers** share one pollable. Their deadlines are kept in ascending runs, and in a
//!   heap where they fit no run. The pollable of a cancelled timer is kept unless it would
//!   fire much too early.
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
mod wait_future;
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
