//! Why a cell is as it is: which functions of the guest do the work, where the host's time
//! goes, and what the loop did from one poll to the next.
//!
//! Nothing here measures. A [`Profile`] is the record of a profiled run: its guest's work
//! as a [`CallTree`] over [`Function`]s, in exact counts or in samples of time, and its turns
//! as a [`Timeline`].

mod call_tree;
mod record;
mod timeline;

pub use call_tree::{CallNode, CallTree, Function};
pub use record::{Exact, Profile, SCHEMA, Sampled, Work};
pub use timeline::{
    MOST_STEPS, MOST_TURNS, Marker, MarkerKind, Step, Timeline, Turn, UnpackError, WokenBy,
};
