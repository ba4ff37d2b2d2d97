//! Servers on real sockets, as programs of `wasi:cli/command`: the same server over each of
//! the executors, for `pollbench live`.
//!
//! In the contract the host scripts what tasks do. Here the server does: [`Echo`] is the
//! driver of the executor's tasks, and turns each into a connection. So every executor runs
//! it with its code unchanged. A component has one of the executors, by a feature of its
//! name.

mod connection;
mod echo;
mod net;
#[cfg(target_family = "wasm")]
mod program;
mod timers;
#[cfg(target_family = "wasm")]
mod wasi;

pub use echo::Echo;
pub use net::{Net, Read, Socket};
pub use timers::Timers;
