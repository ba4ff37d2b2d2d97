use pollbench_live::Read;

/// Room for bytes on the way back to a client.
const ROOM: usize = 64;
/// Bytes arrive in pieces of up to so many.
const PIECE: usize = 40;

/// A connection, as its client and its network see it.
#[derive(Default)]
pub struct Connection {
    sent: Vec<u8>,
    read: usize,
    written: Vec<u8>,
    taken: usize,
    /// Whether the client sends nothing more.
    has_closed: bool,
    is_dropped: bool,
}

impl Connection {
    /// Everything came back, and the server has dropped it.
    pub fn check(&self, whose: &str) {
        assert_eq!(self.written, self.sent, "{whose}: what came back");
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

    pub fn read(&mut self) -> Read {
        let piece: Vec<u8> = self.sent[self.read..].iter().copied().take(PIECE).collect();
        self.read += piece.len();
        match (piece.is_empty(), self.has_closed) {
            (false, _) => Read::Bytes(piece),
            (true, false) => Read::Nothing,
            (true, true) => Read::End,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> usize {
        let written = bytes.len().min(self.room());
        self.written.extend(&bytes[..written]);
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
