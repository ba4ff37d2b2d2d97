//! The contract's steps as futures of an async runtime that is not ours.
//!
//! What a crate offers is written down in its [`Runtime`]; how its tasks are kept
//! in a [`Spawn`]. A step the crate has no means for ends the run as not supported.

mod joined;
mod task;
mod woken;

use std::future::Future;

use pollbench_executor::Handle;

pub use joined::joined;
pub use task::task;
pub use woken::Woken;

/// What a crate offers to a task that waits.
pub trait Runtime: Clone + 'static {
    /// A pollable the crate has taken over. Dropping it ends what it stands for,
    /// as far as the crate does so.
    type Pollable: 'static;

    /// Why a pollable can't be awaited once more, if it can't.
    const AGAIN: Result<(), &'static str>;

    /// Why a task can't give way to others, if it can't.
    const YIELD: Result<(), &'static str>;

    /// Hands a pollable over to the crate.
    fn own(&self, handle: Handle) -> Self::Pollable;

    /// Resolves once the pollable is ready.
    fn ready(&self, pollable: &mut Self::Pollable) -> impl Future<Output = ()>;

    /// Resolves once so many nanoseconds have passed.
    fn sleep(&self, nanoseconds: u64) -> impl Future<Output = ()>;

    /// Resolves to 0 once the pollable is ready, to 1 after so many nanoseconds.
    fn timeout(
        &self,
        pollable: &mut Self::Pollable,
        nanoseconds: u64,
    ) -> impl Future<Output = u32> {
        task::timeout(self.ready(pollable), self.sleep(nanoseconds))
    }
}

/// Where tasks are started.
pub trait Spawn: Clone + 'static {
    /// Makes the task with this number runnable.
    fn spawn(&self, number: u32);
}
