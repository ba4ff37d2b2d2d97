use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Pollable};
use slab::Slab;

/// A host in which nothing ever really waits: time jumps to the next deadline
/// when the executor blocks. For tests that run natively.
#[derive(Clone, Default)]
pub struct VirtualHost {
    world: Rc<RefCell<World>>,
}

#[derive(Default)]
struct World {
    now: u64,
    /// What a call takes.
    call: u64,
    /// By handle: when it is ready.
    pollables: Slab<u64>,
    calls: Calls,
}

/// What was asked of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Calls of `poll`.
    pub polls: u64,
    /// The handles of all polls.
    pub handles: u64,
    /// Calls of `ready`.
    pub asks: u64,
    /// Readings of the clock.
    pub clock: u64,
    /// Pollables made.
    pub subscriptions: u64,
    /// Pollables given up.
    pub drops: u64,
}

impl VirtualHost {
    /// A host on which each call takes so many nanoseconds.
    pub fn taking(nanoseconds: u64) -> Self {
        let host = Self::default();
        host.world.borrow_mut().call = nanoseconds;
        host
    }

    /// A pollable that is ready when so many nanoseconds have passed, or with
    /// `u64::MAX` once [`VirtualHost::fire`] says so.
    pub fn pollable(&self, nanoseconds: u64) -> Pollable<Self> {
        let deadline = self.world.borrow().now.saturating_add(nanoseconds);
        Pollable::new(self, self.subscribe_instant(deadline))
    }

    /// Makes a pollable ready.
    pub fn fire(&self, handle: Handle) {
        self.world.borrow_mut().pollables[handle.0 as usize] = 0;
    }

    /// What it was asked.
    pub fn calls(&self) -> Calls {
        self.world.borrow().calls
    }

    /// How many pollables there are.
    pub fn pollables(&self) -> usize {
        self.world.borrow().pollables.len()
    }
}

impl World {
    fn ready(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        ready.clear();
        let is_ready = |handle: &Handle| self.pollables[handle.0 as usize] <= self.now;
        ready.extend(
            (0..).zip(handles).filter(|(_, it)| is_ready(it)).map(|(position, _)| position),
        );
    }
}

impl PollHost for VirtualHost {
    /// # Panics
    /// If the list is empty, has a pollable that was dropped, or if none of it can
    /// ever be ready.
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let mut world = self.world.borrow_mut();
        world.calls.polls += 1;
        world.calls.handles += handles.len() as u64;
        world.now += world.call;
        world.ready(handles, ready);
        if ready.is_empty() {
            let next = handles.iter().map(|handle| world.pollables[handle.0 as usize]).min();
            let next = next.expect("a poll list is never empty");
            assert!(next < u64::MAX, "blocked for ever");
            world.now = next;
            world.ready(handles, ready);
        }
    }

    fn is_ready(&self, handle: Handle) -> bool {
        let mut world = self.world.borrow_mut();
        world.calls.asks += 1;
        world.now += world.call;
        world.pollables[handle.0 as usize] <= world.now
    }

    fn now(&self) -> u64 {
        let mut world = self.world.borrow_mut();
        world.calls.clock += 1;
        world.now += world.call;
        world.now
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        let mut world = self.world.borrow_mut();
        world.calls.subscriptions += 1;
        Handle(world.pollables.insert(deadline) as u32)
    }

    fn drop(&self, handle: Handle) {
        // While a panic unwinds, nobody looks any more.
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.calls.drops += 1;
            world.pollables.remove(handle.0 as usize);
        }
    }
}
