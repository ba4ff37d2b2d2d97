//! Measures executors of WASI 0.2 guests.

pub mod engine;
pub mod simulation;
pub mod workload;
