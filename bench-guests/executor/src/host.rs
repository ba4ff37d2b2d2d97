use std::mem::ManuallyDrop;

/// The index of a pollable in the component's handle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Handle(pub u32);

/// What an executor asks of its host: `wasi:io/poll` and the monotonic clock.
/// Cloning it must be cheap.
pub trait PollHost: Clone + 'static {
    /// Blocks until at least one handle is ready and replaces what `ready` holds by the
    /// list positions of all ready handles, in any order.
    ///
    /// The list must not be empty.
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>);

    /// Whether a pollable is ready, without blocking. A host that can't tell says no.
    fn is_ready(&self, _handle: Handle) -> bool {
        false
    }

    /// Nanoseconds on the monotonic clock.
    fn now(&self) -> u64;

    /// A new pollable, ready once the clock has reached `deadline`.
    fn subscribe_instant(&self, deadline: u64) -> Handle;

    /// Drops a pollable.
    fn drop(&self, handle: Handle);
}

/// A host that also scripts the tasks: the `driver` interface of the contract.
pub trait Driver: PollHost {
    /// The next step of `task`; `outcome` is that of the step before.
    fn next(&self, task: u32, outcome: u32) -> Step;
}

/// What a task does next: `step` of the contract. Whoever holds the step owns its
/// pollables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Await the pollable, and keep it while the next step is `Again`.
    Wait(Handle),
    /// Await the kept pollable once more.
    Again,
    /// Let this many nanoseconds pass.
    Sleep(u64),
    /// Await the pollable, but no longer than this many nanoseconds.
    Timeout(Handle, u64),
    /// Let the other runnable tasks run first.
    Yield,
    /// Await the first of the pollables.
    Race(Vec<Handle>),
    /// Await all of the pollables.
    Join(Vec<Handle>),
    /// Start another task and go on.
    Spawn(u32),
    /// The task has ended.
    Done,
}

/// An owned handle: its pollable is dropped when it goes out of scope.
pub struct Pollable<H: PollHost> {
    handle: Handle,
    host: H,
}

impl<H: PollHost> Pollable<H> {
    /// A new pollable, ready once the clock of `host` has reached `deadline`.
    pub fn timer(host: &H, deadline: u64) -> Self {
        // SAFETY: the host has just made the pollable, and gives it to the caller.
        unsafe { Self::adopt(host, host.subscribe_instant(deadline)) }
    }

    /// Takes ownership of a pollable by its handle.
    ///
    /// # Safety
    /// `handle` must name a pollable of `host` that nothing else owns. The pollable is
    /// dropped with the returned value, and the host may then reuse the number for another
    /// resource.
    ///
    /// ```compile_fail,E0133
    /// use pollbench_executor::{Handle, PollHost, Pollable};
    ///
    /// fn adopts_what_may_be_anybody_s(host: &impl PollHost) {
    ///     drop(Pollable::adopt(host, Handle(7)));
    /// }
    /// ```
    pub unsafe fn adopt(host: &H, handle: Handle) -> Self {
        Self { handle, host: host.clone() }
    }

    /// The handle, for a poll list.
    pub fn handle(&self) -> Handle {
        self.handle
    }

    /// Gives the handle back without dropping the pollable.
    pub fn into_handle(self) -> Handle {
        ManuallyDrop::new(self).handle
    }
}

impl<H: PollHost> Drop for Pollable<H> {
    fn drop(&mut self) {
        self.host.drop(self.handle);
    }
}
