//! Executors broken on purpose, to see that each fault is caught and named.
//!
//! [`Faulty`] stands between an executor and its host and makes one mistake at
//! one moment, so that any executor can be broken in any of these ways. The
//! component this crate builds to is broken as its knobs say.

mod reactor;

use std::cell::Cell;
use std::rc::Rc;

use pollbench_executor::{
    Description, Driver, Failure, Handle, Knob, KnobRange, PollHost, Step, Strategy, component,
    script,
};
use reactor::Simple;

/// A mistake an executor can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Never wakes a task for its event.
    LoseWakeup,
    /// Runs a task twice for one event.
    ResumeTwice,
    /// Keeps a pollable for ever.
    ForgetDrop,
    /// Takes another position, half the list away, for the one that was reported.
    WrongIndex,
    /// Tells a task the wrong outcome.
    WrongOutcome,
    /// Panics.
    Panic,
}

/// Every fault, with the word its knob has for it.
pub const FAULTS: [(&str, Fault); 6] = [
    ("lose-wakeup", Fault::LoseWakeup),
    ("resume-twice", Fault::ResumeTwice),
    ("forget-drop", Fault::ForgetDrop),
    ("wrong-index", Fault::WrongIndex),
    ("wrong-outcome", Fault::WrongOutcome),
    ("panic", Fault::Panic),
];

/// A host that passes everything on, but for one call.
#[derive(Clone)]
pub struct Faulty<H> {
    host: H,
    fault: Fault,
    /// Calls until the fault, of the kind the fault is about.
    countdown: Rc<Cell<u64>>,
}

impl<H> Faulty<H> {
    /// Makes `fault` at the call with this number, counting from 1.
    pub fn new(host: H, fault: Fault, at: u64) -> Self {
        Self { host, fault, countdown: Rc::new(Cell::new(at)) }
    }

    /// Whether a call that gives an opportunity for `fault` is the one.
    fn strikes(&self, fault: Fault) -> bool {
        if fault != self.fault || self.countdown.get() == 0 {
            return false;
        }
        self.countdown.set(self.countdown.get() - 1);
        self.countdown.get() == 0
    }
}

impl<H: PollHost> PollHost for Faulty<H> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.host.poll(handles, ready);
        if ready.len() < handles.len() && self.strikes(Fault::WrongIndex) {
            let len = handles.len() as u32;
            for position in ready {
                *position = (*position + len / 2) % len;
            }
        }
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.host.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        if !self.strikes(Fault::ForgetDrop) {
            self.host.drop(handle);
        }
    }
}

impl<H: Driver> Driver for Faulty<H> {
    fn next(&self, task: u32, outcome: u32) -> Step {
        if self.strikes(Fault::Panic) {
            panic!("broken on purpose");
        }
        let outcome = if self.strikes(Fault::WrongOutcome) { outcome + 7 } else { outcome };
        let step = self.host.next(task, outcome);
        if matches!(step, Step::Wait(_) | Step::Timeout(..)) {
            if self.strikes(Fault::ResumeTwice) {
                return self.host.next(task, outcome);
            }
            if self.strikes(Fault::LoseWakeup) {
                return Step::Sleep(u64::MAX);
            }
        }
        step
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
                range: KnobRange::Choice(&[
                    FAULTS[0].0,
                    FAULTS[1].0,
                    FAULTS[2].0,
                    FAULTS[3].0,
                    FAULTS[4].0,
                    FAULTS[5].0,
                ]),
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
        script::run(Faulty::new(host, fault, *at), Simple::default(), tasks)
    }
}

component!(Broken);
