use super::kind::Kind;
use super::{arrivals, burst, chain, churn, fan_out, idle, shared, skew, spawn, timers, wakes};

/// The workloads there are.
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
];
