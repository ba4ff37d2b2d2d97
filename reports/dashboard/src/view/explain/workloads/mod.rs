//! The workloads. What is said here is from `runner/README.md` and the sources in
//! `runner/simulation/src/workload/`.

mod groups;
mod steady;
mod tasks;

use super::{Workload, row, setting};

/// All of them.
pub fn all() -> Vec<Workload> {
    [steady::WORKLOADS, groups::WORKLOADS, tasks::WORKLOADS].concat()
}
