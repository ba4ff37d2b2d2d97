//! Servers under load from outside: unchanged components on stock wasmtime-wasi and real
//! sockets, driven by a load generator in a process of its own.
//!
//! A [`Session`] lets the guests take turns in rounds. In each round a guest runs in a fresh
//! process, kept on one processor, and `pollbench-load` on another one. What comes of it is a
//! [`LiveRecord`](pollbench_reports::live::LiveRecord).

mod child;
mod cpu;
mod error;
mod generator;
mod guest;
mod handler;
mod highest;
mod order;
mod processors;
mod reuse;
mod round;
mod server;
mod session;
mod totals;
mod upstream;

pub use error::LiveError;
pub use generator::generate;
pub use guest::Guest;
pub use order::order;
pub use server::{how, serve};
pub use session::{Http, Session, Settings};
pub use upstream::Upstream;
