use crate::{Handle, PollHost};

/// Names what waits for a pollable; the reactor hands it back when it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub u32);

/// How an executor keeps the pollables it waits for.
///
/// A registration is one-shot: it ends when its pollable is reported ready, or
/// when it is removed.
pub trait Reactor: 'static {
    /// Names a registration until it ends.
    type Key: Copy + Unpin;

    /// Starts to wait for `handle`.
    fn insert(&mut self, handle: Handle, token: Token) -> Self::Key;

    /// Ends a registration that has not been reported.
    fn remove(&mut self, key: Self::Key);

    /// Whether nothing is registered.
    fn is_empty(&self) -> bool;

    /// Calls the host's `poll` once, ends the registrations found ready and adds
    /// their tokens to `ready`. Something is registered when it is called.
    ///
    /// Without `marker` it must block until a registration is ready. With it
    /// there is other work to do: `marker` is a pollable of the clock whose time has
    /// passed, made for this poll, and polled along with the others it keeps the call
    /// from blocking.
    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>);

    /// As `poll`, by a call that doesn't block and needs no marker. Says whether there is
    /// such a call; `wasi:io/poll` has none for many pollables.
    fn look(&mut self, _ready: &mut Vec<Token>) -> bool {
        false
    }

    /// Whether to poll with a marker first when the executor is about to block: a
    /// look at some registrations may find one and save looking at all.
    fn probes(&self) -> bool {
        false
    }

    /// How many tasks may run between two polls, at most; in a tick, if the
    /// executor's [`BusyPoll`](crate::BusyPoll) puts several of them between two polls.
    fn tasks_per_poll(&self) -> usize {
        usize::MAX
    }
}
