use slab::Slab;

/// The unit of all times in this file, in nanoseconds.
pub const MILLISECOND: u64 = 1_000_000;

/// Timers due within this many milliseconds are checked whenever the native timer fires,
/// the others less often.
const SHORT: u64 = 333;

/// The longest wait of the native timer, in milliseconds.
const LONGEST_WAIT: u64 = 0x0fff_ffff;

/// Timers in two unordered lists, behind one native timer: inserting and deleting are O(1),
/// firing is O(short timers), and occasionally O(all timers).
///
/// `insert` and `handle` return when a pollable is wanted. A pollable that an earlier one
/// supersedes is not withdrawn; when it fires, `handle` does whatever is due. `ticks` is
/// the clock in milliseconds, read where .NET reads it.
pub struct TimerQueue<T> {
    timers: Slab<Timer<T>>,
    /// By `Kind`: the slots of the timers; each timer stores its position.
    lists: [Vec<usize>; 2],
    /// Timers in the long list are due after this time.
    threshold: u64,
    inserted: u64,
    /// The time at which the native timer was set, and for how long.
    native: Option<(u64, u64)>,
    /// When the native timer is due, until it has fired.
    scheduled: Option<u64>,
    /// When the earliest pollable asked for since the last `handle` is due.
    shortest: u64,
}

struct Timer<T> {
    order: u64,
    due: u64,
    kind: Kind,
    position: usize,
    item: T,
}

#[derive(Clone, Copy)]
enum Kind {
    Short,
    Long,
}

/// Names a timer.
#[derive(Clone, Copy)]
pub struct TimerKey {
    slot: usize,
    order: u64,
}

impl<T> TimerQueue<T> {
    pub fn new(now: u64) -> Self {
        Self {
            timers: Slab::new(),
            lists: Default::default(),
            threshold: now + SHORT,
            inserted: 0,
            native: None,
            scheduled: None,
            shortest: u64::MAX,
        }
    }

    /// Adds a timer, and says in how long a pollable is wanted, if one is.
    pub fn insert(
        &mut self,
        wait: u64,
        item: T,
        ticks: &impl Fn() -> u64,
    ) -> (TimerKey, Option<u64>) {
        let due = ticks().saturating_add(wait);
        let kind = if due <= self.threshold { Kind::Short } else { Kind::Long };
        let order = self.inserted;
        self.inserted += 1;
        let slot = self.timers.insert(Timer { order, due, kind, position: 0, item });
        self.link(slot, kind);
        (TimerKey { slot, order }, self.ensure_fires_by(wait, ticks))
    }

    /// Removes a timer, if it has not fired. The native timer that was set for it stays
    /// set.
    pub fn delete(&mut self, key: TimerKey) {
        if self.timers.get(key.slot).is_some_and(|timer| timer.order == key.order) {
            self.unlink(key.slot);
            self.timers.remove(key.slot);
        }
    }

    /// Called when a pollable is ready: removes the timers that are due, and says in how
    /// long the next pollable is wanted, if one is.
    pub fn handle(&mut self, ticks: &impl Fn() -> u64) -> (Vec<T>, Option<u64>) {
        self.shortest = u64::MAX;
        let now = ticks();
        match self.scheduled {
            Some(due) if due <= now => {
                self.scheduled = None;
                self.fire(ticks)
            }
            Some(due) => (Vec::new(), self.subscribe(due, now)),
            None => (Vec::new(), None),
        }
    }

    fn fire(&mut self, ticks: &impl Fn() -> u64) -> (Vec<T>, Option<u64>) {
        self.native = None;
        let now = ticks();
        let mut fired = Vec::new();
        let mut next = self.sweep(Kind::Short, now, &mut fired);
        if now >= self.threshold {
            self.threshold = now + SHORT;
            next = earlier(next, self.sweep(Kind::Long, now, &mut fired));
        } else if self.lists[Kind::Short as usize].is_empty()
            && !self.lists[Kind::Long as usize].is_empty()
        {
            // No long timer is due earlier, so it need not be known which one is next.
            next = Some(self.threshold - now + 1);
        }
        (fired, next.and_then(|wait| self.ensure_fires_by(wait, ticks)))
    }

