//! The simulated world a guest runs in, without an engine: virtual time, scripted
//! readiness, and the checks on what the guest does with them.
//!
//! Virtual time moves in two ways only. A call of the guest takes
//! [`CALL_NANOSECONDS`], and a poll [`HANDLE_NANOSECONDS`] more for each handle; when the
//! guest blocks, time jumps to the next event. Nothing ever really waits, so a run is
//! deterministic and all the time it takes is overhead. Asking the clock takes no time,
//! so that two guests which poll alike meet the same load.

mod check;
mod tally;
mod task_step;
mod turns;
mod world;

pub use check::{EventKind, Violation};
pub use tally::{Edge, Tally};
pub use task_step::TaskStep;
pub use world::{Running, Simulation, Wait};

/// What a step of a task, or a call that asks whether something is ready, takes of
/// virtual time.
pub const CALL_NANOSECONDS: u64 = 1_000;

/// What each handle adds to a `poll`, about as much as it takes really
/// (`cargo bench -p pollbench --bench poll`).
pub const HANDLE_NANOSECONDS: u64 = 200;

/// Polls without a task running after which a guest is said to be in a livelock.
pub const LIVELOCK_POLLS: u64 = 10_000;

/// Calls of `ready`, `block` or the clock for each pollable alive, beside
/// [`LIVELOCK_POLLS`], after which it is said so too.
pub const LIVELOCK_CALLS_A_HANDLE: u64 = 64;

/// Once the host has reported an event, its task runs within so many steps of others,
/// and [`STARVED_STEPS_A_TASK`] for each task that could run then.
pub const STARVED_STEPS: u64 = 128;

/// See [`STARVED_STEPS`].
pub const STARVED_STEPS_A_TASK: u64 = 4;

/// An event that is due is reported, and a timer that is over is noticed, within so many
/// steps, and [`UNSEEN_STEPS_A_TASK`] for each task there is: enough for an executor that
/// polls its pollables in small batches.
pub const UNSEEN_STEPS: u64 = 4_096;

/// See [`UNSEEN_STEPS`].
pub const UNSEEN_STEPS_A_TASK: u64 = 16;

/// The same for each poll that the executor makes meanwhile, if it makes no more than so
/// many for each task.
pub const UNSEEN_POLLS_A_TASK: u64 = 4;

/// How late a timer may be when the guest blocks: some timers of the host's, which end
/// at whole milliseconds.
pub const LATE_NANOSECONDS: u64 = 5_000_000;
