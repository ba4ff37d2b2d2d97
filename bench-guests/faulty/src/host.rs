use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Pollable, Step, StreamHost};

use crate::Fault;

/// How long a starved task is kept from looking at its pollable.
const STARVING_NANOSECONDS: u64 = 100_000_000;

/// A host that passes everything on, but for one call or from one call on.
#[derive(Clone)]
pub struct Faulty<H: PollHost> {
    host: H,
    fault: Fault,
    /// Calls until the fault, of the kind the fault is about.
    countdown: Rc<Cell<u64>>,
    /// The pollables of starved tasks, by task.
    withheld: Rc<RefCell<HashMap<u32, Pollable<H>>>>,
    /// What keeps a poll from blocking. One that stays behind is let off.
    marker: Rc<Cell<Option<Handle>>>,
}

impl<H: PollHost> Faulty<H> {
    /// Makes `fault` at the call with this number, counting from 1.
    pub fn new(host: H, fault: Fault, at: u64) -> Self {
        let countdown = Rc::new(Cell::new(at));
        Self { host, fault, countdown, withheld: Rc::default(), marker: Rc::default() }
    }

    /// Whether a call that gives an opportunity for `fault` is the one.
    fn strikes(&self, fault: Fault) -> bool {
        let was = self.countdown.get();
        self.strikes_from_here(fault) && was == 1
    }

    /// Whether it is the one or a later one.
    pub fn strikes_from_here(&self, fault: Fault) -> bool {
        if fault != self.fault {
            return false;
        }
        self.countdown.set(self.countdown.get().saturating_sub(1));
        self.countdown.get() == 0
    }

    /// Whether `fault` is made from some call on, and has been.
    pub fn has_struck(&self, fault: Fault) -> bool {
        fault == self.fault && self.countdown.get() == 0
    }
}

impl<H: PollHost> PollHost for Faulty<H> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        if self.strikes_from_here(Fault::Spin) {
            let always = Pollable::timer(&self.host, 0);
            self.host.poll(&[always.handle()], ready);
            return ready.clear();
        }
        if self.has_struck(Fault::ReturnEarly) {
            *ready = (0..handles.len() as u32).collect();
            return;
        }
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
        let handle = self.host.subscribe_instant(deadline);
        if deadline == 0 {
            self.marker.set(Some(handle));
        }
        handle
    }

    fn drop(&self, handle: Handle) {
        if self.marker.get() == Some(handle) {
            self.marker.set(None);
            self.host.drop(handle);
        } else if !self.strikes(Fault::ForgetDrop) {
            self.host.drop(handle);
        }
    }
}

impl<H: Driver> Driver for Faulty<H> {
    type Streams = H::Streams;

    fn streams(&self) -> &H::Streams {
        self.host.streams()
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        if self.strikes_from_here(Fault::ReturnEarly) {
            return Step::Done;
        }
        if self.strikes(Fault::Panic) {
            panic!("broken on purpose");
        }
        let task_asked = if self.strikes(Fault::UnknownTask) { u32::MAX } else { task };
        let outcome = if self.strikes(Fault::WrongOutcome) { outcome + 7 } else { outcome };
        let step = self.host.next(task_asked, outcome);
        let withheld = self.withheld.borrow_mut().remove(&task);
        match (withheld, step) {
            (Some(pollable), Step::Again) => Step::Wait(pollable.into_handle()),
            (_, step) => self.spoil(task, outcome, step),
        }
    }
}

impl<H: Driver> Faulty<H> {
    /// The step, or another in its place if the fault is about it.
    fn spoil(&self, task: u32, outcome: u32, step: Step) -> Step {
        match step {
            Step::Wait(_) | Step::Timeout(..) if self.strikes(Fault::ResumeTwice) => {
                self.host.next(task, outcome)
            }
            Step::Wait(_) | Step::Timeout(..) if self.strikes(Fault::LoseWakeup) => self.never(),
            Step::Wait(handle) if self.strikes(Fault::Starve) => {
                // SAFETY: the host has given the pollable away with the step, which is used up.
                let pollable = unsafe { Pollable::adopt(&self.host, handle) };
                self.withheld.borrow_mut().insert(task, pollable);
                Step::Sleep(STARVING_NANOSECONDS)
            }
            Step::Timeout(handle, _) if self.strikes(Fault::ExpireEarly) => {
                Step::Timeout(handle, 0)
            }
            Step::Sleep(_) if self.strikes(Fault::ForgetTimer) => self.never(),
            Step::Yield if self.strikes(Fault::IgnoreYield) => self.host.next(task, 0),
            Step::Read(stream) if self.strikes(Fault::DropStreamFirst) => {
                let pollable = self.host.streams().subscribe(stream);
                self.host.streams().drop(stream);
                Step::Wait(pollable)
            }
            step => step,
        }
    }

    /// A wait that does not end.
    fn never(&self) -> Step {
        Step::Wait(self.host.subscribe_instant(u64::MAX))
    }
}
