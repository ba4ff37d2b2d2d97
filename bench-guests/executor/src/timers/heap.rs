use std::cmp::Reverse;
use std::collections::BinaryHeap;

use slab::Slab;

use super::{TimerKey, Timers};

/// Deadlines in a binary heap. `earliest` is exact.
///
/// A cancelled deadline stays in the heap until it comes to the top, or until more than
/// half of the heap is cancelled and all cancelled deadlines are removed. So `insert` and
/// `cancel` take O(log n) amortised, and memory stays O(live).
pub struct TimerHeap<T> {
    /// (deadline, order of insertion, slot), the earliest on top.
    heap: BinaryHeap<Reverse<(u64, u64, usize)>>,
    /// The live deadlines: (order of insertion, what to hand back).
    live: Slab<(u64, T)>,
    inserted: u64,
}

impl<T> Default for TimerHeap<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), live: Slab::new(), inserted: 0 }
    }
}

impl<T: 'static> Timers<T> for TimerHeap<T> {
    fn insert(&mut self, deadline: u64, item: T) -> TimerKey {
        let order = self.inserted;
        self.inserted += 1;
        let slot = self.live.insert((order, item));
        self.heap.push(Reverse((deadline, order, slot)));
        TimerKey { slot }
    }

    fn cancel(&mut self, key: TimerKey) {
        self.live.remove(key.slot);
        self.sweep();
    }

    fn earliest(&mut self) -> Option<u64> {
        while let Some(Reverse((deadline, order, slot))) = self.heap.peek() {
            if is_live(&self.live, *order, *slot) {
                return Some(*deadline);
            }
            self.heap.pop();
        }
        None
    }

    fn pop_expired(&mut self, now: u64) -> Option<T> {
        let deadline = self.earliest()?;
        if deadline > now {
            return None;
        }
        let Reverse((_, _, slot)) = self.heap.pop()?;
        let (_, item) = self.live.remove(slot);
        self.sweep();
        Some(item)
    }
}

impl<T> TimerHeap<T> {
    /// How many entries the heap has, cancelled ones included.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    fn sweep(&mut self) {
        if self.heap.len() > 2 * self.live.len() {
            let live = &self.live;
            self.heap.retain(|Reverse((_, order, slot))| is_live(live, *order, *slot));
        }
    }
}

/// Slots are reused, so an entry is live only if its order matches too.
fn is_live<T>(live: &Slab<(u64, T)>, order: u64, slot: usize) -> bool {
    live.get(slot).is_some_and(|(live_order, _)| *live_order == order)
}
