use crate::corruption::{Corruption, Damage};
use crate::pattern::{Pattern, WORD};

/// How many bytes after the first wrong one are looked at.
const EVIDENCE: usize = 64 << 10;
/// So many bytes hold a whole word wherever in a word they begin.
const WHOLE_WORD: usize = 2 * WORD - 1;

/// Compares what comes back on a connection with what was sent on it, byte by byte.
///
/// After the first wrong byte it keeps the bytes that follow, until they tell what happened.
/// This is of a server that sends back what it reads; another protocol brings its own.
#[derive(Clone, Debug)]
pub struct Checker {
    pattern: Pattern,
    connection: u32,
    connections: u32,
    /// The size of a request.
    bytes: u64,
    position: u64,
    /// From the first wrong byte on.
    evidence: Vec<u8>,
}

impl Checker {
    /// The checker of one of so many connections, for requests of so many bytes.
    pub fn new(pattern: Pattern, connection: u32, connections: u32, bytes: u32) -> Self {
        let bytes = bytes.into();
        Self { pattern, connection, connections, bytes, position: 0, evidence: Vec::new() }
    }

    /// Takes the bytes that came next, when so many bytes have been sent on this connection.
    pub fn read(&mut self, found: &[u8], sent: u64) {
        let mut rest = found;
        if self.evidence.is_empty() {
            // What has not been sent can't come back, even if it were right.
            let owed = usize::try_from(sent - self.position).unwrap_or(usize::MAX);
            let owed = &found[..owed.min(found.len())];
            let right = self.pattern.agreeing(self.connection, self.position, owed);
            self.position += right as u64;
            rest = &found[right..];
        }
        let room = EVIDENCE - self.evidence.len();
        self.evidence.extend_from_slice(&rest[..room.min(rest.len())]);
    }

    /// How many right bytes have come, before any wrong one.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether a wrong byte has come.
    pub fn has_found(&self) -> bool {
        !self.evidence.is_empty()
    }

    /// What the first wrong byte is, and what happened to it. `None` while there is none, or
    /// while bytes may still come which tell more. `over` says that none will.
    pub fn verdict(&self, sent: u64, over: bool) -> Option<Corruption> {
        let found = *self.evidence.first()?;
        let damage = self.damage(sent, over || self.evidence.len() == EVIDENCE)?;
        let mut expected = [0];
        self.pattern.fill(self.connection, self.position, &mut expected);
        Some(Corruption {
            connection: self.connection,
            position: self.position,
            request: self.position / self.bytes,
            expected: (self.position < sent).then_some(expected[0]),
            found,
            damage,
        })
    }

    fn damage(&self, sent: u64, over: bool) -> Option<Damage> {
        let received = self.position + self.evidence.len() as u64;
        let origin = self.origin(sent);
        if let Some((connection, _)) = origin.filter(|(it, _)| *it != self.connection) {
            return Some(Damage::Foreign { connection });
        }
        let last = self.last_wrong();
        let in_step = self.evidence.len() - last;
        if in_step >= WORD {
            return Some(self.moved_or_changed(last));
        }
        // The first word that says where it is from decides, if the bytes before it agree.
        if let Some((_, shift)) = origin {
            if shift < 0 && self.agreeing_at(shift) >= WORD {
                return Some(Damage::Doubled { back: shift.unsigned_abs() });
            }
            // Bytes that come too early are followed by those they have overtaken, or not.
            if over && shift > 0 && self.agreeing_at(shift) >= WORD && received < sent {
                return Some(Damage::Lost { bytes: shift.unsigned_abs() });
            }
        }
        if received == sent && (over || self.evidence.len() >= WHOLE_WORD) {
            return Some(self.moved_or_changed(last));
        }
        if !over {
            return None;
        }
        // Too few bytes to hold a whole word: there remains how many there should have been.
        let shift = sent as i64 - received as i64;
        let explained = self.agreeing_at(shift) == self.evidence.len();
        Some(match shift {
            1.. if explained => Damage::Lost { bytes: shift.unsigned_abs() },
            ..=-1 if explained => Damage::Doubled { back: shift.unsigned_abs() },
            _ => Damage::Unexplained,
        })
    }

    /// The end of what is not as sent.
    fn last_wrong(&self) -> usize {
        let expected = self.expected();
        let wrong = self.evidence.iter().zip(&expected).rposition(|(found, sent)| found != sent);
        wrong.map_or(0, |last| last + 1)
    }

    /// So many bytes are wrong, and those after them are in their places.
    fn moved_or_changed(&self, last: usize) -> Damage {
        let sorted = |bytes: &[u8]| {
            let mut bytes = bytes[..last].to_vec();
            bytes.sort_unstable();
            bytes
        };
        let bytes = last as u64;
        if sorted(&self.evidence) == sorted(&self.expected()) {
            Damage::Reordered { bytes }
        } else {
            Damage::Changed { bytes }
        }
    }

    /// Where the first word that names its place comes from: its connection, and how far ahead
    /// of its place on that connection it came.
    fn origin(&self, sent: u64) -> Option<(u32, i64)> {
        // No connection has been sent much more on than the others.
        let bound = 2 * sent + EVIDENCE as u64;
        self.evidence.array_windows().enumerate().find_map(|(at, word)| {
            let (connection, position) = self.pattern.origin(*word);
            let connection = u32::try_from(connection).ok()?;
            let shift = position as i64 - (self.position + at as u64) as i64;
            let real = connection < self.connections && position < bound;
            (real && (connection, shift) != (self.connection, 0)).then_some((connection, shift))
        })
    }

    /// How many bytes are those of the stream so far ahead.
    fn agreeing_at(&self, shift: i64) -> usize {
        self.position
            .checked_add_signed(shift)
            .map_or(0, |position| self.pattern.agreeing(self.connection, position, &self.evidence))
    }

    fn expected(&self) -> Vec<u8> {
        let mut expected = vec![0; self.evidence.len()];
        self.pattern.fill(self.connection, self.position, &mut expected);
        expected
    }
}
