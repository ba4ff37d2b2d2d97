use pollbench_executor::{Handle, PollHost};

/// What a server asks of its host: a listener, and the connections that come to it. Nothing
/// blocks.
pub trait Net: PollHost {
    /// A connection.
    type Socket: Socket;

    /// The next connection; `None` if none has come.
    fn accept(&self) -> Option<Self::Socket>;

    /// A new pollable, which is ready when a connection has come.
    fn acceptable(&self) -> Handle;
}

/// A connection. Its pollables have to be dropped before it is.
pub trait Socket: 'static {
    /// Reads what has arrived.
    fn read(&mut self) -> Read;

    /// A new pollable, which is ready when there is something to read.
    fn readable(&self) -> Handle;

    /// Writes the beginning of `bytes`, as much as there is room for, and returns how much
    /// that is; `None` if the connection takes nothing more.
    fn write(&mut self, bytes: &[u8]) -> Option<usize>;

    /// A new pollable, which is ready when there is room.
    fn writable(&self) -> Handle;

    /// Sends what the host still has of what was written, and says whether all of it has left.
    /// If it has not, it will have when there is room. What has not left is lost when the
    /// connection is dropped.
    fn has_left(&mut self) -> bool;
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// These bytes, one at least.
    Bytes(Vec<u8>),
    /// Nothing has arrived.
    Nothing,
    /// Nothing more will come.
    End,
}
