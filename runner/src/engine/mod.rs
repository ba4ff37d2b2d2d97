//! Runs a guest component under a simulation, in wasmtime.

mod bindings;
mod calls;
mod configuration;
mod contract;
mod error;
mod guest;
mod host;
mod pollable;
mod producers;
mod profile;
mod run;

pub use configuration::{Configuration, Limits};
pub use error::LoadError;
pub use guest::{Description, Guest, Knob, KnobRange, Source};
#[doc(hidden)]
pub use host::{HostState, Observer};
pub use profile::observation_cost;
pub use run::{Lane, Outcome, Window};
