//! Executors broken on purpose, to see that each fault is caught and named.
//!
//! [`Faulty`] stands between an executor and its host and makes one mistake, so
//! that any executor can be broken in any of these ways. The component this crate
//! builds to is broken as its knobs say.

mod fault;
mod host;

pub use fault::{FAULTS, Fault};
pub use host::Faulty;

use fault::NAMES;
use pollbench_executor::{
    Description, Driver, Failure, Knob, KnobRange, Simple, Strategy, component, script,
};

/// A simple executor with a fault.
pub struct Broken;

impl Strategy for Broken {
    const DESCRIPTION: Description = Description {
        name: "faulty",
        strategy: "broken on purpose",
        summary: "a simple executor with the mistake that its knobs say",
        knobs: &[
            Knob {
                name: "fault",
                summary: "the mistake",
                range: KnobRange::Choice(&NAMES),
                default: 0,
            },
            Knob {
                name: "at",
                summary: "the opportunity at which it is made",
                range: KnobRange::Integer(1, 1_000_000),
                default: 10,
            },
        ],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let [fault, at] = knobs else { return Err("expected two knobs, fault and at".into()) };
        let fault = FAULTS.get(*fault as usize).ok_or("no such fault")?.1;
        if fault == Fault::Fail && tasks > 0 {
            return Err("broken on purpose".into());
        }
        script::run(Faulty::new(host, fault, *at), Simple::default(), tasks)
    }
}

component!(Broken);
