//! Runs a guest component under a simulation, in wasmtime.

mod bindings;
mod calls;
mod configuration;
mod contract;
mod description;
mod drive;
mod error;
mod events;
mod failure;
mod guest;
mod host;
mod hosts;
mod imports;
mod instructions;
mod lean;
mod limits;
mod link;
mod observation;
mod one_lane;
mod p3;
mod poll_set;
mod pollable;
mod producers;
mod profile;
mod program;
mod real;
mod run;
mod source;
mod ticker;
mod wasi;
mod world;

pub use configuration::{Configuration, engine_version};
pub use description::{Description, Knob, KnobRange};
pub use error::LoadError;
pub use guest::Guest;
#[doc(hidden)]
pub use host::{HostState, Observer};
pub use hosts::Host;
pub use imports::Imports;
pub use instructions::why_no_instructions;
pub use limits::RunLimits;
pub use observation::{Observation, Observations};
pub use one_lane::OneLane;
pub use program::Program;
pub use run::{Lane, NoWindow, Outcome, Window};
pub use source::Source;
