//! What tasks wait for: registrations in the reactor, and timers.

use std::task::Waker;

use super::{Completion, DEADLINE, Deadline, Executor};
use crate::{Handle, PollHost, Pollable, Reactor, TimerKey, Timers, Token};

impl<R: Reactor, H: PollHost, T: Timers<Token>> Executor<R, H, T> {
    /// Replaces the deadline pollable if the earliest timer has changed.
    pub(super) fn arm_deadline(&self) {
        let earliest = self.shared.timers.borrow_mut().earliest();
        let mut deadline = self.shared.deadline.borrow_mut();
        if deadline.as_ref().map(|deadline| deadline.at) == earliest {
            return;
        }
        let mut reactor = self.shared.reactor.borrow_mut();
        if let Some(Deadline { key, pollable, .. }) = deadline.take() {
            reactor.remove(key);
            drop(pollable);
        }
        *deadline = earliest.map(|at| {
            let pollable = Pollable::timer(self.host(), at);
            Deadline { at, key: reactor.insert(pollable.handle(), DEADLINE), pollable }
        });
    }

    /// Called when the deadline pollable was reported, which ended its registration.
    pub(super) fn expire_timers(&self) {
        self.shared.deadline.take();
        let now = self.host().now();
        loop {
            let Some(token) = self.shared.timers.borrow_mut().pop_expired(now) else { return };
            self.complete(token);
        }
    }

    pub(super) fn complete(&self, token: Token) {
        let mut completions = self.shared.completions.borrow_mut();
        let completion = &mut completions[token.0 as usize];
        completion.done = true;
        completion.waker.wake_by_ref();
    }

    fn new_completion(&self, waker: &Waker) -> Token {
        let completion = Completion { done: false, waker: waker.clone() };
        Token(self.shared.completions.borrow_mut().insert(completion) as u32)
    }

    /// Registers a wait for `handle` in the reactor.
    pub(crate) fn register(&self, handle: Handle, waker: &Waker) -> (Token, R::Key) {
        let token = self.new_completion(waker);
        (token, self.shared.reactor.borrow_mut().insert(handle, token))
    }

    /// Whether each timer is a pollable of its own.
    pub(crate) fn timers_are_pollables(&self) -> bool {
        self.shared.timers.borrow().are_pollables()
    }

    /// Registers a wait until `deadline` in the timers.
    pub(crate) fn register_timer(&self, deadline: u64, waker: &Waker) -> (Token, TimerKey) {
        let token = self.new_completion(waker);
        (token, self.shared.timers.borrow_mut().insert(deadline, token))
    }

    /// Whether the event that `token` stands for has happened. If so, the token becomes
    /// free; if not, `waker` is woken when it happens.
    pub(crate) fn take_completion(&self, token: Token, waker: &Waker) -> bool {
        let mut completions = self.shared.completions.borrow_mut();
        let completion = &mut completions[token.0 as usize];
        if completion.done {
            completions.remove(token.0 as usize);
            return true;
        }
        completion.waker.clone_from(waker);
        false
    }

    /// Ends a wait in the reactor whose future was dropped.
    pub(crate) fn deregister(&self, token: Token, key: R::Key) {
        if !self.shared.completions.borrow_mut().remove(token.0 as usize).done {
            self.shared.reactor.borrow_mut().remove(key);
        }
    }

    /// Ends a wait in the timers whose future was dropped.
    pub(crate) fn deregister_timer(&self, token: Token, key: TimerKey) {
        if !self.shared.completions.borrow_mut().remove(token.0 as usize).done {
            self.shared.timers.borrow_mut().cancel(key);
        }
    }
}
