//! The floor: what driving the host's script costs with nothing around it. A
//! hand-written loop without futures or wakers; handles stay where they are in a
//! fixed list, and a turn allocates nothing.
//!
//! It is not an executor anybody could program against; it is what the others
//! are measured from.

mod event_loop;
mod poll_list;

use event_loop::EventLoop;
use pollbench_executor::{Description, Driver, Failure, Strategy, component, reuse_poll_results};

/// The hand-written loop.
pub struct Bare;

impl Strategy for Bare {
    const DESCRIPTION: Description = Description {
        name: "bare",
        strategy: "hand-written loop",
        summary: "the floor: no futures, a fixed handle list, no allocation in a turn",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        EventLoop::new(host, tasks).run()
    }
}

component!(Bare);
reuse_poll_results!();
