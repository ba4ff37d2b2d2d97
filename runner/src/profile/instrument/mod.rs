//! Makes a component that tells its host which function runs.
//!
//! Every function of a core module is entered through a wrapper, which has taken its place in
//! calls, tables, exports and everywhere else, and tells a helper module before and after:
//!
//! ```text
//! (func $wrapper (param …) (result …)
//!   (call $enter (i32.const TOKEN))
//!   (call $inner (local.get 0) …)
//!   (call $exit (i32.const TOKEN)))
//! ```
//!
//! The helper passes it on to the host, unless the canonical ABI forbids that. So do wrappers
//! around those imported functions that are not instrumented themselves, like the host's. The
//! steps of the guest are the same as before, and the wrappers' fuel is known.

mod component;
mod core_instance;
mod helper;
mod linkage;
mod module;
mod plan;
mod section_order;
mod shape;
mod wrapper;

use std::convert::Infallible;

use pollbench_reports::profile::Function;
use wasm_encoder::reencode;

use crate::engine::Recorder;
pub(super) use shape::Shape;

/// An instrumented component.
#[derive(Debug)]
pub struct Instrumented {
    /// The component, in binary form.
    pub component: Vec<u8>,
    /// What of it is not instrumented, in sentences.
    pub left_out: Vec<String>,
    functions: Vec<Function>,
    is_outside: Vec<bool>,
}

/// Why a component can't be instrumented.
#[derive(Debug, thiserror::Error)]
pub enum InstrumentError {
    /// It can't be read.
    #[error("the component is damaged: {0}")]
    Damaged(#[from] wasmparser::Error),
    /// It can't be written anew.
    #[error("the component has what can't be instrumented: {0}")]
    Odd(#[from] reencode::Error<Infallible>),
    /// It has more functions, or a function more parameters, than can be told.
    #[error("the component has too many functions to be instrumented")]
    TooLarge,
}

/// Instruments every function of the core modules of a component. Those of nested components
/// stay as they are, as do modules that make tail calls: wrapped, they would use up the stack.
pub fn instrument(component: &[u8]) -> Result<Instrumented, InstrumentError> {
    let plan = plan::Plan::of(component)?;
    let encoded = component::encode(component, &plan)?;
    let plan::Plan { functions, is_outside, left_out, .. } = plan;
    Ok(Instrumented { component: encoded, left_out, functions, is_outside })
}

impl Instrumented {
    /// A recorder for a run of the component.
    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.functions.clone(), self.is_outside.clone())
    }
}

#[cfg(test)]
mod tests;
