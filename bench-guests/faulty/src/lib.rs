//! Executors broken on purpose, to see that each fault is caught and named.
//!
//! [`Faulty`] stands between an executor and its host and makes one mistake, so
//! that any executor can be broken in any of these ways. Over a [`Standing`] host it
//! behaves wrongly all the time. The component this crate builds to is broken as its
//! knobs say.

mod fault;
mod host;
mod standing;

pub use fault::{FAULTS, Fault};
pub use host::Faulty;
pub use standing::{STANDING_FAULTS, Standing, StandingFault, run_standing};

use pollbench_executor::{
    Description, Driver, Failure, Knob, KnobRange, Simple, Strategy, component, script,
};

/// The words for all faults: those of one moment, then those that stand.
const NAMES: [&str; FAULTS.len() + STANDING_FAULTS.len()] = {
    let mut names = [""; FAULTS.len() + STANDING_FAULTS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = if index < FAULTS.len() {
            FAULTS[index].0
        } else {
            STANDING_FAULTS[index - FAULTS.len()].0
        };
        index += 1;
    }
    names
};

/// The executor that is broken.
struct Sound;

impl Strategy for Sound {
    const DESCRIPTION: Description = Description { knobs: &[], ..Broken::DESCRIPTION };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        script::run(host, Simple::default(), tasks)
    }
}

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
                summary: "the opportunity at which it is made, if it is made once",
                range: KnobRange::Integer(1, 1_000_000),
                default: 10,
            },
        ],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let [fault, at] = knobs else { return Err("expected two knobs, fault and at".into()) };
        if let Some(standing) = (*fault as usize).checked_sub(FAULTS.len()) {
            let fault = STANDING_FAULTS.get(standing).ok_or("no such fault")?.1;
            return run_standing::<Sound, H>(host, fault, tasks, &[]);
        }
        let fault = FAULTS[*fault as usize].1;
        if fault == Fault::Fail && tasks > 0 {
            return Err("broken on purpose".into());
        }
        script::run(Faulty::new(host, fault, *at), Simple::default(), tasks)
    }
}

component!(Broken);
