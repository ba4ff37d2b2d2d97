//! What the tasks of a guest do. Each workload is a small state machine that the
//! host steps; guests know nothing of it.

mod arrivals;
mod burst;
mod chain;
mod churn;
mod fan_out;
mod idle;
mod kind;
mod parameter;
mod random;
mod ring;
mod shared;
mod skew;
mod sources;
mod spawn;
mod streams;
mod timers;
mod tokens;
mod wakes;

pub use kind::{Activity, Kind, Shape};
pub use parameter::{Parameter, Range};

/// The workloads there are.
pub static CATALOGUE: &[Kind] = &[
    idle::KIND,
    burst::KIND,
    churn::KIND,
    fan_out::KIND,
    timers::KIND,
    chain::KIND,
    skew::KIND,
    wakes::KIND,
    shared::KIND,
    arrivals::KIND,
    spawn::KIND,
    streams::KIND,
];
