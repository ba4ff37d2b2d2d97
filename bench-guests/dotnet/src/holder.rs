use std::cell::Cell;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Pollable};

/// A pollable in the event loop's list (`PollableHolder`).
pub struct Holder<H: PollHost> {
    handle: Handle,
    /// The pollable itself, if the holder owns it.
    owned: Cell<Option<Pollable<H>>>,
    /// Whether the holder has ended. It stays in the list until the next turn all the same.
    disposed: Cell<bool>,
    /// What happens when the pollable is ready.
    pub then: Then,
}

/// What happens when a pollable is ready.
#[derive(Clone)]
pub enum Then {
    /// One of the events that a task awaits has happened: the one with this number.
    Resolve(Rc<Promise>, u32),
    /// The earliest timer is due.
    Timers,
}

/// What a task awaits: `Task`, `WhenAny` or `WhenAll`.
pub struct Promise {
    pub task: usize,
    missing: Cell<usize>,
    /// The number of the event that resolved the promise.
    outcome: Cell<Option<u32>>,
}

impl<H: PollHost> Holder<H> {
    pub fn borrowing(handle: Handle, then: Then) -> Self {
        Self { handle, owned: Cell::default(), disposed: Cell::default(), then }
    }

    pub fn owning(pollable: Pollable<H>, then: Then) -> Self {
        let handle = pollable.handle();
        Self { owned: Cell::new(Some(pollable)), ..Self::borrowing(handle, then) }
    }

    pub fn handle(&self) -> Handle {
        self.handle
    }

    pub fn is_disposed(&self) -> bool {
        self.disposed.get()
    }

    /// Ends the holder; returns false if it had ended before.
    pub fn dispose(&self) -> bool {
        drop(self.owned.take());
        !self.disposed.replace(true)
    }
}

impl Promise {
    /// A promise that resolves when `missing` of the events that `task` awaits have
    /// happened.
    pub fn new(task: usize, missing: usize) -> Rc<Self> {
        Rc::new(Self { task, missing: Cell::new(missing), outcome: Cell::default() })
    }

    pub fn outcome(&self) -> Option<u32> {
        self.outcome.get()
    }

    /// Records that one more event has happened; returns whether that resolves the promise.
    pub fn resolve_one(&self, number: u32) -> bool {
        if self.outcome.get().is_some() {
            return false;
        }
        self.missing.set(self.missing.get() - 1);
        let resolved = self.missing.get() == 0;
        if resolved {
            self.outcome.set(Some(number));
        }
        resolved
    }
}
