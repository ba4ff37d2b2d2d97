//! Chunked polling: while tasks are runnable, only the next `batch` handles are polled,
//! round-robin; when none is, all handles are.
//!
//! Readiness is level-triggered, so a ready handle that one chunk leaves out is found by a
//! later one. The guest never blocks on fewer than all handles, because it could miss an
//! event.

use pollbench_executor::{
    Description, Driver, Failure, Handle, IndexedList, Knob, KnobRange, PollHost, Reactor,
    Strategy, Token, component, script,
};

/// A host like wasmtime reports at most this many ready handles until a poll has let it
/// return to its own event loop: the cooperative budget of a tokio task.
const BUDGET: usize = 128;

/// The reactor: `insert` and `remove` are O(1), with R registrations, a turn is O(`batch`)
/// while tasks are runnable and O(R) otherwise.
pub struct Batched {
    batch: usize,
    registered: IndexedList,
    /// Where in the list the next chunk begins: the handles before it have been polled in
    /// this sweep, the others have not.
    cursor: usize,
    /// How many handles were reported since the host was last seen to return to its event
    /// loop.
    used: usize,
    chunk: Vec<Handle>,
    positions: Vec<u32>,
    /// The slots reported ready. Positions would not do, because removing a registration
    /// moves others in the list.
    reported: Vec<usize>,
}

impl Reactor for Batched {
    type Key = usize;

    /// A new registration has its turn in the next sweep; otherwise handles that are ready
    /// again and again would come before others for ever.
    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        let last = self.registered.handles().len();
        let slot = self.registered.insert(handle, token);
        self.registered.swap(self.cursor, last);
        self.cursor += 1;
        slot
    }

    fn remove(&mut self, slot: usize) {
        self.take(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.handles().is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let begin = match marker {
            Some(marker) => self.poll_chunk(host, marker),
            None => {
                host.poll(self.registered.handles(), &mut self.positions);
                0
            }
        };
        let slots = self.registered.slots();
        let mut reported = std::mem::take(&mut self.reported);
        reported.extend(self.positions.iter().map(|position| slots[begin + *position as usize]));
        ready.extend(reported.drain(..).map(|slot| self.take(slot)));
        self.reported = reported;
        // A poll that has used up the budget may have left out ready handles, so its chunk
        // is polled again.
        if marker.is_some() && self.used >= BUDGET {
            self.cursor = begin;
        }
    }

    fn tasks_per_poll(&self) -> usize {
        self.batch
    }
}

impl Batched {
    fn new(batch: usize) -> Self {
        Self {
            batch,
            registered: IndexedList::default(),
            cursor: 0,
            used: 0,
            chunk: Vec::new(),
            positions: Vec::new(),
            reported: Vec::new(),
        }
    }

    /// Polls the next chunk without blocking and returns where it begins.
    fn poll_chunk<H: PollHost>(&mut self, host: &H, marker: Handle) -> usize {
        let handles = self.registered.handles();
        if self.cursor >= handles.len() {
            self.cursor = 0;
        }
        let begin = self.cursor;
        let end = (begin + self.batch).min(handles.len());
        self.cursor = end;
        self.chunk.clear();
        self.chunk.extend_from_slice(&handles[begin..end]);
        self.chunk.push(marker);
        host.poll(&self.chunk, &mut self.positions);
        let marker_position = (end - begin) as u32;
        let polled = self.positions.len();
        self.positions.retain(|position| *position != marker_position);
        // The marker is ready if the host has returned to its event loop in this poll.
        let used = if self.positions.len() < polled { 0 } else { self.used };
        self.used = used + self.positions.len();
        begin
    }

    /// Removes a registration so that the sweep neither skips nor repeats another: if it
    /// was already polled in this sweep, the last one that was moves to its position, and
    /// the last of the list moves to the position that becomes free.
    fn take(&mut self, slot: usize) -> Token {
        let position = self.registered.position(slot);
        if position < self.cursor {
            self.cursor -= 1;
            self.registered.swap(position, self.cursor);
        }
        self.registered.remove(slot)
    }
}

