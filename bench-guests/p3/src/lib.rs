//! WASI 0.3: the host runs the loop. A task is a future spawned in wit-bindgen's
//! own runtime, and whatever it waits for is an async call of the host.
//!
//! There is nothing here but the glue to the contract: what is measured is
//! component-model async as a guest author gets it.

#[cfg(target_family = "wasm")]
mod component;
#[cfg(target_family = "wasm")]
mod task;
#[cfg(target_family = "wasm")]
mod tasks;
