//! A simple executor that burns as much work as its knobs say: for
//! measuring whether a change of a known size is found.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use pollbench_executor::{
    Description, Driver, Failure, Handle, Knob, KnobRange, PollHost, Simple, Step, Strategy,
    component, script,
};

/// A host that lets its guest burn work before every so many steps.
///
/// Each round needs the one before, the first one what the task has last been told, and
/// the step what came of the last: a processor that works ahead can't hide them beside
/// other work.
#[derive(Clone)]
pub struct Slowed<H> {
    host: H,
    burn: u64,
    every: u64,
    /// Steps until it burns.
    steps: Rc<Cell<u64>>,
    /// Zero, which the compiler doesn't know.
    zero: u32,
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
    type Streams = H::Streams;

    fn streams(&self) -> &H::Streams {
        self.host.streams()
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        let left = self.steps.get() - 1;
        self.steps.set(if left == 0 { self.every } else { left });
        if left > 0 {
            return self.host.next(task, outcome);
        }
        let start = u64::from(task) << 32 | u64::from(outcome);
        let burnt = (0..self.burn).fold(start, |state, _| round(state));
        self.host.next(task | burnt as u32 & self.zero, outcome)
    }
}

/// A round like any other: the compiler takes no two of them at once.
fn round(state: u64) -> u64 {
    black_box(state.rotate_left(5).wrapping_mul(0x517c_c1b7_2722_0a95))
}

/// A simple executor over such a host.
pub struct Burning;

impl Strategy for Burning {
    const DESCRIPTION: Description = Description {
        name: "slowed",
        strategy: "slowed down on purpose",
        summary: "a simple executor that burns as much work as its knobs say",
        knobs: &[
            Knob {
                name: "burn",
                summary: "rounds of a loop that multiplies",
                range: KnobRange::Integer(0, 1_000_000_000),
                default: 0,
            },
            Knob {
                name: "every",
                summary: "before one step in so many",
                range: KnobRange::Integer(1, 1_000_000),
                default: 1,
            },
        ],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let &[burn, every] = knobs else { return Err("expected two knobs, burn and every".into()) };
        let steps = Rc::new(Cell::new(every));
        let zero = black_box(0);
        script::run(Slowed { host, burn, every, steps, zero }, Simple::default(), tasks)
    }
}

component!(Burning);
