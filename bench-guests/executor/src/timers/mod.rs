//! Deadlines, earliest first, of which any can be cancelled.

mod heap;
#[cfg(test)]
mod model;
mod wheel;

pub use heap::TimerHeap;
pub use wheel::TimerWheel;

/// Names a deadline until it expires or is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerKey {
    slot: usize,
}

/// Deadlines in one of the structures there are for them; a heap unless told
/// otherwise. All times are nanoseconds of the host's clock.
pub enum Timers<T> {
    /// In a binary heap.
    Heap(TimerHeap<T>),
    /// In a timing wheel.
    Wheel(TimerWheel<T>),
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self::Heap(TimerHeap::default())
    }
}

impl<T> Timers<T> {
    /// Adds a deadline.
    pub fn insert(&mut self, deadline: u64, item: T) -> TimerKey {
        match self {
            Self::Heap(heap) => heap.insert(deadline, item),
            Self::Wheel(wheel) => wheel.insert(deadline, item),
        }
    }

    /// Removes a deadline that has not expired.
    pub fn cancel(&mut self, key: TimerKey) {
        match self {
            Self::Heap(heap) => heap.cancel(key),
            Self::Wheel(wheel) => wheel.cancel(key),
        }
    }

    /// When to look for expired deadlines again: no later than the earliest of
    /// them, and for a heap exactly then.
    pub fn earliest(&mut self) -> Option<u64> {
        match self {
            Self::Heap(heap) => heap.earliest(),
            Self::Wheel(wheel) => wheel.earliest(),
        }
    }

    /// Removes the earliest deadline if it is not later than `now`; `earliest` is
    /// later than `now` once there is none.
    pub fn pop_expired(&mut self, now: u64) -> Option<T> {
        match self {
            Self::Heap(heap) => heap.pop_expired(now),
            Self::Wheel(wheel) => wheel.pop_expired(now),
        }
    }
}
