use std::cell::Cell;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Pollable};

/// A pollable in the event loop's list (`PollableHolder`).
pub struct Holder<H: PollHost> {
    handle: Handle,
    /// The pollable itself, if it ends with the holder.
    owned: Cell<Option<Pollable<H>>>,
    /// It stays in the list until the next turn, though.
    disposed: Cell<bool>,
    /// Whom it resolves.
    pub then: Then,
}

/// What happens when a pollable is ready.
#[derive(Clone)]
pub enum Then {
    /// One of the things a task awaits, with this number, has happened.
    Resolve(Rc<Promise>, u32),
    /// The earliest timer is due.
    Timers,
}

/// What a task awaits: `Task`, `WhenAny` or `WhenAll`.
pub struct Promise {
    pub task: usize,
    missing: Cell<usize>,
    /// The number of what resolved it.
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

    /// Ends it; false if it had ended before.
    pub fn dispose(&self) -> bool {
        drop(self.owned.take());
        !self.disposed.replace(true)
    }
}

impl Promise {
    /// Resolves when `missing` of the things `task` awaits have happened.
    pub fn new(task: usize, missing: usize) -> Rc<Self> {
        Rc::new(Self { task, missing: Cell::new(missing), outcome: Cell::default() })
    }

    pub fn outcome(&self) -> Option<u32> {
        self.outcome.get()
    }

    /// One more of them has happened; says whether that resolves it.
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
