use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Pollable};
use slab::Slab;

/// How many ready pollables tokio lets a task see until the task has returned to the event
/// loop.
const BUDGET: u32 = 128;

/// A host in which nothing ever really waits: time jumps to the next deadline
/// when the executor blocks. For tests that run natively.
#[derive(Clone, Default)]
pub struct VirtualHost {
    world: Rc<RefCell<World>>,
}

#[derive(Default)]
struct World {
    now: u64,
    /// How long each call takes, in nanoseconds.
    call: u64,
    /// The pollables by handle.
    pollables: Slab<Source>,
    calls: Calls,
    /// How many pollables the host can still report until it returns to its event loop;
    /// `None` for a host without one.
    budget: Option<u32>,
}

/// What is behind a pollable.
struct Source {
    /// When it is ready, in nanoseconds.
    at: u64,
    seen: Seen,
}

/// What a host with an event loop knows of a pollable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It was not ready when the host was last in its event loop.
    NotYet,
    /// It was ready when the host was last in its event loop.
    Ready,
    /// Its time had passed when it was created, and nothing has looked at it yet.
    Passed,
    /// Its time had passed when it was created, and something has looked at it. It stays
    /// ready.
    LookedAt,
}

/// How often a host was called, and with how many handles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Calls of `poll`.
    pub polls: u64,
    /// The handles passed in all polls.
    pub handles: u64,
    /// Calls of `ready`.
    pub asks: u64,
    /// Readings of the clock.
    pub clock: u64,
    /// Pollables created.
    pub subscriptions: u64,
    /// Pollables dropped.
    pub drops: u64,
}

impl VirtualHost {
    /// A host on which each call takes `nanoseconds`.
    pub fn taking(nanoseconds: u64) -> Self {
        let host = Self::default();
        host.world.borrow_mut().call = nanoseconds;
        host
    }

    /// A host on which each call takes `nanoseconds` and which behaves like wasmtime's
    /// implementation of WASI on tokio. It learns of events when it returns to its event
    /// loop, which it does when a poll finds nothing ready. Until it returns again it
    /// reports at most 128 pollables, those with the lowest handles first. A pollable of
    /// the clock whose time had passed when it was created is not ready at the first look,
    /// but from the second look on.
    pub fn cooperative(nanoseconds: u64) -> Self {
        let host = Self::taking(nanoseconds);
        host.world.borrow_mut().budget = Some(BUDGET);
        host
    }

    /// A pollable that is ready once `nanoseconds` have passed; with `u64::MAX`, once
    /// [`VirtualHost::fire`] is called for it.
    pub fn pollable(&self, nanoseconds: u64) -> Pollable<Self> {
        let deadline = self.world.borrow().now.saturating_add(nanoseconds);
        Pollable::timer(self, deadline)
    }

    /// Makes a pollable ready.
    pub fn fire(&self, handle: Handle) {
        let source = &mut self.world.borrow_mut().pollables[handle.0 as usize];
        *source = Source { at: 0, seen: Seen::NotYet };
    }

    /// The calls so far.
    pub fn calls(&self) -> Calls {
        self.world.borrow().calls
    }

    /// How many pollables there are.
    pub fn pollables(&self) -> usize {
        self.world.borrow().pollables.len()
    }
}

impl World {
    fn poll(&mut self, handles: &[Handle], ready: &mut Vec<u32>) {
        ready.clear();
        if self.budget.is_none() {
            ready.extend((0..).zip(handles).filter(|it| self.look(*it.1)).map(|it| it.0));
            return;
        }
        // wasmtime looks at each handle once, in ascending order.
        let mut order: Vec<(Handle, u32)> = handles.iter().copied().zip(0..).collect();
        order.sort_unstable();
        for same in order.chunk_by(|one, other| one.0 == other.0) {
            if self.look(same[0].0) {
                ready.extend(same.iter().map(|(_, position)| *position));
            }
        }
    }

    fn look(&mut self, handle: Handle) -> bool {
        let source = &mut self.pollables[handle.0 as usize];
        let Some(budget) = &mut self.budget else { return source.at <= self.now };
        match source.seen {
            Seen::Ready if *budget > 0 => *budget -= 1,
            Seen::LookedAt => {}
            Seen::Passed => {
                source.seen = Seen::LookedAt;
                return false;
            }
            Seen::Ready | Seen::NotYet => return false,
        }
        true
    }

    /// Returns to the event loop, on a host that has one.
    fn go_round(&mut self) {
        let Some(budget) = &mut self.budget else { return };
        *budget = BUDGET;
        for (_, source) in &mut self.pollables {
            if source.seen == Seen::NotYet && source.at <= self.now {
                source.seen = Seen::Ready;
            }
        }
    }
}

impl PollHost for VirtualHost {
    /// # Panics
    /// If the list is empty, has a pollable that was dropped, or if none of its pollables
    /// can ever be ready.
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let mut world = self.world.borrow_mut();
        world.calls.polls += 1;
        world.calls.handles += handles.len() as u64;
        world.now += world.call;
        world.poll(handles, ready);
        if ready.is_empty() {
            world.go_round();
            world.poll(handles, ready);
        }
        if ready.is_empty() {
            let next = handles.iter().map(|handle| world.pollables[handle.0 as usize].at).min();
            let next = next.expect("a poll list is never empty");
            assert!(next < u64::MAX, "blocked for ever");
            world.now = world.now.max(next);
            world.go_round();
            world.poll(handles, ready);
        }
    }

    fn is_ready(&self, handle: Handle) -> bool {
        let mut world = self.world.borrow_mut();
        world.calls.asks += 1;
        world.now += world.call;
        world.look(handle)
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
        let seen = if deadline <= world.now { Seen::Passed } else { Seen::NotYet };
        Handle(world.pollables.insert(Source { at: deadline, seen }) as u32)
    }

    fn drop(&self, handle: Handle) {
        // While a panic unwinds, the world may be borrowed, and its counts no longer
        // matter.
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.calls.drops += 1;
            world.pollables.remove(handle.0 as usize);
        }
    }
}
