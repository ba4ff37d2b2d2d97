//! The waits of a trace as a timeline: each call of `poll` and `block`, and what came after it.

mod standing;
#[cfg(test)]
mod tests;

use super::event::{Event, Function, Made, Stamped};
use super::file::TraceFile;
use super::tally::Tally;
use crate::columns::{self, Column};

pub use standing::standing_out;

/// How many waits a timeline has at most.
pub const MOST_WAITS: usize = 4_000_000;

/// A call of `poll` or `block`, and what followed it until the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// When the call began, in nanoseconds since the trace began.
    pub start: u64,
    /// The handles that were passed.
    pub handles: u32,
    /// How many of them were ready.
    pub ready: u32,
    /// The pollables that were alive.
    pub alive: u32,
    /// How long the host worked, in nanoseconds.
    pub worked: u64,
    /// How long it waited, in nanoseconds.
    pub blocked: u64,
    /// The time from the end of the call until the next one, in nanoseconds: that of the
    /// component, and of the other functions that it called.
    pub after: u64,
    /// The calls of other host functions in that time, as [`super::Look::calls`] counts them.
    pub calls: u64,
    /// How many looks were of no use, of this one and the calls of `ready` until the next.
    pub wasted: u32,
}

/// The waits of a trace, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// The first [`MOST_WAITS`] of them.
    pub list: Vec<Wait>,
    /// How many there were in all.
    pub all: u64,
    /// How many events came before the first that the file has.
    pub lost: u64,
}

impl Waits {
    /// The waits of a trace file.
    ///
    /// # Errors
    ///
    /// If something in it is no event, though its checksum is right.
    pub fn of(file: &TraceFile) -> Result<Self, String> {
        let mut reader = Reader::new(&file.alive);
        file.events(&mut |event| reader.event(&event))?;
        let lost = file.head.lost;
        Ok(Self { lost, ..reader.finish(file.head.nanoseconds) })
    }

    /// The waits as text for the page's script (`templates/trace/waits.js`): columns of the starts,
    /// handles and pollables alive as distances, and of the other numbers in the order of the
    /// fields.
    pub fn pack(&self) -> String {
        let mut packed: [Column; 9] = Default::default();
        let [start, handles, alive, ready, worked, blocked, after, calls, wasted] = &mut packed;
        for wait in &self.list {
            start.push_step(wait.start);
            handles.push_step(wait.handles.into());
            alive.push_step(wait.alive.into());
            ready.push(wait.ready.into());
            worked.push(wait.worked);
            blocked.push(wait.blocked);
            after.push(wait.after);
            calls.push(wait.calls);
            wasted.push(wait.wasted.into());
        }
        columns::pack(self.list.len() as u64, &packed)
    }
}

/// Makes waits of events.
struct Reader {
    waits: Waits,
    /// What says whether a look was of use.
    tally: Tally,
    alive: u32,
}

impl Reader {
    fn new(alive: &[(u32, Made)]) -> Self {
        let mut tally = Tally::default();
        alive.iter().for_each(|(pollable, made)| tally.made(*pollable, *made));
        Self { waits: Waits::default(), tally, alive: alive.len() as u32 }
    }

    fn event(&mut self, Stamped { at, event }: &Stamped) {
        let wasted = self.tally.wasted();
        self.tally.event(event);
        let wasted = (self.tally.wasted() - wasted) as u32;
        match event {
            Event::Made(..) => self.alive = self.alive.saturating_add(1),
            Event::Dropped(_) => self.alive = self.alive.saturating_sub(1),
            Event::Looked { function: Function::Ready, calls, .. } => {
                if let Some(wait) = self.last() {
                    wait.calls += calls;
                    wait.wasted += wasted;
                }
            }
            Event::Looked { list, ready, calls, took, .. } => {
                self.ends(*at);
                if let Some(wait) = self.last() {
                    wait.calls += calls;
                }
                self.waits.all += 1;
                if self.waits.list.len() < MOST_WAITS {
                    self.waits.list.push(Wait {
                        start: *at,
                        handles: list.len() as u32,
                        ready: ready.len() as u32,
                        alive: self.alive,
                        worked: took.worked,
                        blocked: took.blocked,
                        wasted,
                        ..Wait::default()
                    });
                }
            }
        }
    }

    /// The wait that is under way, if it is kept.
    fn last(&mut self) -> Option<&mut Wait> {
        let is_kept = self.waits.list.len() as u64 == self.waits.all;
        self.waits.list.last_mut().filter(|_| is_kept)
    }

    /// Notes that the time after the last wait ends.
    fn ends(&mut self, at: u64) {
        if let Some(wait) = self.last() {
            wait.after = at.saturating_sub(wait.start + wait.worked + wait.blocked);
        }
    }

    fn finish(mut self, end: u64) -> Waits {
        self.ends(end);
        self.waits
    }
}
