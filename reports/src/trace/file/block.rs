use super::list::Lists;
use super::number::{put, take};
use crate::trace::event::{Event, Function, Look, Made, Stamped, Took};
use crate::trace::kind::PollableKind;

/// The numbers of events. That of a pollable that is made is the number of its kind, of which
/// the last came with version 2 of the format.
const KINDS: [(u64, PollableKind); 5] = [
    (0, PollableKind::Timer),
    (1, PollableKind::Socket),
    (2, PollableKind::Stream),
    (3, PollableKind::Other),
    (8, PollableKind::Http),
];
const DROPPED: u64 = 4;
const POLL: u64 = 5;
const READY: u64 = 6;
const BLOCK: u64 = 7;

/// The most pollables of a list: so many entries has a table of resources.
const MOST: usize = 1 << 24;

/// Appends events to a block.
#[derive(Default)]
pub struct BlockWriter {
    lists: Lists,
    last: u64,
}

impl BlockWriter {
    /// Begins a block, which can be read by itself.
    pub fn begin(&mut self, bytes: &mut Vec<u8>, at: u64) {
        self.lists.forget();
        self.last = at;
        put(bytes, at);
    }

    /// Appends that a pollable was made.
    pub fn made(&mut self, bytes: &mut Vec<u8>, at: u64, pollable: u32, made: Made) {
        self.head(bytes, at, kind_number(made.kind));
        put(bytes, pollable.into());
        put_due(bytes, made);
    }

    /// Appends that a pollable was dropped.
    pub fn dropped(&mut self, bytes: &mut Vec<u8>, at: u64, pollable: u32) {
        self.head(bytes, at, DROPPED);
        put(bytes, pollable.into());
    }

    /// Appends that pollables were looked at.
    pub fn looked(&mut self, bytes: &mut Vec<u8>, at: u64, look: &Look<'_>) {
        let Look { function, list, ready, calls, took } = *look;
        let number = match function {
            Function::Poll => POLL,
            Function::Ready => READY,
            Function::Block => BLOCK,
        };
        self.head(bytes, at, number);
        [calls, took.worked, took.blocked].into_iter().for_each(|it| put(bytes, it));
        match function {
            Function::Poll => self.lists.put(bytes, list),
            _ => put(bytes, list.first().copied().unwrap_or_default().into()),
        }
        put(bytes, ready.len() as u64);
        ready.iter().for_each(|it| put(bytes, u64::from(*it)));
    }

    fn head(&mut self, bytes: &mut Vec<u8>, at: u64, number: u64) {
        // The clocks of processors may differ by a little.
        let since = at.saturating_sub(self.last);
        self.last += since;
        put(bytes, number);
        put(bytes, since);
    }
}

/// The number of a kind in a trace file.
pub fn kind_number(kind: PollableKind) -> u64 {
    let of_kind = KINDS.iter().find(|it| it.1 == kind);
    of_kind.expect("a number for each kind").0
}

/// Appends when a pollable is due: 0 if it is no timer.
pub fn put_due(bytes: &mut Vec<u8>, made: Made) {
    if made.kind == PollableKind::Timer {
        put(bytes, made.due.map_or(0, |due| due.saturating_add(1)));
    }
}

/// Takes a pollable of a kind.
pub fn take_made(bytes: &mut &[u8], number: u64) -> Option<Made> {
    let (_, kind) = *KINDS.iter().find(|it| it.0 == number)?;
    let due = match kind {
        PollableKind::Timer => take(bytes)?.checked_sub(1),
        _ => None,
    };
    Some(Made { kind, due })
}

/// Reads the events of a block.
pub struct BlockReader<'a> {
    bytes: &'a [u8],
    lists: Lists,
    last: u64,
}

impl<'a> BlockReader<'a> {
    /// Begins to read; `None` if the block has no beginning.
    pub fn new(mut bytes: &'a [u8]) -> Option<Self> {
        let last = take(&mut bytes)?;
        Some(Self { bytes, lists: Lists::default(), last })
    }

    /// The next event; `Some(None)` at the end, `None` if what follows is no event.
    pub fn next(&mut self) -> Option<Option<Stamped>> {
        if self.bytes.is_empty() {
            return Some(None);
        }
        let bytes = &mut self.bytes;
        let (number, since) = (take(bytes)?, take(bytes)?);
        self.last = self.last.checked_add(since)?;
        let event = match number {
            DROPPED => Event::Dropped(take(bytes)?.try_into().ok()?),
            POLL | READY | BLOCK => {
                let calls = take(bytes)?;
                let took = Took { worked: take(bytes)?, blocked: take(bytes)? };
                let list = match number {
                    POLL => self.lists.take(bytes, MOST)?.to_vec(),
                    _ => vec![take(bytes)?.try_into().ok()?],
                };
                let ready = take_ready(bytes, list.len())?;
                let function = match number {
                    POLL => Function::Poll,
                    READY => Function::Ready,
                    _ => Function::Block,
                };
                Event::Looked { function, list, ready, calls, took }
            }
            kind => {
                let pollable = take(bytes)?.try_into().ok()?;
                Event::Made(pollable, take_made(bytes, kind)?)
            }
        };
        Some(Some(Stamped { at: self.last, event }))
    }
}

/// Takes the positions that were ready in a list of a length.
fn take_ready(bytes: &mut &[u8], length: usize) -> Option<Vec<u32>> {
    let ready = usize::try_from(take(bytes)?).ok().filter(|it| *it <= length)?;
    (0..ready).map(|_| take(bytes)?.try_into().ok().filter(|it| (*it as usize) < length)).collect()
}
