//! What the servers of `pollbench live` are asked to do, whatever they are built on: how long to
//! wait before they answer, and which requests to send to another server first.

mod order;
mod timers;

pub use order::{Awaited, Fetched, Order, VALUE, parse};
pub use timers::Timers;
