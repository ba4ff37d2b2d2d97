//! The process of the load generator.

use pollbench_load::{Load, LoadError, Mark, Plan};
use serde::{Deserialize, Serialize};

use super::cpu::CpuTime;
use crate::worker::stay_on_processor;

/// The name of the command that runs such a process.
pub const GENERATOR: &str = "live-load";

/// What a process is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What to send, and when.
    pub plan: Plan,
    /// The number of the server's process.
    pub server: u32,
    /// The processor to stay on.
    pub processor: Option<u32>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// What was measured, or what went wrong.
    pub load: Result<Load, LoadError>,
    /// The processor time of the server when the measured window began.
    pub begun: Option<CpuTime>,
    /// That when it ended.
    pub ended: Option<CpuTime>,
}

/// Carries an order out.
pub fn generate(order: &Order) -> Generated {
    if let Some(processor) = order.processor {
        stay_on_processor(processor);
    }
    let (mut begun, mut ended) = (None, None);
    let load = pollbench_load::run(&order.plan, |mark| match mark {
        Mark::Connected => {}
        Mark::Begins => begun = CpuTime::of(order.server),
        Mark::Ends => ended = CpuTime::of(order.server),
    });
    Generated { load, begun, ended }
}
