//! The world a guest runs in, without an engine.
//!
//! A [`workload`] scripts what every task does next, by a [`script`] over the [`agenda`] of
//! what is going to happen; a [`simulation`] answers a guest's calls, checks and counts
//! them. It can be driven by an engine, a real host, or a test. Tasks may also be
//! [scripted] step by step.

pub mod agenda;
pub mod script;
pub mod scripted;
pub mod simulation;
pub mod workload;
