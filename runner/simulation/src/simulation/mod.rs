//! The simulated world a guest runs in, without an engine: virtual time, scripted
//! readiness, and the checks on what the guest does with them.
//!
//! Virtual time moves in two ways only. A call of the guest takes
//! [`CALL_NANOSECONDS`], and a poll [`HANDLE_NANOSECONDS`] more for each handle; when the
//! guest blocks, time jumps to the next event. Nothing ever really waits, so a run is
//! deterministic and all the time it takes is overhead. Asking the clock takes no time,
//! so that two guests which poll alike meet the same load.

mod check;
mod log;
mod runnable;
mod tally;
mod task_step;

mod world;

pub use check::{EventKind, Violation};
pub use log::{Kept, Log};
pub use tally::{Edge, Tally};
pub use task_step::TaskStep;
pub use world::{Given, PendingCall, Reading, Running, Simulation};

/// The virtual time that a step of a task, or a call that asks whether something is ready,
/// takes.
pub const CALL_NANOSECONDS: u64 = 1_000;

/// The virtual time that each handle adds to a `poll`, about as much as it really takes
/// (`cargo bench -p pollbench --bench poll`).
pub const HANDLE_NANOSECONDS: u64 = 200;

/// After more than this many polls in a row without a task running, the guest fails as a
/// livelock.
pub const LIVELOCK_POLLS: u64 = 10_000;

/// A guest also fails as a livelock after more calls of `ready`, `block` or the clock in a
/// row than [`LIVELOCK_POLLS`] and this many for each live pollable.
pub const LIVELOCK_CALLS_A_HANDLE: u64 = 64;

/// Once the host has reported an event, its task has to run within this many steps of other
/// tasks, and [`STARVED_STEPS_A_TASK`] more for each task that could run then.
pub const STARVED_STEPS: u64 = 128;

/// See [`STARVED_STEPS`].
pub const STARVED_STEPS_A_TASK: u64 = 4;

/// A due event has to be reported, and the end of a timer noticed, within this many steps,
/// and [`UNSEEN_STEPS_A_TASK`] more for each task: enough for an executor that polls its
/// pollables in small batches.
pub const UNSEEN_STEPS: u64 = 4_096;

/// See [`UNSEEN_STEPS`].
pub const UNSEEN_STEPS_A_TASK: u64 = 16;

/// The allowed steps are multiplied by the number of polls made meanwhile, as long as those
/// are no more than this many for each task.
pub const UNSEEN_POLLS_A_TASK: u64 = 4;

/// More pollables than this may not be alive, and [`HOARDED_A_POLLABLE`] more for each that the
/// steps under way needed at once at most: the others should have been dropped.
pub const HOARDED: u64 = 1_024;

/// See [`HOARDED`].
pub const HOARDED_A_POLLABLE: u64 = 4;

/// How late a timer may be when the guest blocks: several periods of the host's timers,
/// which end at whole milliseconds.
pub const LATE_NANOSECONDS: u64 = 5_000_000;
