//! Runs a guest component under a simulation, in wasmtime.

mod bindings;
mod calls;
mod compiled_guest;
mod configuration;
mod contract;
mod description;
mod drive;
mod error;
mod events;
mod failure;
mod function_calls;
mod guest;
mod host_state;
mod hosts;
mod imports;
mod instructions;
mod lean;
mod limits;
mod link;
mod observation;
mod observer;
mod one_lane;
mod p3;
mod poll_set;
mod pollable;
mod producers;
mod profile;
mod real;
mod run;
mod source;
mod stack_samples;
mod ticker;
mod wasi;
mod world;

pub use compiled_guest::CompiledGuest;
pub use configuration::{Configuration, engine_version};
pub use description::{Description, Knob, KnobRange};
pub use error::LoadError;
pub(crate) use function_calls::crossing;
pub use function_calls::{RecordError, Recorder};
pub use guest::Guest;
#[doc(hidden)]
pub use host_state::HostState;
pub use hosts::Host;
pub use imports::Imports;
pub use instructions::why_no_instructions;
pub use limits::RunLimits;
pub use observation::{Observation, Observations};
#[doc(hidden)]
pub use observer::Observer;
pub use one_lane::OneLane;
pub use profile::Recorded;
pub use run::{Lane, NoWindow, Outcome, Window};
pub use source::Source;
pub(crate) use source::sha256;
pub use stack_samples::{PERIOD, SampledNode, StackSamples};
