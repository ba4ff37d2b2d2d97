//! Why a cell is as it is: which functions of the guest do the work, where the host's time
//! goes, and what the loop did from one poll to the next.
//!
//! Nothing here measures. A [`Profile`] is the record of a profiled run: its guest's work
//! as a [`CallTree`] over [`Function`]s, in exact counts or in samples of time, and its turns
//! as a [`Timeline`].

mod anatomy;
mod call_log;
mod call_tree;
pub(crate) mod check;
mod difference;
pub mod firefox;
pub mod flame;
mod folded;
mod functions;
mod host;
pub(crate) mod label;
pub(crate) mod markers;
mod read;
mod record;
mod summary;
pub mod text;
mod timeline;
pub mod trace_event;
pub mod words;

pub use anatomy::anatomy;
pub use call_log::{CallLog, Culprit, LoggedCall, PollableName, When};
pub use call_tree::{CallNode, CallTree, Function};
pub use difference::Difference;
pub use functions::{FunctionCost, by_function};
pub use markers::{LongWait, markers};
pub use read::ReadProfileError;
pub use record::{
    Exact, HostFunction, HostProfile, HostSamples, Profile, Runs, SCHEMA, Sampled, Work,
};
pub use summary::TurnsSummary;
pub use timeline::{
    MOST_STEPS, MOST_TURNS, Marker, MarkerKind, Step, Timeline, Turn, UnpackError, WokenBy,
};
