//! Which cells a run has: checks the words of the command line, and combines them.

mod apply;
mod error;
mod host_selection;
mod partition;
mod run_plan;
mod setting;
mod suggest;

pub use error::InputError;
pub use host_selection::{counting_hosts_named, host_named, hosts_named};
pub use partition::Partition;
pub use run_plan::{Contender, Group, RunPlan, Selection};
pub use setting::{ActiveSetting, Setting};
pub use suggest::nearest;
