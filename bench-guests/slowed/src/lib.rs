//! A simple executor that burns as much work for each event as its knob says: for
//! measuring whether a change of a known size is found.

use std::hint::black_box;

use pollbench_executor::{
    Description, Driver, Failure, Handle, Knob, KnobRange, PollHost, Simple, Step, Strategy,
    component, script,
};

/// A host that lets its guest burn work before each step.
#[derive(Clone)]
pub struct Slowed<H> {
    host: H,
    burn: u64,
}

impl<H: PollHost> PollHost for Slowed<H> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.host.poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.host.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.host.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        self.host.drop(handle);
    }
}

impl<H: Driver> Driver for Slowed<H> {
    fn next(&self, task: u32, outcome: u32) -> Step {
        for round in 0..self.burn {
            black_box(round);
        }
        self.host.next(task, outcome)
    }
}

/// A simple executor over such a host.
pub struct Burning;

impl Strategy for Burning {
    const DESCRIPTION: Description = Description {
        name: "slowed",
        strategy: "slowed down on purpose",
        summary: "a simple executor that burns as much work for each event as its knob says",
        knobs: &[Knob {
            name: "burn",
            summary: "rounds of an empty loop before each step",
            range: KnobRange::Integer(0, 1_000_000_000),
            default: 0,
        }],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let [burn] = knobs else { return Err("expected one knob, burn".into()) };
        script::run(Slowed { host, burn: *burn }, Simple::default(), tasks)
    }
}

component!(Burning);
