//! The floor: a hand-written loop without futures or wakers, which shows what driving the
//! host's script costs at least. Handles stay in a fixed list, and a turn allocates
//! nothing.
//!
//! It is not an executor that programs could use; the other guests are measured against it.

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
