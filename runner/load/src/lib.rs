//! Drives a server over real loopback sockets, in a process of its own, and checks every byte
//! that comes back.
//!
//! An open loop: each request has a planned moment, and it is sent then whether or not earlier
//! replies have come. Its latency counts from the *planned* moment, as in [wrk2], so that a
//! server which stalls is charged for every request that should have been sent meanwhile, and
//! not for the one that happened to be on its way (Gil Tene's *coordinated omission*). Times
//! are kept in [HdrHistogram]s, in nanoseconds.
//!
//! A server sends each request back, at once or after a delay; or it is a handler of HTTP, which
//! answers with what it has learned from another server, see [`Asking`].
//!
//! [`run`] takes a [`Plan`] and returns a [`Load`]; a run in which any byte was lost, doubled,
//! out of order or changed returns a [`LoadError`] that names it, and no numbers. [`search()`]
//! finds the highest rate at which something holds.
//!
//! [wrk2]: https://github.com/giltene/wrk2
//! [HdrHistogram]: https://hdrhistogram.org

mod active;
mod checker;
mod clock;
mod connect;
mod connection;
mod corruption;
mod error;
mod generator;
mod http;
mod load;
mod pattern;
mod plan;
mod process;
mod recorder;
mod schedule;
mod search;
mod sockets;
mod times;
mod wire;

pub use checker::Checker;
pub use corruption::{Corruption, Damage};
pub use error::LoadError;
pub use generator::{Mark, run};
pub use http::{Asking, Awaited, MOST_REQUESTS, delay, value};
pub use load::{LATENESS_PART, Load};
pub use pattern::Pattern;
pub use plan::{Arrivals, Plan, PlanError};
pub use process::{ProcessError, pin_to, raise_descriptor_limit};
pub use schedule::{Due, Schedule};
pub use search::{Bounds, BoundsError, Outcome, search};
pub use times::{TOP, Times};
