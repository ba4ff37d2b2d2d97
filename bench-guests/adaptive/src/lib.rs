//! The adaptive executor, as a guest: the library of `adaptive-executor/` under the
//! host's script.

mod script;

use pollbench_adaptive_executor::Executor;
use pollbench_executor::{Description, Driver, Failure, Strategy, component, reuse_poll_results};

/// The library's executor.
pub struct Adaptive;

impl Strategy for Adaptive {
    const DESCRIPTION: Description = Description {
        name: "adaptive",
        strategy: "measured rings and chunks",
        summary: "polls no more handles than the measured hit rates say pays; a library to build on",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        script::run(Executor::new(host), tasks)
    }
}

component!(Adaptive);
reuse_poll_results!();
