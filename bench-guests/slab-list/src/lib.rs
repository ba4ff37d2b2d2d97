//! Registrations in a slab and the poll list beside it, kept up to date by each
//! `insert` and `remove`, so that a turn rebuilds nothing.

use pollbench_executor::{
    Description, Driver, Failure, Handle, IndexedList, PollHost, Reactor, Settings, Strategy,
    Token, component, script,
};

/// The reactor: `insert` and `remove` are O(1), a turn is O(R) in the guest.
#[derive(Default)]
pub struct SlabList {
    registered: IndexedList,
    positions: Vec<u32>,
    /// The slots reported ready. Positions would not do, because removing a registration
    /// moves others in the list.
    reported: Vec<usize>,
}

impl Reactor for SlabList {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        self.registered.insert(handle, token)
    }

    fn remove(&mut self, slot: usize) {
        self.registered.remove(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.handles().is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let Self { registered, positions, reported } = self;
        registered.with_marker(marker, |handles| host.poll(handles, positions));
        // The marker is last, so its position is beyond the slots.
        let slots = registered.slots();
        reported.extend(positions.iter().filter_map(|position| slots.get(*position as usize)));
        ready.extend(reported.drain(..).map(|slot| registered.remove(slot)));
    }
}

impl Strategy for SlabList {
    const DESCRIPTION: Description = Description {
        name: "slab-list",
        strategy: "slab-indexed, persistent list",
        summary: "registers and cancels in a slab in O(1), keeps the poll list between turns",
        knobs: Settings::KNOBS,
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        script::run_with(host, Self::default(), Settings::from_knobs(knobs)?, tasks)
    }
}

component!(SlabList);
