use super::{TimerHeap, TimerKey, TimerWheel, Timers};
use crate::TimerKind;

/// Timers whose kind is known only when the guest runs.
///
/// An executor type for each kind would be slower: the compiler inlines less if a guest has
/// several copies of the executor.
pub enum TimerChoice<T> {
    /// In a binary heap.
    Heap(TimerHeap<T>),
    /// In a timing wheel.
    Wheel(TimerWheel<T>),
    /// A pollable for each timer, in the reactor like any other pollable.
    Pollables,
}

impl<T> From<TimerKind> for TimerChoice<T> {
    fn from(kind: TimerKind) -> Self {
        match kind {
            TimerKind::Heap => Self::Heap(TimerHeap::default()),
            TimerKind::Wheel => Self::Wheel(TimerWheel::default()),
            TimerKind::Pollables => Self::Pollables,
        }
    }
}

impl<T: 'static> Timers<T> for TimerChoice<T> {
    fn are_pollables(&self) -> bool {
        matches!(self, Self::Pollables)
    }

    fn insert(&mut self, deadline: u64, item: T) -> TimerKey {
        match self {
            Self::Heap(heap) => heap.insert(deadline, item),
            Self::Wheel(wheel) => wheel.insert(deadline, item),
            Self::Pollables => unreachable!("nothing is kept here"),
        }
    }

    fn cancel(&mut self, key: TimerKey) {
        match self {
            Self::Heap(heap) => heap.cancel(key),
            Self::Wheel(wheel) => wheel.cancel(key),
            Self::Pollables => {}
        }
    }

    fn earliest(&mut self) -> Option<u64> {
        match self {
            Self::Heap(heap) => heap.earliest(),
            Self::Wheel(wheel) => wheel.earliest(),
            Self::Pollables => None,
        }
    }

    fn pop_expired(&mut self, now: u64) -> Option<T> {
        match self {
            Self::Heap(heap) => heap.pop_expired(now),
            Self::Wheel(wheel) => wheel.pop_expired(now),
            Self::Pollables => None,
        }
    }
}
