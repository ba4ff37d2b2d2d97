//! Hot and cold tiers: the handles that were registered last, and so were active recently,
//! are polled first; all handles are polled before the executor blocks, and at intervals.
//!
//! Readiness is level-triggered, so a ready handle that a poll of the hot ones leaves out
//! is found by a later poll. The guest never blocks on the hot handles alone, because it
//! could miss an event.

#[cfg(test)]
mod tests;

use pollbench_executor::{
    Description, Driver, Failure, Handle, IndexedList, Knob, KnobRange, PollHost, Reactor,
    Strategy, Token, component, script,
};

/// The most ready handles that a host on tokio reports in a poll.
const BUDGET: usize = 128;

/// The reactor: `insert` and `remove` are O(1), a turn is O(`hot`) in the guest while the
/// hot set has ready handles, else O(R).
pub struct Tiered {
    /// The size of the hot set.
    limit: usize,
    /// One poll in this many is of all handles.
    interval: u64,
    /// All registrations, the hot ones first.
    registered: IndexedList,
    /// How many registrations are hot.
    hot: usize,
    /// The position that the next registration takes when the hot set is full: about that
    /// of the oldest.
    hand: usize,
    /// How many polls there were since the last poll of all handles.
    partial: u64,
    chunk: Vec<Handle>,
    positions: Vec<u32>,
    /// The slots reported ready. Positions would not do, because removing a registration
    /// moves others in the list.
    reported: Vec<usize>,
}

impl Reactor for Tiered {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        let slot = self.registered.insert(handle, token);
        let last = self.registered.handles().len() - 1;
        if self.hot < self.limit {
            self.registered.swap(self.hot, last);
            self.hot += 1;
        } else {
            self.registered.swap(self.hand, last);
            self.hand = (self.hand + 1) % self.limit;
        }
        slot
    }

    fn remove(&mut self, slot: usize) {
        self.take(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.handles().is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        match marker {
            Some(marker) if self.probes() => self.poll_hot(host, marker),
            _ => self.poll_all(host, marker),
        }
        // The marker is last, so its position is beyond the slots, or `poll_hot` has
        // removed it.
        let slots = self.registered.slots();
        let mut reported = std::mem::take(&mut self.reported);
        reported.extend(self.positions.iter().filter_map(|it| slots.get(*it as usize)));
        ready.extend(reported.drain(..).map(|slot| self.take(slot)));
        self.reported = reported;
    }

    fn probes(&self) -> bool {
        let may = self.partial + 1 < self.interval;
        may && (1..self.registered.handles().len()).contains(&self.hot)
    }
}

impl Tiered {
    fn new(limit: usize, interval: u64) -> Self {
        Self {
            limit,
            interval,
            registered: IndexedList::default(),
            hot: 0,
            hand: 0,
            partial: 0,
            chunk: Vec::new(),
            positions: Vec::new(),
            reported: Vec::new(),
        }
    }

    fn poll_all<H: PollHost>(&mut self, host: &H, marker: Option<Handle>) {
        let Self { registered, positions, .. } = self;
        registered.with_marker(marker, |handles| host.poll(handles, positions));
        // A poll that reports as much as the budget allows may have left out ready handles,
        // so the next poll is of all handles too.
        self.partial = if positions.len() < BUDGET { 0 } else { self.interval };
    }

    fn poll_hot<H: PollHost>(&mut self, host: &H, marker: Handle) {
        self.partial += 1;
        self.chunk.clear();
        self.chunk.extend_from_slice(&self.registered.handles()[..self.hot]);
        self.chunk.push(marker);
        host.poll(&self.chunk, &mut self.positions);
        let marker_position = self.hot as u32;
        self.positions.retain(|position| *position != marker_position);
    }

    /// Removes a registration; if it is hot, the last hot one moves to its position, and
    /// the last of the list moves to the position that becomes free.
    fn take(&mut self, slot: usize) -> Token {
        let position = self.registered.position(slot);
        if position < self.hot {
            self.hot -= 1;
            self.registered.swap(position, self.hot);
        }
        self.registered.remove(slot)
    }
}

impl Strategy for Tiered {
    const DESCRIPTION: Description = Description {
        name: "tiered",
        strategy: "hot and cold tiers",
        summary: "polls the `hot` last registered first, all of them every `interval` polls and before it blocks",
        knobs: &[
            Knob {
                name: "hot",
                summary: "how many of the last registered are polled first",
                range: KnobRange::Integer(1, 1_000_000),
                default: 64,
            },
            Knob {
                name: "interval",
                summary: "one poll in so many is of all",
                range: KnobRange::Integer(1, 1_000_000),
                default: 16,
            },
        ],
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        let [hot, interval] = knobs else { return Err("expected two knobs".into()) };
        script::run(host, Self::new(*hot as usize, *interval), tasks)
    }
}

component!(Tiered);
