//! How an executor keeps its timers: deadlines of which any can be cancelled.

mod choice;
mod heap;
#[cfg(test)]
mod model;
mod wheel;

pub use choice::TimerChoice;
pub use heap::TimerHeap;
pub use wheel::TimerWheel;

/// Names a deadline until it expires or is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerKey {
    slot: usize,
}

/// How an executor keeps its timers. All times are nanoseconds of the host's clock.
pub trait Timers<T>: 'static {
    /// Whether each timer is a pollable of its own, so that nothing is kept here.
    fn are_pollables(&self) -> bool {
        false
    }

    /// Adds a deadline.
    fn insert(&mut self, deadline: u64, item: T) -> TimerKey;

    /// Removes a deadline that has not expired.
    fn cancel(&mut self, key: TimerKey);

    /// When to look for expired deadlines: no later than the earliest of them.
    fn earliest(&mut self) -> Option<u64>;

    /// Removes the earliest deadline if it is not later than `now`; once this returns
    /// `None`, `earliest` is later than `now`.
    fn pop_expired(&mut self, now: u64) -> Option<T>;
}
