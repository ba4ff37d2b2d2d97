//! Tests of the simulated world: its checks, its workloads, and every executor of
//! ours in it, natively.

mod checks;
mod executors;
mod fairness;
mod faults;
mod latencies;
mod standing_faults;
mod support;
mod workloads;
