use pollbench_executor::Handle;

use crate::net::{Read, Socket};

/// A connection that is echoed.
pub struct Connection<S: Socket> {
    socket: S,
    /// What was read last, and how much of it has been written.
    bytes: Vec<u8>,
    written: usize,
    /// What its task waits for.
    awaits: Option<Side>,
    ended: bool,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Something to read.
    Input,
    /// Room to write.
    Output,
}

impl<S: Socket> Connection<S> {
    pub fn new(socket: S) -> Self {
        Self { socket, bytes: Vec::new(), written: 0, awaits: None, ended: false }
    }

    /// Reads and writes as far as that goes without waiting. Returns what there is to wait
    /// for then; `None` if the connection is at its end.
    pub fn go_on(&mut self) -> Option<Side> {
        let side = self.echo();
        self.ended = side.is_none();
        side
    }

    /// Whether it has come to its end.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn echo(&mut self) -> Option<Side> {
        loop {
            while self.written < self.bytes.len() {
                match self.socket.write(&self.bytes[self.written..])? {
                    0 => return Some(Side::Output),
                    written => self.written += written,
                }
            }
            match self.socket.read() {
                Read::Bytes(bytes) => (self.bytes, self.written) = (bytes, 0),
                Read::Nothing => return Some(Side::Input),
                Read::End if self.socket.has_left() => return None,
                Read::End => return Some(Side::Output),
            }
        }
    }

    /// The pollable to wait for; `None` if it is the one that the task has waited for last.
    pub fn pollable(&mut self, side: Side) -> Option<Handle> {
        if self.awaits.replace(side) == Some(side) {
            return None;
        }
        Some(self.fresh(side))
    }

    /// A new pollable of a side.
    pub fn fresh(&self, side: Side) -> Handle {
        match side {
            Side::Input => self.socket.readable(),
            Side::Output => self.socket.writable(),
        }
    }
}
