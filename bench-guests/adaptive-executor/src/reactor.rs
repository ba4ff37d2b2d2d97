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

/// The member of a wait that is its timer.
pub(crate) const TIMER: u32 = u32::MAX;

/// All that tasks wait for, and how the host is asked for it.
pub(crate) struct Reactor<H: PollHost> {
    host: H,
    waits: Slab<Wait>,
    set: PollSet,
    deadlines: Deadlines<H>,
    recency: Recency,
    front: Option<Front>,
    policy: Policy,
    /// Joins which have some of their handles since the last poll of all, and some
    /// that have ended.
    begun: Vec<Token>,
    /// Where the next chunk begins.
    cursor: u32,
    /// Where it is going to begin, if the poll in hand leaves nothing out.
    next_cursor: u32,
    /// How many handles to poll of a list of which more may be ready than a poll can
    /// report.
    crowd: Option<usize>,
    /// Kept for their memory.
    chunk: Vec<Handle>,
    positions: Vec<u32>,
    expired: Vec<Token>,
    /// Who is to be woken for what the last turn has found.
    pub woken: Vec<Waker>,
}

/// One thing a task waits for: any of some handles and a timer, or all of them.
struct Wait {
    /// How many of them have to happen still.
    missing: u32,
    /// The one that happened last.
    winner: u32,
    /// Until it is woken.
    waker: Option<Waker>,
    /// Of a join.
    members: Option<Rc<[Handle]>>,
    /// Whether it is one of those in `begun`.
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

    /// Begins a wait for one of the handles and timers it is going to be given.
    pub fn begin(&mut self, waker: &Waker) -> Token {
        self.begin_wait(1, None, waker)
    }

    /// Begins a wait for all of the handles, which it is going to be given.
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

    /// The member by which the wait has come to its end; until then `waker` is
    /// woken when it does.
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

    /// Asks the host once or, if the first answer is nothing, a few times: until
    /// something is ready if `idle`, and without blocking after `work` tasks have
    /// run if not.
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

    /// Gives up the pollable of its own.
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

    /// A handle is ready, which `owner` has waited for, and maybe others.
    fn happened(&mut self, handle: Handle, owner: Owner) {
        self.complete(owner.token, owner.member);
        while let Some(other) = self.set.take(handle) {
            self.complete(other.token, other.member);
        }
    }

    fn complete(&mut self, token: Token, member: u32) {
        let waits = self.waits.len();
        let wait = &mut self.waits[token.0 as usize];
        // Of a race another may have won in the same poll.
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

    /// A pollable that keeps a poll from blocking: its time has passed. Many hosts look at
    /// such a one twice, and go back to their event loop in between; but only for the
    /// first poll it is in. With one that is kept they would never do so again while tasks
    /// are runnable, and events only come there. So it is for one poll.
    fn marker(&self) -> Pollable<H> {
        Pollable::new(&self.host, self.host.subscribe_instant(0))
    }
}
