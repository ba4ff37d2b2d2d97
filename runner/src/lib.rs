//! Measures executors of WASI 0.2 guests.
//!
//! A [`session`] takes every cell of a [`matrix`] through both lanes. In each run
//! the [`engine`] drives a guest under a simulation, whose tasks a workload scripts:
//! both of these are in `pollbench-simulation`, and the engine is in `pollbench-engine`. What comes of it is a record; all that is made of a
//! record is the business of `pollbench-reports`.

pub mod baseline;
pub mod check;
pub mod cli;
pub mod command;
pub mod compare;
mod environment;
pub mod live;
pub mod matrix;
pub mod profile;
pub mod self_test;
pub mod session;
pub mod trace;
pub mod tune;
pub mod worker;

pub use pollbench_engine as engine;
