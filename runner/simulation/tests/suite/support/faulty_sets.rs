//! A host with poll sets that makes one mistake.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Step};
use pollbench_faulty::{Fault, Faulty};
use pollbench_poll_set::{Set, SetHost};

use super::native_host::NativeHost;

/// A faulty host; what is wrong with a poll is wrong with asking a set.
#[derive(Clone)]
pub struct FaultySets {
    faulty: Faulty<NativeHost>,
    native: NativeHost,
    /// The tokens in the set, which are its handles.
    tokens: Rc<RefCell<BTreeSet<u32>>>,
}

impl PollHost for FaultySets {
    fn poll(&self, _handles: &[Handle], _ready: &mut Vec<u32>) {
        unreachable!("an executor over a poll set does not poll");
    }

    fn now(&self) -> u64 {
        self.faulty.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.faulty.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        self.tokens.borrow_mut().remove(&handle.0);
        PollHost::drop(&self.faulty, handle);
    }
}

impl Driver for FaultySets {
    type Streams = NativeHost;

    fn streams(&self) -> &NativeHost {
        &self.native
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        self.faulty.next(task, outcome)
    }
}

impl SetHost for FaultySets {
    fn new_set(&self) -> Set {
        self.native.new_set()
    }

    fn add(&self, set: Set, handle: Handle, token: u32) {
        self.tokens.borrow_mut().insert(token);
        self.native.add(set, handle, token);
    }

    fn remove(&self, set: Set, token: u32) {
        self.tokens.borrow_mut().remove(&token);
        self.native.remove(set, token);
    }

    fn wait(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        if !self.is_spoilt(set, tokens) {
            self.native.wait(set, max, tokens);
        }
    }

    fn ready(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        if !self.is_spoilt(set, tokens) {
            self.native.ready(set, max, tokens);
        }
    }

    fn drop_set(&self, set: Set) {
        self.native.drop_set(set);
    }
}

impl FaultySets {
    pub fn new(native: NativeHost, fault: Fault, at: u64) -> Self {
        let faulty = Faulty::new(native.clone(), fault, at);
        Self { faulty, native, tokens: Rc::default() }
    }

    /// The faults of a poll: one that asks for nothing, or believes that all is ready.
    fn is_spoilt(&self, set: Set, tokens: &mut Vec<u32>) -> bool {
        if self.faulty.strikes_from_here(Fault::Spin) {
            self.native.ready(set, 0, tokens);
            return true;
        }
        let spoilt = self.faulty.has_struck(Fault::ReturnEarly);
        if spoilt {
            *tokens = self.tokens.borrow().iter().copied().collect();
        }
        spoilt
    }
}
