//! Tests of the simulated world: its checks, its workloads, and every executor of
//! ours in it, natively.

mod checks;
mod executors;
mod fairness;
mod faults;
mod hosts;
mod latencies;
mod pending_calls;
mod replay;
mod standing_faults;
mod streams;
mod support;
mod workloads;
