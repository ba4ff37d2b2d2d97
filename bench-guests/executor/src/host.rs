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

/// A host that also scripts the tasks: the `stream-driver` interface of the contract.
pub trait Driver: PollHost {
    /// Where the streams are that steps name.
    type Streams: StreamHost;

    /// The next step of `task`; `outcome` is that of the step before.
    fn next(&self, task: u32, outcome: u32) -> Step;

    /// Where the streams are.
    fn streams(&self) -> &Self::Streams;
}

/// A host with streams that can be read: `wasi:io/streams`. Cloning it must be cheap.
pub trait StreamHost: Clone + 'static {
    /// A new pollable of a stream, to be dropped before the stream.
    fn subscribe(&self, stream: StreamHandle) -> Handle;

    /// Reads what has arrived, without blocking: the number of bytes, or `None` at the
    /// stream's end.
    fn read(&self, stream: StreamHandle) -> Option<u64>;

    /// Drops a stream.
    fn drop(&self, stream: StreamHandle);
}

/// The index of a stream in the component's handle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct StreamHandle(pub u32);

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
    /// Read the stream to its end, and drop it.
    Read(StreamHandle),
    /// The task has ended.
    Done,
}

/// An owned stream and its pollable, which are dropped in order.
pub struct Stream<H: Driver> {
    pollable: ManuallyDrop<Pollable<H>>,
    handle: StreamHandle,
    bytes: u64,
}

impl<H: Driver> Stream<H> {
    /// Takes ownership of a stream, and makes a pollable of it.
    ///
    /// # Safety
    /// That of [`Pollable::adopt`], for a stream.
    pub unsafe fn adopt(host: &H, handle: StreamHandle) -> Self {
        // SAFETY: the host has just made the pollable, and gives it to the caller.
        let pollable = unsafe { Pollable::adopt(host, host.streams().subscribe(handle)) };
        Self { pollable: ManuallyDrop::new(pollable), handle, bytes: 0 }
    }

    /// Ready when there is something to read, or the stream is at its end.
    pub fn pollable(&self) -> &Pollable<H> {
        &self.pollable
    }

    /// Reads what has arrived. Returns whether the stream is at its end.
    pub fn read(&mut self) -> bool {
        let read = self.pollable.host.streams().read(self.handle);
        self.bytes += read.unwrap_or(0);
        read.is_none()
    }

    /// The outcome of the step: how many bytes were read.
    pub fn outcome(&self) -> u32 {
        self.bytes as u32
    }
}

impl<H: Driver> Drop for Stream<H> {
    fn drop(&mut self) {
        let streams = self.pollable.host.streams().clone();
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(&mut self.pollable) };
        streams.drop(self.handle);
    }
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
