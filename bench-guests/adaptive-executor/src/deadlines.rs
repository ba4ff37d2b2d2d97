use pollbench_executor::{Handle, PollHost, Pollable, Token};
use slab::Slab;

use crate::heap::{Entry, Heap};

/// Names a timer until it expires or is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey(u32);

/// All timers, behind one pollable.
///
/// Each call of the host costs more than all the guest does for an event. So the
/// clock is read once a turn, for all timers started in it: they can be late by
/// what is left of the turn, and are never early. And a pollable for an earlier
/// time than the earliest timer's is kept while it is not much too early.
pub(crate) struct Deadlines<H: PollHost> {
    timers: Slab<Timer>,
    /// Started in this turn: what to wait, and the timer unless it was cancelled.
    started: Vec<(u64, Option<u32>)>,
    heap: Heap,
    /// When the clock was last read.
    read: u64,
    armed: Option<Armed<H>>,
}

struct Timer {
    token: Token,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Started(usize),
    Heap,
}

struct Armed<H: PollHost> {
    at: u64,
    pollable: Pollable<H>,
}

impl<H: PollHost> Default for Deadlines<H> {
    fn default() -> Self {
        Self {
            timers: Slab::new(),
            started: Vec::new(),
            heap: Heap::default(),
            read: 0,
            armed: None,
        }
    }
}

impl<H: PollHost> Deadlines<H> {
    /// Starts a timer over so many nanoseconds.
    pub fn start(&mut self, nanoseconds: u64, token: Token) -> TimerKey {
        let place = Place::Started(self.started.len());
        let slot = self.timers.insert(Timer { token, place }) as u32;
        self.started.push((nanoseconds, Some(slot)));
        TimerKey(slot)
    }

    /// Ends the timer of `token`, unless it has expired.
    pub fn cancel(&mut self, key: TimerKey, token: Token) {
        let slot = key.0 as usize;
        let Some(place) =
            self.timers.get(slot).filter(|timer| timer.token == token).map(|timer| timer.place)
        else {
            return;
        };
        match place {
            Place::Started(index) => self.started[index].1 = None,
            Place::Heap => self.heap.remove(key.0),
        }
        self.timers.remove(slot);
    }

    /// The pollable that stands for the timers, if there are any.
    pub fn arm(&mut self, host: &H) -> Option<Handle> {
        self.settle(host);
        let earliest = self.heap.earliest();
        if !self.still_good(earliest) {
            // First the old one, so that the new one can have its number.
            self.armed = None;
            self.armed = earliest
                .map(|at| Armed { at, pollable: Pollable::new(host, host.subscribe_instant(at)) });
        }
        self.armed.as_ref().map(|armed| armed.pollable.handle())
    }

    /// The pollable was ready: adds the tokens of the timers that have expired.
    pub fn expire(&mut self, host: &H, expired: &mut Vec<Token>) {
        self.armed = None;
        self.read = host.now();
        while let Some(slot) = self.heap.pop_until(self.read) {
            expired.push(self.timers.remove(slot as usize).token);
        }
    }

    /// Gives up the pollable.
    pub fn close(&mut self) {
        self.armed = None;
    }

    /// Reads the clock for the timers that were started since.
    fn settle(&mut self, host: &H) {
        if self.started.iter().all(|(_, slot)| slot.is_none()) {
            self.started.clear();
            return;
        }
        self.read = host.now();
        for (nanoseconds, slot) in self.started.drain(..) {
            let Some(slot) = slot else { continue };
            self.timers[slot as usize].place = Place::Heap;
            self.heap.push(Entry { at: self.read.saturating_add(nanoseconds), slot });
        }
    }

    /// Whether what is armed may stay. Waking too early costs a poll of all, but
    /// at most once for each time the rest is halved.
    fn still_good(&self, earliest: Option<u64>) -> bool {
        match (&self.armed, earliest) {
            (None, None) => true,
            (Some(Armed { at, .. }), Some(earliest)) => {
                *at == earliest
                    || *at < earliest
                        && at.saturating_sub(self.read) > earliest.saturating_sub(self.read) / 2
            }
            _ => false,
        }
    }
}
