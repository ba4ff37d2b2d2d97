//! The workloads. What is said here is from `runner/README.md` and the sources in
//! `runner/simulation/src/workload/`.

mod groups;
mod steady;
mod tasks;

use super::{Setting, Workload, row, setting};

/// How long the tokens take that `idle` and `streams` pass on.
const DELAY: Setting = setting(
    "delay",
    "This is how long a token takes to arrive, in nanoseconds. With 0 the event is there before \
     the guest polls.",
);

/// All of them.
pub fn all() -> Vec<Workload> {
    [steady::WORKLOADS, groups::WORKLOADS, tasks::WORKLOADS].concat()
}
