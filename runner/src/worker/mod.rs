//! Worker processes, in which guests are measured.
//!
//! What varies from process to process (where code and memory lie, what the allocator has
//! seen) is as large as the differences to be found, so a comparison takes many fresh
//! processes. Each is this program, or another version of it, run as `pollbench worker`: it
//! answers each request with a reply, both of them lines of JSON, and ends when its input
//! does.

mod client;
mod job;
mod parent;
mod processors;
mod program;
mod protocol;
mod serve;

pub use client::{Worker, WorkerError, stop_when, unless_stopped};
pub use job::knob_values;
pub use parent::end_with_parent;
pub use processors::{allowed as allowed_processors, stay_on as stay_on_processor};
pub use program::Program;
pub use protocol::{Counted, GuestSource, Job, Load, Loaded, Timed, WhyNot};
pub use serve::serve;