    /// Removes the timers of a list that are due, and returns the time until the next one
    /// is.
    fn sweep(&mut self, kind: Kind, now: u64, fired: &mut Vec<T>) -> Option<u64> {
        let mut next = None;
        // From the last to the first: a timer that fills a gap has already been checked.
        for index in (0..self.lists[kind as usize].len()).rev() {
            let slot = self.lists[kind as usize][index];
            let due = self.timers[slot].due;
            if due <= now {
                self.unlink(slot);
                fired.push(self.timers.remove(slot).item);
                continue;
            }
            next = earlier(next, Some(due - now));
            if matches!(kind, Kind::Long) && due - now <= SHORT {
                self.unlink(slot);
                self.link(slot, Kind::Short);
            }
        }
        next
    }

    /// Sets the native timer, unless it already fires early enough.
    fn ensure_fires_by(&mut self, wait: u64, ticks: &impl Fn() -> u64) -> Option<u64> {
        let wait = wait.min(LONGEST_WAIT);
        if let Some((start, current)) = self.native
            && wait >= current.saturating_sub(ticks() - start)
        {
            return None;
        }
        let now = ticks();
        self.scheduled = Some(now + wait);
        let wanted = self.subscribe(now + wait, now);
        self.native = Some((ticks(), wait));
        wanted
    }

    fn subscribe(&mut self, due: u64, now: u64) -> Option<u64> {
        if self.shortest <= due {
            return None;
        }
        self.shortest = due;
        Some(due.saturating_sub(now))
    }

    fn link(&mut self, slot: usize, kind: Kind) {
        let list = &mut self.lists[kind as usize];
        let timer = &mut self.timers[slot];
        (timer.kind, timer.position) = (kind, list.len());
        list.push(slot);
    }

    fn unlink(&mut self, slot: usize) {
        let Timer { kind, position, .. } = self.timers[slot];
        let list = &mut self.lists[kind as usize];
        list.swap_remove(position);
        if let Some(moved) = list.get(position) {
            self.timers[*moved].position = position;
        }
    }
}

fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Insert(u64),
        Delete(prop::sample::Index),
        Pass(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        let wait = prop_oneof![1..20u64, 1..1_500u64];
        prop_oneof![
            3 => wait.clone().prop_map(Op::Insert),
            1 => any::<prop::sample::Index>().prop_map(Op::Delete),
            2 => wait.prop_map(Op::Pass),
        ]
    }

    proptest! {
        /// Each timer fires in the millisecond it is due in, if the pollables that
        /// are asked for are ready then: none is missing.
        #[test]
        fn timers_fire_when_they_are_due(ops in prop::collection::vec(op(), 0..200)) {
            let now = Cell::new(7);
            let ticks = || now.get();
            let mut timers = TimerQueue::new(now.get());
            let mut pollables = BTreeSet::new();
            let mut model: BTreeMap<u64, (u64, TimerKey)> = BTreeMap::new();
            for (number, op) in (0..).zip(ops) {
                match op {
                    Op::Insert(wait) => {
                        let (key, wanted) = timers.insert(wait, number, &ticks);
                        model.insert(number, (now.get() + wait, key));
                        pollables.extend(wanted.map(|wait| now.get() + wait));
                    }
                    Op::Delete(index) if !model.is_empty() => {
                        let number = *model.keys().nth(index.index(model.len())).expect("a timer");
                        timers.delete(model.remove(&number).expect("a timer").1);
                    }
                    Op::Delete(_) => {}
                    Op::Pass(time) => {
                        let until = now.get() + time;
                        while pollables.first().is_some_and(|due| *due <= until) {
                            now.set(pollables.pop_first().expect("a pollable"));
                            let (fired, wanted) = timers.handle(&ticks);
                            pollables.extend(wanted.map(|wait| now.get() + wait));
                            for number in fired {
                                let due = model.remove(&number).expect("it fires once").0;
                                prop_assert_eq!(due, now.get());
                            }
                        }
                        now.set(until);
                        prop_assert!(model.values().all(|(due, _)| *due > until));
                    }
                }
            }
        }
    }
}
