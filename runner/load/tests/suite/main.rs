//! Tests of the load generator, against servers that have nothing of it.

mod checking;
mod connecting;
mod echo;
mod faults;
mod http;
mod plans;
mod schedule;
mod searching;
mod stall;
mod support;
