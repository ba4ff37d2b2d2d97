mod asking;
mod joins;
#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::task::Waker;

use pollbench_executor::{Handle, PollHost, Pollable, Token};
use slab::Slab;

use crate::Stalled;
use crate::deadlines::Deadlines;
use crate::front::Front;
use crate::policy::Policy;
use crate::poll_set::{Owner, PollSet};
use crate::recency::Recency;
use crate::timers::TimerKey;

/// The member number of a wait's timer.
pub(crate) const TIMER: u32 = u32::MAX;

/// Everything that tasks wait for, and how the host is asked about it.
pub(crate) struct Reactor<H: PollHost> {
    host: H,
    waits: Slab<Wait>,
    set: PollSet,
    deadlines: Deadlines<H>,
    recency: Recency,
    front: Option<Front>,
    policy: Policy,
    /// Joins of which some handles were ready since the last poll of all. Some of these
    /// joins may have ended.
    begun: Vec<Token>,
    /// Where the next chunk begins.
    cursor: u32,
    /// Where the next chunk begins if the current poll leaves no ready handle out.
    next_cursor: u32,
    /// How many handles to poll next while more may be ready than a poll can report; `None`
    /// otherwise.
    crowd: Option<usize>,
    /// Buffers, kept to reuse their memory.
    chunk: Vec<Handle>,
    positions: Vec<u32>,
    expired: Vec<Token>,
    /// The wakers of the waits that the last turn has completed.
    pub woken: Vec<Waker>,
}

/// One wait of a task: for any of some handles and a timer, or for all of some handles.
struct Wait {
    /// How many members have yet to happen.
    missing: u32,
    /// The member that happened last.
    winner: u32,
    /// The waker, until it is woken.
    waker: Option<Waker>,
    /// The handles of a join; `None` for other waits.
    members: Option<Rc<[Handle]>>,
    /// Whether this wait was added to `begun`.
    has_begun: bool,
}

impl<H: PollHost> Reactor<H> {
    pub fn new(host: H) -> Self {
        Self {
            host,
            waits: Slab::new(),
            set: PollSet::default(),
            deadlines: Deadlines::default(),
            recency: Recency::default(),
            front: None,
            policy: Policy::default(),
            begun: Vec::new(),
            cursor: 0,
            next_cursor: 0,
            crowd: None,
            chunk: Vec::new(),
            positions: Vec::new(),
            expired: Vec::new(),
            woken: Vec::new(),
        }
    }

    /// Begins a wait for the first of the handles and timers that the caller then adds.
    pub fn begin(&mut self, waker: &Waker) -> Token {
        self.begin_wait(1, None, waker)
    }

    /// Begins a wait for all of `members`, which the caller then adds.
    pub fn begin_join(&mut self, members: Rc<[Handle]>, waker: &Waker) -> Token {
        self.begin_wait(members.len() as u32, Some(members), waker)
    }

    fn begin_wait(&mut self, missing: u32, members: Option<Rc<[Handle]>>, waker: &Waker) -> Token {
        let waker = Some(waker.clone());
        Token(
            self.waits.insert(Wait { missing, winner: 0, waker, members, has_begun: false }) as u32
        )
    }

    pub fn add(&mut self, token: Token, handle: Handle, member: u32) {
        self.set.insert(handle, Owner { token, member });
    }

    pub fn add_timer(&mut self, token: Token, nanoseconds: u64) -> TimerKey {
        self.deadlines.start(&self.host, nanoseconds, token)
    }

    /// The member that completed the wait. If it is not complete, `None`, and `waker` is
    /// woken when it is.
    pub fn winner(&mut self, token: Token, waker: &Waker) -> Option<u32> {
        let wait = &mut self.waits[token.0 as usize];
        if wait.missing == 0 {
            return Some(wait.winner);
        }
        match &mut wait.waker {
            Some(known) => known.clone_from(waker),
            None => wait.waker = Some(waker.clone()),
        }
        None
    }

    /// Ends a wait, whether what it waits for has happened or not.
    pub fn end(&mut self, token: Token, handles: &[Handle], timer: Option<TimerKey>) {
        for handle in handles {
            self.set.remove(*handle, token);
        }
        if let Some(key) = timer {
            self.deadlines.cancel(key, token);
        }
        self.waits.remove(token.0 as usize);
    }

    /// Asks the host for ready handles. If `idle`, it polls once or several times, until
    /// something is ready. Otherwise it polls without blocking; `work` tasks have run since
    /// the last turn.
    pub fn turn(&mut self, idle: bool, work: usize) -> Result<(), Stalled> {
        let deadline = self.deadlines.arm(&self.host);
        if self.set.len() == 0 && deadline.is_none() {
            return if idle { Err(Stalled) } else { Ok(()) };
        }
        if idle {
            self.search(deadline);
        } else {
            self.glance(deadline, work);
        }
        Ok(())
    }

    /// Drops the reactor's own pollable, that of the deadline.
    pub fn close(&mut self) {
        self.deadlines.close();
    }

    fn expire(&mut self) {
        let mut expired = std::mem::take(&mut self.expired);
        self.deadlines.expire(&self.host, &mut expired);
        for token in expired.drain(..) {
            self.complete(token, TIMER);
        }
        self.expired = expired;
    }

    /// Completes the waits for a ready handle: that of `owner`, and those of any further
    /// owners.
    fn happened(&mut self, handle: Handle, owner: Owner) {
        self.complete(owner.token, owner.member);
        while let Some(other) = self.set.take(handle) {
            self.complete(other.token, other.member);
        }
    }

    fn complete(&mut self, token: Token, member: u32) {
        let waits = self.waits.len();
        let wait = &mut self.waits[token.0 as usize];
        // Another member of a race may have won in the same poll.
        if wait.missing > 0 {
            wait.missing -= 1;
            wait.winner = member;
            if wait.missing == 0 {
                self.woken.extend(wait.waker.take());
            } else if !wait.has_begun && self.begun.len() < waits {
                wait.has_begun = true;
                self.begun.push(token);
            }
        }
    }

    /// Creates a pollable whose time has passed, which keeps a poll from blocking. In the
    /// first poll with such a pollable many hosts return to their event loop, the only
    /// place where they learn of events. With a reused marker they would not return to it
    /// while tasks are runnable, so each poll gets a new one.
    fn marker(&self) -> Pollable<H> {
        Pollable::timer(&self.host, 0)
    }
}
