//! From raw repetitions and events to what the record says of a cell.

mod latency;
mod time;

pub use latency::{histogram, latency};
pub use time::{net_by_round, time};
