use slab::Slab;

use super::{TimerKey, Timers};

/// The number of bits of a deadline that one level distinguishes: its digit at that level.
const BITS: u32 = 6;
const SLOTS: usize = 1 << BITS;
/// Enough levels for their digits to cover all of a `u64`.
const LEVELS: usize = u64::BITS.div_ceil(BITS) as usize;
/// The index that stands for no timer.
const NONE: usize = usize::MAX;

/// Deadlines in a hierarchical timing wheel (Varghese and Lauck, SOSP 1987), to
/// the nanosecond and over the whole range of a `u64`.
///
/// A deadline lies in the level of the highest digit in which it differs from
/// `base`, in the slot which that digit names. So whatever lies in a lower level,
/// or in a lower slot of the same level, is earlier. When the first slot falls
/// due, `base` moves into it and its deadlines move to lower levels; in level 0 a
/// slot holds a single time.
///
/// `insert` and `cancel` take O(1); until it expires, a deadline moves down at most ten
/// times. Each slot keeps a lower bound of its deadlines. It is the earliest of them unless
/// that one has been cancelled: finding the next would take a search. So `earliest` may be
/// too early, but only once for each cancelled deadline. Deadlines that have passed when
/// they are inserted expire next, in the order of insertion.
pub struct TimerWheel<T> {
    /// A time that is not later than any deadline.
    base: u64,
    /// By level: a bit for each slot in use.
    occupied: [u64; LEVELS],
    /// The slots by level, then by digit.
    slots: Vec<Slot>,
    timers: Slab<Timer<T>>,
}

/// The ends of a list of timers in order of insertion.
#[derive(Clone)]
struct Slot {
    first: usize,
    last: usize,
    /// No timer of the list is earlier. Meaningless for an empty list.
    bound: u64,
}

struct Timer<T> {
    deadline: u64,
    previous: usize,
    next: usize,
    item: T,
}

impl<T> Default for TimerWheel<T> {
    fn default() -> Self {
        let slot = Slot { first: NONE, last: NONE, bound: 0 };
        Self {
            base: 0,
            occupied: [0; LEVELS],
            slots: vec![slot; LEVELS * SLOTS],
            timers: Slab::new(),
        }
    }
}

impl<T: 'static> Timers<T> for TimerWheel<T> {
    fn insert(&mut self, deadline: u64, item: T) -> TimerKey {
        let deadline = deadline.max(self.base);
        let slot = self.timers.insert(Timer { deadline, previous: NONE, next: NONE, item });
        self.link(slot);
        TimerKey { slot }
    }

    fn cancel(&mut self, key: TimerKey) {
        self.remove(key.slot);
    }

    fn earliest(&mut self) -> Option<u64> {
        self.first().map(|place| self.slots[place].bound)
    }

    fn pop_expired(&mut self, now: u64) -> Option<T> {
        loop {
            let place = self.first()?;
            let Slot { first, bound, .. } = self.slots[place];
            if bound > now {
                return None;
            }
            if place < SLOTS {
                return Some(self.remove(first));
            }
            self.cascade(place, bound);
        }
    }
}

impl<T> TimerWheel<T> {
    /// The slot in use whose deadlines are the earliest.
    fn first(&self) -> Option<usize> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        Some(level * SLOTS + self.occupied[level].trailing_zeros() as usize)
    }

    /// Moves `base` into the first slot in use, and that slot's timers to lower levels.
    fn cascade(&mut self, place: usize, base: u64) {
        self.base = base;
        let mut timer = self.slots[place].first;
        self.clear(place);
        while timer != NONE {
            let next = self.timers[timer].next;
            self.link(timer);
            timer = next;
        }
    }

    /// The slot in which a deadline lies. It follows from `base`, so timers need not store
    /// it.
    fn place(&self, deadline: u64) -> usize {
        let level = ((deadline ^ self.base) | 1).ilog2() / BITS;
        let digit = (deadline >> (level * BITS)) as usize % SLOTS;
        level as usize * SLOTS + digit
    }

    /// Adds a timer at the end of the slot it belongs to.
    fn link(&mut self, timer: usize) {
        let deadline = self.timers[timer].deadline;
        let place = self.place(deadline);
        let slot = &mut self.slots[place];
        let previous = std::mem::replace(&mut slot.last, timer);
        if previous == NONE {
            slot.first = timer;
            slot.bound = deadline;
            self.occupied[place / SLOTS] |= 1 << (place % SLOTS);
        } else {
            slot.bound = slot.bound.min(deadline);
            self.timers[previous].next = timer;
        }
        self.timers[timer].previous = previous;
        self.timers[timer].next = NONE;
    }

    /// Takes a timer out of its slot.
    fn remove(&mut self, timer: usize) -> T {
        let Timer { deadline, previous, next, item } = self.timers.remove(timer);
        let place = self.place(deadline);
        match previous {
            NONE => self.slots[place].first = next,
            previous => self.timers[previous].next = next,
        }
        match next {
            NONE => self.slots[place].last = previous,
            next => self.timers[next].previous = previous,
        }
        if self.slots[place].first == NONE {
            self.clear(place);
        }
        item
    }

    fn clear(&mut self, place: usize) {
        self.slots[place].first = NONE;
        self.slots[place].last = NONE;
        self.occupied[place / SLOTS] &= !(1 << (place % SLOTS));
    }
}
