//! Why a cell is as it is: takes profiles of a guest.
//!
//! The exact lane counts the fuel of each function along the tree of calls, without
//! sampling. [`instrument`] makes a component whose functions tell the host when they are
//! entered and left, a [recorder](crate::engine::Recorder) in the host attributes the fuel,
//! and [`exact`] runs both. Beside it, the guest's stack is looked at while it runs, as it is,
//! by the clock.
//!
//! A [`Replay`] repeats a cell and keeps what its guest does, call by call.

mod cell;
mod error;
mod exact;
mod few_tasks;
mod host_sampled;
mod instrument;
mod replay;
mod sampled;
mod sampled_tree;
mod symbols;
mod take;

pub use cell::{LoadedCell, ProfiledCell};
pub use error::ProfileError;
pub use exact::{ExactError, ExactProfile, exact};
pub use few_tasks::{ACTIVE, FewTasks, TASKS, WORKLOAD};
pub use instrument::{Instrumented, instrument};
pub use replay::Replay;
pub use sampled_tree::sampled_tree;
pub use take::{Taken, take};
