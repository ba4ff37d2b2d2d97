//! The servers of `pollbench live` as a component of WASI 0.3: the host runs the loop, and what
//! waits is a future in wit-bindgen's own runtime.
//!
//! It does what `pollbench-live` does over the executors of WASI 0.2. As a program it listens at the
//! address in its first argument, and sends back every byte of every connection, at once or after
//! a timer. The bytes pass through its memory, though the host could join both streams of a
//! connection without it. As a handler of `wasi:http` it answers a request once others, which it
//! sends, have been answered.

#[cfg(target_family = "wasm")]
mod echo;
#[cfg(target_family = "wasm")]
mod fetch;
#[cfg(target_family = "wasm")]
mod handler;
#[cfg(target_family = "wasm")]
mod program;