impl Strategy for Batched {
    const DESCRIPTION: Description = Description {
        name: "batched",
        strategy: "chunked poll",
        summary: "polls `batch` handles at a time while tasks are runnable, all when idle",
        knobs: &[Knob {
            name: "batch",
            summary: "handles per poll, and tasks between polls, while tasks are runnable",
            range: KnobRange::Integer(1, 1_000_000),
            default: 64,
        }],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let [batch] = knobs else { return Err("expected one knob, batch".into()) };
        script::run(host, Self::new(*batch as usize), tasks)
    }
}

component!(Batched);

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;

    const MARKER: Handle = Handle(u32::MAX);

    /// Records the polled handles; only the marker is ever ready.
    #[derive(Clone, Default)]
    struct Recorder(Rc<RefCell<Vec<Handle>>>);

    impl PollHost for Recorder {
        fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
            let (marker, chunk) = handles.split_last().expect("a list is never empty");
            assert_eq!(*marker, MARKER);
            self.0.borrow_mut().extend_from_slice(chunk);
            *ready = vec![chunk.len() as u32];
        }

        fn now(&self) -> u64 {
            0
        }

        fn subscribe_instant(&self, _deadline: u64) -> Handle {
            MARKER
        }

        fn drop(&self, _handle: Handle) {}
    }

    /// All handles are always ready, but at most 128 are reported until a poll finds none.
    #[derive(Clone)]
    struct Busy(Rc<Cell<usize>>);

    impl PollHost for Busy {
        fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
            let others = handles.len() - 1;
            let renewed = self.0.get() == 0;
            let budget = if renewed { BUDGET } else { self.0.get() };
            let reported = others.min(budget);
            self.0.set(budget - reported);
            *ready = (0..reported as u32).chain(renewed.then_some(others as u32)).collect();
        }

        fn now(&self) -> u64 {
            0
        }

        fn subscribe_instant(&self, _deadline: u64) -> Handle {
            MARKER
        }

        fn drop(&self, _handle: Handle) {}
    }

    proptest! {
        /// Round-robin survives removal: one sweep polls each handle once, except those
        /// removed before their turn.
        #[test]
        fn a_sweep_polls_each_handle_once(
            count in 1..60usize,
            batch in 1..10usize,
            removals in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let host = Recorder::default();
            let mut reactor = Batched::new(batch);
            let mut live: Vec<(Handle, usize)> = (0..count as u32)
                .map(|it| (Handle(it), reactor.insert(Handle(it), Token(it))))
                .collect();
            let mut removals = removals.into_iter();
            let mut polls = 0;
            while polls == 0 || reactor.cursor < reactor.registered.handles().len() {
                reactor.poll(&host, Some(MARKER), &mut Vec::new());
                polls += 1;
                if let Some(index) = removals.next()
                    && !live.is_empty()
                {
                    reactor.remove(live.swap_remove(index.index(live.len())).1);
                }
            }
            let mut polled = host.0.take();
            polled.sort_unstable();
            prop_assert!(polled.is_sorted_by(|a, b| a < b), "twice in a sweep: {:?}", polled);
            for (handle, _) in live {
                prop_assert!(polled.contains(&handle), "{:?} was skipped", handle);
            }
        }

        /// Handles that are ready again and again do not come before others.
        #[test]
        fn every_handle_has_its_turn(count in 1..600usize, batch in 1..300usize) {
            const ROUNDS: usize = 10;
            let host = Busy(Rc::new(Cell::new(BUDGET)));
            let mut reactor = Batched::new(batch);
            let mut had = vec![0; count];
            (0..count as u32).for_each(|it| _ = reactor.insert(Handle(it), Token(it)));
            let mut ready = Vec::new();
            while had.iter().sum::<usize>() < ROUNDS * count {
                reactor.poll(&host, Some(MARKER), &mut ready);
                for token in ready.drain(..) {
                    had[token.0 as usize] += 1;
                    reactor.insert(Handle(token.0), token);
                }
            }
            let (least, most) = (had.iter().min(), had.iter().max());
            prop_assert!(least.zip(most).is_some_and(|(least, most)| most - least <= 2), "{:?}", had);
        }
    }
}
