use pollbench_live::{Read, Timers};

/// Room for bytes on the way back to a client.
const ROOM: usize = 64;
/// Bytes arrive in pieces of up to so many.
const PIECE: usize = 40;

/// A connection, as its client and its network see it.
pub struct Connection {
    timers: Option<Timers>,
    sent: Vec<u8>,
    read: usize,
    /// Up to which place was read at which moment.
    reads: Vec<(usize, u64)>,
    written: Vec<u8>,
    taken: usize,
    /// Whether the client sends nothing more.
    has_closed: bool,
    is_dropped: bool,
}

impl Connection {
    pub fn new(timers: Option<Timers>) -> Self {
        let (sent, reads, written) = (Vec::new(), Vec::new(), Vec::new());
        let (has_closed, is_dropped) = (false, false);
        Self { timers, sent, read: 0, reads, written, taken: 0, has_closed, is_dropped }
    }

    /// Everything came back, but for a request that was never whole, and the server has dropped
    /// it.
    pub fn check(&self, whose: &str) {
        let part = self.timers.map_or(0, |it| self.sent.len() % it.bytes);
        let whole = &self.sent[..self.sent.len() - part];
        assert_eq!(self.written, whole, "{whose}: what came back");
        assert!(self.is_dropped, "{whose}: the connection is left");
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.sent.extend(bytes);
    }

    /// The client takes up to so many bytes of what has come back.
    pub fn take(&mut self, most: usize) {
        self.taken = self.written.len().min(self.taken + most);
    }

    /// The client takes everything, and sends nothing more. Returns whether that changes
    /// anything.
    pub fn end(&mut self) -> bool {
        let is_at_its_end = self.has_closed && self.taken == self.written.len();
        (self.taken, self.has_closed) = (self.written.len(), true);
        !is_at_its_end
    }

    pub fn is_readable(&self) -> bool {
        self.read < self.sent.len() || self.has_closed
    }

    pub fn room(&self) -> usize {
        ROOM - (self.written.len() - self.taken)
    }

    pub fn read(&mut self, now: u64) -> Read {
        let piece: Vec<u8> = self.sent[self.read..].iter().copied().take(PIECE).collect();
        self.read += piece.len();
        self.reads.push((self.read, now));
        match (piece.is_empty(), self.has_closed) {
            (false, _) => Read::Bytes(piece),
            (true, false) => Read::Nothing,
            (true, true) => Read::End,
        }
    }

    pub fn write(&mut self, bytes: &[u8], now: u64) -> usize {
        let written = bytes.len().min(self.room());
        self.written.extend(&bytes[..written]);
        if let Some(timers) = self.timers {
            let request = (self.written.len() - 1) / timers.bytes;
            let (start, end) = (request * timers.bytes.get(), (request + 1) * timers.bytes.get());
            let (_, read) = self.reads.iter().find(|it| it.0 >= end).expect("it was read whole");
            assert!(now >= read + timers.of(&self.sent[start..end]), "{request} came early");
        }
        written
    }

    /// Whether all that was written is on its way: of what is not, dropping the connection
    /// would lose the rest.
    pub fn has_left(&self) -> bool {
        self.room() > 0
    }

    pub fn drop_by_server(&mut self) {
        if !self.has_left() {
            self.written.pop();
        }
        self.is_dropped = true;
    }
}
