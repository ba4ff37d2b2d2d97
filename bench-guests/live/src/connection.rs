use pollbench_executor::Handle;

use crate::net::{Read, Socket};
use pollbench_live_orders::Timers;

/// A connection on which everything is sent back.
pub struct Connection<S: Socket> {
    socket: S,
    timers: Option<Timers>,
    /// What was read, and how much of it has been written.
    bytes: Vec<u8>,
    written: usize,
    /// How much of it may be written.
    due: usize,
    /// The side whose pollable its task has.
    awaits: Option<Side>,
    ended: bool,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A side of its connection.
    Side(Side),
    /// A timer of so many nanoseconds.
    Timer(u64),
}

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Something to read.
    Input,
    /// Room to write.
    Output,
}

impl<S: Socket> Connection<S> {
    /// A connection that has come. With timers, each request waits for its own before it is
    /// answered; else all is answered at once.
    pub fn new(socket: S, timers: Option<Timers>) -> Self {
        let (bytes, awaits) = (Vec::new(), None);
        Self { socket, timers, bytes, written: 0, due: 0, awaits, ended: false }
    }

    /// Reads and writes as far as that goes without waiting. Returns what there is to wait
    /// for then; `None` if the connection is at its end.
    pub fn go_on(&mut self) -> Option<Awaited> {
        let awaited = self.answer();
        self.ended = awaited.is_none();
        awaited
    }

    /// Whether it has come to its end.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn answer(&mut self) -> Option<Awaited> {
        loop {
            while self.written < self.due {
                match self.socket.write(&self.bytes[self.written..self.due])? {
                    0 => return Some(Awaited::Side(Side::Output)),
                    written => self.written += written,
                }
            }
            if let Some(timer) = self.next_timer() {
                // The executor has dropped the pollable by the time the timer ends.
                self.awaits = None;
                return Some(Awaited::Timer(timer));
            }
            match self.socket.read() {
                Read::Bytes(bytes) => self.take(bytes),
                Read::Nothing => return Some(Awaited::Side(Side::Input)),
                Read::End if self.socket.has_left() => return None,
                Read::End => return Some(Awaited::Side(Side::Output)),
            }
        }
    }

    /// The timer of the next request, if all of that is there. Then it may be written.
    fn next_timer(&mut self) -> Option<u64> {
        let timers = self.timers?;
        let request = self.bytes.get(self.written..self.written + timers.bytes.get())?;
        let timer = timers.of(request);
        self.due = self.written + timers.bytes.get();
        Some(timer)
    }

    fn take(&mut self, bytes: Vec<u8>) {
        let rest = self.written..self.bytes.len();
        match rest.is_empty() {
            true => self.bytes = bytes,
            false => {
                self.bytes.drain(..rest.start);
                self.bytes.extend(bytes);
            }
        }
        self.written = 0;
        self.due = if self.timers.is_none() { self.bytes.len() } else { 0 };
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
