//! Servers for `pollbench live`, the same over each of the executors. As a program of
//! `wasi:cli/command` a component serves real sockets; as a handler of `wasi:http` it answers
//! a request once others, which it sends, have been answered.
//!
//! In the contract the host scripts what tasks do. Here the server does: [`Echo`] is the
//! driver of the executor's tasks, and turns each into a connection, and [`Fetch`] turns each
//! into requests. So every executor runs them with its code unchanged. A component has one of
//! the executors, by a feature of its name.

mod connection;
mod echo;
mod fetch;
#[cfg(target_family = "wasm")]
mod handler;
mod net;
mod no_streams;
#[cfg(target_family = "wasm")]
mod program;
#[cfg(target_family = "wasm")]
mod wasi;

pub use echo::Echo;
pub use fetch::{Fetch, Upstream};
pub use net::{Net, Read, Socket};
pub use pollbench_live_orders::{Awaited, Fetched, Order, Timers};
