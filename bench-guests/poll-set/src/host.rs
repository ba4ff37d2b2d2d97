use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Step};

use crate::members::Members;

/// The index of a poll set in the component's handle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set(pub u32);

/// A host that keeps poll sets: `poll-set` of `wit/deps`.
pub trait SetHost: PollHost {
    /// An empty set.
    fn new_set(&self) -> Set;

    /// Puts a pollable into a set, under a token that is not in use there.
    fn add(&self, set: Set, handle: Handle, token: u32);

    /// Takes out what was added under a token; there must be something.
    fn remove(&self, set: Set, token: u32);

    /// Blocks until something in the set is ready and replaces what `tokens`
    /// holds by the tokens of what is, up to `max` of them, which is at least 1.
    fn wait(&self, set: Set, max: u32, tokens: &mut Vec<u32>);

    /// The same without blocking.
    fn ready(&self, set: Set, max: u32, tokens: &mut Vec<u32>);

    /// Gives up a set.
    fn drop_set(&self, set: Set);
}

/// A host that notes which pollables are dropped: they have left their set.
#[derive(Clone)]
pub struct Tracking<H> {
    pub host: H,
    pub members: Rc<RefCell<Members>>,
}

impl<H: PollHost> PollHost for Tracking<H> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.host.poll(handles, ready);
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.host.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        self.members.borrow_mut().dropped(handle);
        self.host.drop(handle);
    }
}

impl<H: Driver> Driver for Tracking<H> {
    type Streams = H::Streams;

    fn streams(&self) -> &H::Streams {
        self.host.streams()
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        self.host.next(task, outcome)
    }
}
