//! How an executor keeps its timers: deadlines of which any can be cancelled.

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

/// How an executor keeps its timers. All times are nanoseconds of the host's clock.
pub trait Timers<T>: Default + 'static {
    /// Whether each timer is a pollable of its own, and nothing is ever kept here.
    const ARE_POLLABLES: bool = false;

    /// Adds a deadline.
    fn insert(&mut self, deadline: u64, item: T) -> TimerKey;

    /// Removes a deadline that has not expired.
    fn cancel(&mut self, key: TimerKey);

    /// When to look for expired deadlines: no later than the earliest of them.
    fn earliest(&mut self) -> Option<u64>;

    /// Removes the earliest deadline if it is not later than `now`; `earliest` is
    /// later than `now` once there is none.
    fn pop_expired(&mut self, now: u64) -> Option<T>;
}

/// A pollable for each timer, in the reactor like any other.
#[derive(Default)]
pub struct TimerPollables;

impl<T> Timers<T> for TimerPollables {
    const ARE_POLLABLES: bool = true;

    fn insert(&mut self, _deadline: u64, _item: T) -> TimerKey {
        unreachable!("timers are pollables");
    }

    fn cancel(&mut self, _key: TimerKey) {}

    fn earliest(&mut self) -> Option<u64> {
        None
    }

    fn pop_expired(&mut self, _now: u64) -> Option<T> {
        None
    }
}
