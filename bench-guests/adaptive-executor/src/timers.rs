use std::collections::VecDeque;

use pollbench_executor::Token;
use slab::Slab;

use crate::heap::{Entry, Heap};

/// How many runs there are beside the heap.
const RUNS: usize = 4;

/// A run is swept when more than this many of its entries are cancelled, and more than
/// half.
const SWEEP: usize = 64;

/// Names a timer until it expires or is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey(u32);

/// Timers, by their deadlines.
///
/// Programs use few different durations, and timers of the same duration expire in the
/// order they were started in. So there are a few runs in ascending order, where adding,
/// cancelling and expiring are O(1), and a heap for deadlines that fit no run.
#[derive(Default)]
pub(crate) struct Timers {
    timers: Slab<Timer>,
    runs: [Run; RUNS],
    heap: Heap,
    /// The number of the last timer that was added to a run; it wraps.
    added: u32,
}

struct Timer {
    token: Token,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Heap,
    /// The index of the run, and the timer's number. The number tells the timer from the
    /// entry that a cancelled timer with the same slot has left in a run.
    Run(u8, u32),
}

/// Entries in ascending order, with the numbers of their timers. The first entry is live.
#[derive(Default)]
struct Run {
    entries: VecDeque<(Entry, u32)>,
    cancelled: usize,
}

impl Timers {
    /// Adds a timer.
    pub fn insert(&mut self, at: u64, token: Token) -> TimerKey {
        let slot = self.timers.vacant_key() as u32;
        let entry = Entry { at, slot };
        let fits = |run: &Run| run.entries.back().is_none_or(|(last, _)| last.at <= at);
        let place = match self.runs.iter().position(fits) {
            Some(run) => {
                self.added = self.added.wrapping_add(1);
                self.runs[run].entries.push_back((entry, self.added));
                Place::Run(run as u8, self.added)
            }
            None => {
                self.heap.push(entry);
                Place::Heap
            }
        };
        self.timers.insert(Timer { token, place });
        TimerKey(slot)
    }

    /// Ends the timer of `token`, unless it has expired.
    pub fn cancel(&mut self, key: TimerKey, token: Token) {
        let slot = key.0 as usize;
        if self.timers.get(slot).is_none_or(|timer| timer.token != token) {
            return;
        }
        match self.timers.remove(slot).place {
            Place::Heap => self.heap.remove(key.0),
            Place::Run(run, _) => {
                self.runs[run as usize].cancelled += 1;
                self.tidy(run as usize);
            }
        }
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> Option<u64> {
        let runs = self.runs.iter().filter_map(Run::earliest);
        runs.chain(self.heap.earliest()).min()
    }

    /// Ends the earliest timer if its deadline is not later than `now`.
    pub fn expire(&mut self, now: u64) -> Option<Token> {
        let earliest = self.earliest().filter(|earliest| *earliest <= now)?;
        let slot = match self.runs.iter().position(|run| run.earliest() == Some(earliest)) {
            Some(run) => {
                let (entry, _) = self.runs[run].entries.pop_front()?;
                let token = self.timers.remove(entry.slot as usize).token;
                self.tidy(run);
                return Some(token);
            }
            None => self.heap.pop_until(now)?,
        };
        Some(self.timers.remove(slot as usize).token)
    }

    /// Makes the first entry of a run a live one, and sweeps the run if too many of its
    /// entries are cancelled.
    fn tidy(&mut self, run: usize) {
        let timers = &self.timers;
        let is_live = |(entry, number): &(Entry, u32)| {
            let place = Place::Run(run as u8, *number);
            timers.get(entry.slot as usize).is_some_and(|timer| timer.place == place)
        };
        let Run { entries, cancelled } = &mut self.runs[run];
        while entries.front().is_some_and(|first| !is_live(first)) {
            entries.pop_front();
            *cancelled -= 1;
        }
        if *cancelled > SWEEP.max(entries.len() / 2) {
            entries.retain(is_live);
            *cancelled = 0;
        }
    }
}

impl Run {
    fn earliest(&self) -> Option<u64> {
        self.entries.front().map(|(entry, _)| entry.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Add(u64),
        Cancel(prop::sample::Index),
        Expire(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            6 => (0..500u64).prop_map(Op::Add),
            4 => any::<prop::sample::Index>().prop_map(Op::Cancel),
            1 => (0..100u64).prop_map(Op::Expire),
        ]
    }

    proptest! {
        /// The model is a list; timers with the same deadline may expire in any order.
        #[test]
        fn timers_behave_like_a_sorted_list(ops in prop::collection::vec(op(), 0..600)) {
            let mut timers = Timers::default();
            let mut model: Vec<(u64, Token, TimerKey)> = Vec::new();
            let mut now = 0;
            for (number, op) in (0..).zip(ops) {
                match op {
                    Op::Add(after) => {
                        let token = Token(number);
                        let key = timers.insert(now + after, token);
                        model.push((now + after, token, key));
                    }
                    Op::Cancel(index) if !model.is_empty() => {
                        let (_, token, key) = model.swap_remove(index.index(model.len()));
                        timers.cancel(key, token);
                        timers.cancel(key, token);
                    }
                    Op::Cancel(_) => {}
                    Op::Expire(after) => {
                        now += after;
                        let mut last = 0;
                        while let Some(token) = timers.expire(now) {
                            let position = model.iter().position(|timer| timer.1 == token);
                            let (at, ..) = model.swap_remove(position.expect("a live timer"));
                            prop_assert!(last <= at && at <= now);
                            last = at;
                        }
                    }
                }
                prop_assert_eq!(timers.earliest(), model.iter().map(|timer| timer.0).min());
                let kept: usize = timers.runs.iter().map(|run| run.entries.len()).sum();
                prop_assert!(kept <= 2 * model.len() + 2 * RUNS * SWEEP);
            }
        }
    }
}
