use crate::{Handle, PollHost};

/// Names what waits for a pollable; the reactor hands the token back when the pollable is
/// ready.
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
    /// Without `marker` it must block until a registration is ready. With `marker` it must
    /// not block, because there is other work to do: `marker` is a pollable of the clock
    /// whose time has passed, made for this poll, and polling it along with the others
    /// keeps the call from blocking.
    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>);

    /// Like `poll`, by a host call that doesn't block and needs no marker. Returns whether
    /// there is such a call; `wasi:io/poll` has none for many pollables.
    fn look(&mut self, _ready: &mut Vec<Token>) -> bool {
        false
    }

    /// Whether to poll with a marker first when the executor is about to block: polling
    /// some registrations may find a ready one and save polling all.
    fn probes(&self) -> bool {
        false
    }

    /// The most tasks that may run between two polls, or in each tick if the executor's
    /// [`BusyPoll`](crate::BusyPoll) puts several ticks between two polls.
    fn tasks_per_poll(&self) -> usize {
        usize::MAX
    }
}
