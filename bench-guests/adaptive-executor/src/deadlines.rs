use pollbench_executor::{Handle, PollHost, Pollable, Token};

use crate::timers::{TimerKey, Timers};

/// All timers, behind one pollable.
///
/// Each call of the host costs more than all the guest does for an event. So a
/// pollable for an earlier time than the earliest timer's is kept while it is not
/// much too early.
pub(crate) struct Deadlines<H: PollHost> {
    timers: Timers,
    /// When the clock was last read.
    read: u64,
    armed: Option<Armed<H>>,
}

struct Armed<H: PollHost> {
    at: u64,
    pollable: Pollable<H>,
}

impl<H: PollHost> Default for Deadlines<H> {
    fn default() -> Self {
        Self { timers: Timers::default(), read: 0, armed: None }
    }
}

impl<H: PollHost> Deadlines<H> {
    /// Starts a timer over so many nanoseconds.
    pub fn start(&mut self, host: &H, nanoseconds: u64, token: Token) -> TimerKey {
        self.read = host.now();
        self.timers.insert(self.read.saturating_add(nanoseconds), token)
    }

    /// Ends the timer of `token`, unless it has expired.
    pub fn cancel(&mut self, key: TimerKey, token: Token) {
        self.timers.cancel(key, token);
    }

    /// The pollable that stands for the timers, if there are any.
    pub fn arm(&mut self, host: &H) -> Option<Handle> {
        let earliest = self.timers.earliest();
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
        while let Some(token) = self.timers.expire(self.read) {
            expired.push(token);
        }
    }

    /// Gives up the pollable.
    pub fn close(&mut self) {
        self.armed = None;
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
