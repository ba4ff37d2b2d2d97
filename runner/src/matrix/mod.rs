//! Which cells a run has: checks the words of the command line, and combines them.

mod apply;
mod error;
mod expand;
mod hosts;
mod partition;
mod setting;
mod suggest;

pub use error::InputError;
pub use expand::{Contender, Group, Matrix, Selection};
pub use hosts::{counting_hosts_named, hosts_named};
pub use partition::Partition;
pub use setting::{Active, Setting};
pub use suggest::nearest;
