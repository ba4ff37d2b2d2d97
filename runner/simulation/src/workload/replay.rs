//! The pattern of a real program, from its trace: which pollables it waited for, which of them
//! became ready together, and when.
//!
//! Data flows one way: [`lives`] reads what happened to each pollable, [`waits`] finds what was
//! waited for, [`tasks`] gives that to tasks, [`pattern`] says what makes each event happen,
//! [`run`] is the workload of these tasks, and [`files`] keeps what was read.

mod files;
mod lives;
mod pattern;
mod run;
mod tasks;
mod waits;

use super::kind::{Activity, Kind, Shape};
use super::{Parameter, Range};

pub use files::{TraceProblem, Traces, traces};
pub use pattern::{Pattern, PatternError};
pub use run::Replay;

/// What a program did, done again. It is not in the catalogue, for it needs a trace.
pub(super) const KIND: Kind = Kind {
    name: "replay",
    summary: "what the pollables of a program did, from the trace that `pollbench trace -o` wrote",
    question: "Which executor would be best for this program?",
    activity: Activity::Traced,
    parameters: &[TRACE],
    build: |shape| Box::new(Replay::new(traces().pattern(shape.parameter(TRACE.name)))),
    active: |shape| traces().pattern(shape.parameter(TRACE.name)).active(),
};

const TRACE: Parameter = Parameter {
    name: "trace",
    summary: "the file of the trace; N and A are what it has",
    range: Range::Trace,
    default: NO_TRACE,
};

/// The number of no trace: of one in which nothing happens.
pub const NO_TRACE: u64 = u64::MAX;

impl Shape {
    /// The size that the trace of a replay gives it.
    pub(super) fn traced(mut self) -> Self {
        let pattern = traces().pattern(self.parameter(TRACE.name));
        self.pollables = pattern.pollables();
        self
    }
}
