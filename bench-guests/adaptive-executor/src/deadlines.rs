use pollbench_executor::{Handle, PollHost, Pollable, Token};

use crate::timers::{TimerKey, Timers};

/// All timers, for which the host is asked by one pollable.
///
/// Each host call costs more than all the work of the guest for an event. So the pollable
/// of a cancelled timer is kept while it would fire after more than half of the time to the
/// next timer.
pub(crate) struct Deadlines<H: PollHost> {
    timers: Timers,
    /// The last reading of the clock, in nanoseconds.
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
    /// Starts a timer that expires in `nanoseconds`.
    pub fn start(&mut self, host: &H, nanoseconds: u64, token: Token) -> TimerKey {
        self.read = host.now();
        self.timers.insert(self.read.saturating_add(nanoseconds), token)
    }

    /// Ends the timer of `token`, unless it has expired.
    pub fn cancel(&mut self, key: TimerKey, token: Token) {
        self.timers.cancel(key, token);
    }

    /// The pollable that stands for the timers, replaced if necessary; `None` without
    /// timers.
    pub fn arm(&mut self, host: &H) -> Option<Handle> {
        let earliest = self.timers.earliest();
        if !self.still_good(earliest) {
            // Drop the old pollable first, so that the new one can reuse its handle number.
            self.armed = None;
            self.armed = earliest.map(|at| Armed { at, pollable: Pollable::timer(host, at) });
        }
        self.armed.as_ref().map(|armed| armed.pollable.handle())
    }

    /// Called when the pollable was ready: adds the tokens of the timers that have expired.
    pub fn expire(&mut self, host: &H, expired: &mut Vec<Token>) {
        self.armed = None;
        self.read = host.now();
        while let Some(token) = self.timers.expire(self.read) {
            expired.push(token);
        }
    }

    /// Drops the pollable.
    pub fn close(&mut self) {
        self.armed = None;
    }

    /// Whether the armed pollable may stay. Waking too early costs a poll of all handles,
    /// but more than half of the remaining time has passed each time, so it happens only a
    /// few times.
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
