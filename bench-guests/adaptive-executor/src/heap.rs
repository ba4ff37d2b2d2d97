/// A deadline and the timer that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub at: u64,
    pub slot: u32,
}

/// How many children an entry has.
const ARITY: usize = 4;

/// Deadlines in a heap from which any can be removed: `push`, `pop_until` and
/// `remove` take O(log n), and nothing cancelled stays behind.
#[derive(Default)]
pub(crate) struct Heap {
    /// Each entry with its insertion number, which breaks ties between equal deadlines; the
    /// number wraps.
    entries: Vec<(Entry, u32)>,
    /// By slot: the index of the slot's entry in `entries`.
    places: Vec<u32>,
    pushed: u32,
}

impl Heap {
    pub fn earliest(&self) -> Option<u64> {
        self.entries.first().map(|(entry, _)| entry.at)
    }

    /// Adds an entry. No other entry may have the same slot.
    pub fn push(&mut self, entry: Entry) {
        let slot = entry.slot as usize;
        if slot >= self.places.len() {
            self.places.resize(slot + 1, 0);
        }
        self.entries.push((entry, self.pushed));
        self.pushed = self.pushed.wrapping_add(1);
        self.rise(self.entries.len() - 1);
    }

    /// Removes the earliest entry if it is not later than `now`.
    pub fn pop_until(&mut self, now: u64) -> Option<u32> {
        let (entry, _) = *self.entries.first().filter(|(entry, _)| entry.at <= now)?;
        self.remove_at(0);
        Some(entry.slot)
    }

    /// Removes the entry with this slot.
    pub fn remove(&mut self, slot: u32) {
        self.remove_at(self.places[slot as usize] as usize);
    }

    fn remove_at(&mut self, place: usize) {
        self.entries.swap_remove(place);
        if place < self.entries.len() {
            let place = self.rise(place);
            self.sink(place);
        }
    }

    fn is_before(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.entries[one], self.entries[other]);
        (one.0.at, one.1.wrapping_sub(other.1) as i32) < (other.0.at, 0)
    }

    fn rise(&mut self, mut place: usize) -> usize {
        while place > 0 {
            let parent = (place - 1) / ARITY;
            if !self.is_before(place, parent) {
                break;
            }
            self.swap(place, parent);
            place = parent;
        }
        self.places[self.entries[place].0.slot as usize] = place as u32;
        place
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let children = ARITY * place + 1..(ARITY * place + ARITY + 1).min(self.entries.len());
            let first = children.reduce(|a, b| if self.is_before(b, a) { b } else { a });
            let Some(first) = first.filter(|first| self.is_before(*first, place)) else { return };
            self.swap(place, first);
            place = first;
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.entries.swap(one, other);
        for place in [one, other] {
            self.places[self.entries[place].0.slot as usize] = place as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Push(u64),
        Remove(prop::sample::Index),
        Pop(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            3 => (0..50u64).prop_map(Op::Push),
            1 => any::<prop::sample::Index>().prop_map(Op::Remove),
            1 => (0..60u64).prop_map(Op::Pop),
        ]
    }

    proptest! {
        /// The model is a list in order of deadline, then of insertion.
        #[test]
        fn a_heap_behaves_like_a_sorted_list(ops in prop::collection::vec(op(), 0..200)) {
            let mut heap = Heap::default();
            let mut model: Vec<Entry> = Vec::new();
            for (slot, op) in (0..).zip(ops) {
                match op {
                    Op::Push(at) => {
                        heap.push(Entry { at, slot });
                        model.push(Entry { at, slot });
                        model.sort_by_key(|entry| (entry.at, entry.slot));
                    }
                    Op::Remove(index) if !model.is_empty() => {
                        heap.remove(model.remove(index.index(model.len())).slot);
                    }
                    Op::Remove(_) => {}
                    Op::Pop(now) => {
                        while let Some(slot) = heap.pop_until(now) {
                            prop_assert_eq!(slot, model.remove(0).slot);
                        }
                    }
                }
                prop_assert_eq!(heap.earliest(), model.first().map(|entry| entry.at));
            }
        }
    }
}
