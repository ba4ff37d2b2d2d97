//! The echo server of `pollbench live` as a program of WASI 0.3: the host runs the loop, and each
//! connection is a future in wit-bindgen's own runtime.
//!
//! It does what `pollbench-live` does over the executors of WASI 0.2: it listens at the address in
//! its first argument, and sends back every byte of every connection, at once or after a timer.
//! The bytes pass through its memory, though the host could join both streams of a connection
//! without it.

#[cfg(target_family = "wasm")]
mod echo;
#[cfg(target_family = "wasm")]
mod program;
#[cfg(target_family = "wasm")]
mod timers;
