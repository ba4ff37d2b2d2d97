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
mod replay;
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
pub use parameter::{NoValue, Parameter, Range};
pub use replay::{NO_TRACE, Pattern, PatternError, Replay, TraceProblem, Traces, traces};

/// The workload which needs a trace, and so is none of the [`CATALOGUE`].
pub static REPLAY: Kind = replay::KIND;

/// All workloads: those of the [`CATALOGUE`], and [`REPLAY`].
pub fn all() -> impl Iterator<Item = &'static Kind> {
    CATALOGUE.iter().chain([&REPLAY])
}

/// The workload of this name.
pub fn find(name: &str) -> Option<&'static Kind> {
    all().find(|kind| kind.name == name)
}

/// The workloads that can be run without anything else.
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
