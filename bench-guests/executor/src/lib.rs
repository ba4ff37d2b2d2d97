//! The executor core every pollbench guest shares.
//!
//! A strategy is a [`Reactor`]: how it keeps the pollables it waits for and hands them to
//! `wasi:io/poll`. Everything else is the same for all strategies, so that two guests
//! differ only in what is compared: [`Executor`] runs the tasks, [`Timers`] keep their
//! deadlines, and [`script`] turns the host's steps into futures. All of it is generic over
//! the [`PollHost`], so that it runs natively in tests.
//!
//! A guest becomes a component by one line, [`component!`].

mod executor;
mod future;
mod host;
mod indexed_list;
#[cfg(all(target_family = "wasm", feature = "wasi"))]
#[doc(hidden)]
pub mod raw_poll;
mod reactor;
pub mod run_queue;
pub mod script;
mod settings;
mod simple;
mod strategy;
mod timers;
#[cfg(all(target_family = "wasm", feature = "contract"))]
#[doc(hidden)]
pub mod wasi;

pub use executor::Executor;
pub use future::{Ready, Sleep, YieldNow};
pub use host::{Driver, Handle, PollHost, Pollable, Step, Stream, StreamHandle, StreamHost};
pub use indexed_list::IndexedList;
pub use reactor::{Reactor, Token};
pub use settings::{BusyPoll, Settings, TimerKind};
pub use simple::Simple;
pub use strategy::{Description, Failure, Knob, KnobRange, Strategy};
pub use timers::{TimerChoice, TimerHeap, TimerKey, TimerWheel, Timers};

/// Exports a [`Strategy`] from the component that its crate builds to. Natively it expands
/// to nothing.
#[cfg(feature = "contract")]
#[macro_export]
macro_rules! component {
    ($strategy:ty) => {
        #[cfg(target_family = "wasm")]
        mod component {
            use super::*;
            type Component = $crate::wasi::Component<$strategy>;
            $crate::wasi::bindings::export!(Component with_types_in $crate::wasi::bindings);
        }
    };
}

/// Without the feature `contract`, a [`Strategy`] is a part of another component, and this
/// expands to nothing.
#[cfg(not(feature = "contract"))]
#[macro_export]
macro_rules! component {
    ($strategy:ty) => {};
}

/// Lets the component receive the results of `poll` in memory it already has, by a
/// `cabi_realloc` of its own. Natively it expands to nothing. Use it once, at the root of
/// the component's crate. Without it a component has the `cabi_realloc` of wit-bindgen,
/// which allocates.
#[macro_export]
macro_rules! reuse_poll_results {
    () => {
        #[cfg(target_family = "wasm")]
        #[unsafe(export_name = "cabi_realloc")]
        unsafe extern "C" fn cabi_realloc(
            old: *mut u8,
            old_len: usize,
            align: usize,
            new_len: usize,
        ) -> *mut u8 {
            // SAFETY: the caller upholds the contract of `cabi_realloc`.
            unsafe { $crate::raw_poll::take_offer(old, old_len, align, new_len) }
        }
    };
}
