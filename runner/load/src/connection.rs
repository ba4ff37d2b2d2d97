use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use mio::event::Event;
use mio::net::TcpStream;

use crate::clock::Clock;
use crate::error::LoadError;
use crate::plan::{Plan, nanoseconds};
use crate::wire::Wire;

/// A request that is not answered yet.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub planned: u64,
    /// How long the server is to wait before it answers.
    pub delay: u64,
    /// When its first byte was handed to the socket; 0 before.
    pub sent: u64,
}

/// A connection: what is due on it, what of that its socket has taken, and what came back.
///
/// The bytes of requests that wait for room in the socket are made when there is some. So a
/// queue takes only the stamps of its requests, as many as the plan has at most.
pub(crate) struct Connection {
    pub stream: TcpStream,
    pub number: u32,
    pub wire: Wire,
    /// The size of a request.
    bytes: u64,
    longest_delay: u64,
    /// Requests so far, the greeting included.
    due: u64,
    /// Bytes that the socket has taken.
    handed: u64,
    /// The last of those that are due, oldest first.
    unanswered: VecDeque<Asked>,
    is_full: bool,
    /// Whether the client has nothing more to say.
    is_closing: bool,
    pub has_ended: bool,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, number: u32, plan: &Plan) -> Self {
        Self {
            stream,
            number,
            wire: Wire::new(number, plan),
            bytes: plan.bytes.into(),
            longest_delay: nanoseconds(plan.longest_delay),
            due: 0,
            handed: 0,
            unanswered: VecDeque::new(),
            is_full: false,
            is_closing: false,
            has_ended: false,
        }
    }

    /// Sends a request, or queues it if the socket is full. Says whether it is queued.
    pub(crate) fn ask(
        &mut self,
        planned: u64,
        clock: Clock,
        buffer: &mut [u8],
    ) -> Result<bool, LoadError> {
        let delay = self.next_delay();
        self.due += 1;
        self.unanswered.push_back(Asked { planned, delay, sent: 0 });
        self.flush(clock, buffer)?;
        Ok(self.handed < self.due * self.bytes)
    }

    /// The delay that the next request asks for.
    fn next_delay(&self) -> u64 {
        if self.longest_delay == 0 {
            return 0;
        }
        let mut first = [0; 2];
        self.wire.fill(self.due * self.bytes, &mut first);
        Plan::delay(self.longest_delay, first)
    }

    /// Does what the socket is ready for, and hands over the requests whose replies are complete,
    /// with the moment of the read.
    pub(crate) fn serve(
        &mut self,
        event: &Event,
        clock: Clock,
        buffer: &mut [u8],
        replies: &mut impl FnMut(Asked, u64),
    ) -> Result<(), LoadError> {
        if event.is_writable() {
            self.is_full = false;
            self.flush(clock, buffer)?;
        }
        if event.is_readable() || event.is_read_closed() {
            self.read(event.is_read_closed(), clock, buffer, replies)?;
        }
        Ok(())
    }

    /// Requests answered whole.
    pub(crate) fn answered(&self) -> u64 {
        self.due - self.unanswered.len() as u64
    }

    pub(crate) fn unanswered(&self) -> u64 {
        self.unanswered.len() as u64
    }

    /// Why the connection can't be used any more, if so. `over` says that nothing more is waited
    /// for.
    pub(crate) fn failure(&self, over: bool) -> Option<LoadError> {
        let over = over || self.has_ended;
        if let Some(error) = self.wire.verdict(self.handed, over) {
            return Some(error);
        }
        (self.has_ended && !self.is_closing).then(|| LoadError::Closed {
            connection: self.number,
            position: self.wire.position(),
            unanswered: self.unanswered(),
        })
    }

    /// Tells the server that no more is to come.
    pub(crate) fn close(&mut self) {
        self.is_closing = true;
        // It fails if the server has closed the connection already, and that is read anyway.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    fn flush(&mut self, clock: Clock, buffer: &mut [u8]) -> Result<(), LoadError> {
        while !self.is_full {
            let left = self.due * self.bytes - self.handed;
            let length = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if length == 0 {
                break;
            }
            let bytes = &mut buffer[..length];
            self.wire.fill(self.handed, bytes);
            let now = clock.now();
            match self.stream.write(bytes) {
                Ok(taken) => self.hand_over(taken as u64, now),
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    // If the server has gone, what it sent before is read yet, up to the end.
                    ErrorKind::WouldBlock | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                        self.is_full = true
                    }
                    _ => return Err(self.fails_to("write to", &error)),
                },
            }
        }
        Ok(())
    }

    /// Stamps the requests whose first byte is among those that the socket took.
    fn hand_over(&mut self, taken: u64, now: u64) {
        let first = self.handed.div_ceil(self.bytes);
        self.handed += taken;
        let end = self.handed.div_ceil(self.bytes);
        let answered = self.answered();
        for request in first..end {
            self.unanswered[(request - answered) as usize].sent = now;
        }
    }

    fn read(
        &mut self,
        is_closed: bool,
        clock: Clock,
        buffer: &mut [u8],
        replies: &mut impl FnMut(Asked, u64),
    ) -> Result<(), LoadError> {
        let mut is_empty = false;
        while !is_empty && !self.has_ended {
            match self.stream.read(buffer) {
                Ok(0) => self.has_ended = true,
                Ok(length) => {
                    let now = clock.now();
                    self.wire.read(&buffer[..length], self.handed);
                    let complete = self.wire.complete();
                    for request in self.answered()..complete {
                        let asked = self.unanswered.pop_front();
                        let asked = asked.expect("no more is right than was asked for");
                        if let Some(early @ 1..) = (asked.sent + asked.delay).checked_sub(now) {
                            let (connection, early) = (self.number, Duration::from_nanos(early));
                            return Err(LoadError::Early { connection, request, early });
                        }
                        replies(asked, now);
                    }
                    // A short read has taken all there was, as epoll(7) says.
                    is_empty = length < buffer.len() && !is_closed;
                }
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock => is_empty = true,
                    ErrorKind::ConnectionReset => self.has_ended = true,
                    _ => return Err(self.fails_to("read from", &error)),
                },
            }
        }
        Ok(())
    }

    fn fails_to(&self, doing: &str, error: &std::io::Error) -> LoadError {
        LoadError::system(format!("{doing} connection {}", self.number), error)
    }
}
