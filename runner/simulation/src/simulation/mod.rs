//! The simulated world a guest runs in, without an engine: virtual time, scripted
//! readiness, and the checks on what the guest does with them.
//!
//! Virtual time moves in two ways only. Each call of the guest takes
//! [`CALL_NANOSECONDS`], and when the guest blocks it jumps to the next event.
//! Nothing ever really waits, so a run is deterministic and all the time it takes
//! is overhead.

mod check;
mod tally;
mod task_step;
mod turns;
mod world;

pub use check::Violation;
pub use tally::{Edge, Tally};
pub use task_step::TaskStep;
pub use world::{Running, Simulation, Wait};

/// What a call into the host takes of virtual time. It lets time go on for a
/// guest which never blocks, and bounds how long one can spin.
pub const CALL_NANOSECONDS: u64 = 1_000;

/// Polls without a task running after which a guest is said to be in a livelock.
pub const LIVELOCK_POLLS: u64 = 10_000;

/// A task that could run is said to be starved after this many turns and
/// [`STARVED_TURNS_A_TASK`] more for each task there is: enough for an executor that
/// polls its pollables one by one, or in another order than that of their events. A
/// turn ends when a task runs that has already run in it.
pub const STARVED_TURNS: u64 = 1_000;

/// See [`STARVED_TURNS`].
pub const STARVED_TURNS_A_TASK: u64 = 10;
