use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Reactor, Token};

use crate::host::{Set, SetHost};
use crate::members::{Member, Members};

/// The reactor: `insert` is a call when the pollable is not in the set yet, and
/// nothing else is. A turn is O(R).
pub struct PollSet<H: SetHost> {
    host: H,
    set: Set,
    members: Rc<RefCell<Members>>,
    /// The most tokens a wait may return.
    max: u32,
    /// Whether a pollable stays in the set when its registration ends.
    keeps: bool,
    /// Kept for its memory.
    tokens: Vec<u32>,
}

impl<H: SetHost> PollSet<H> {
    pub fn new(host: H, members: Rc<RefCell<Members>>, max: u32, keeps: bool) -> Self {
        let set = host.new_set();
        Self { host, set, members, max, keeps, tokens: Vec::new() }
    }

    fn take_reported(&mut self, ready: &mut Vec<Token>) {
        let mut members = self.members.borrow_mut();
        for handle in self.tokens.iter().map(|token| Handle(*token)) {
            match self.end(&mut members, handle, self.keeps) {
                Member::Waiting(token) => ready.push(token),
                // Ready, but its task is not interested: it would be reported for ever.
                Member::Idle => drop(self.end(&mut members, handle, false)),
                Member::Absent => unreachable!("what is not in the set is not reported"),
            }
        }
    }

    /// Nobody waits for it any more.
    fn end(&self, members: &mut Members, handle: Handle, keep: bool) -> Member {
        if keep {
            return members.replace(handle, Member::Idle);
        }
        self.host.remove(self.set, handle.0);
        members.replace(handle, Member::Absent)
    }
}

impl<H: SetHost> Reactor for PollSet<H> {
    type Key = Handle;

    fn insert(&mut self, handle: Handle, token: Token) -> Handle {
        let before = self.members.borrow_mut().replace(handle, Member::Waiting(token));
        debug_assert!(!matches!(before, Member::Waiting(_)), "one wait for a pollable at a time");
        if before == Member::Absent {
            self.host.add(self.set, handle, handle.0);
        }
        handle
    }

    fn remove(&mut self, handle: Handle) {
        self.end(&mut self.members.borrow_mut(), handle, self.keeps);
    }

    fn is_empty(&self) -> bool {
        self.members.borrow().is_idle()
    }

    fn poll<P: PollHost>(&mut self, _: &P, _marker: Option<Handle>, ready: &mut Vec<Token>) {
        self.host.wait(self.set, self.max, &mut self.tokens);
        self.take_reported(ready);
    }

    fn look(&mut self, ready: &mut Vec<Token>) -> bool {
        self.host.ready(self.set, self.max, &mut self.tokens);
        self.take_reported(ready);
        true
    }
}

impl<H: SetHost> Drop for PollSet<H> {
    fn drop(&mut self) {
        self.host.drop_set(self.set);
    }
}
