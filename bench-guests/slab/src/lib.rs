//! Registrations in a slab, so that registering and cancelling are O(1); the
//! poll list is rebuilt from it every turn.

use pollbench_executor::{
    Description, Driver, Failure, Handle, PollHost, Reactor, Settings, Strategy, Token, component,
    script,
};
use slab::Slab;

/// The reactor: `insert` and `remove` are O(1), a turn is O(N).
#[derive(Default)]
pub struct SlabIndexed {
    registered: Slab<(Handle, Token)>,
    /// The poll list and the slots it was made from, kept to reuse their memory.
    handles: Vec<Handle>,
    slots: Vec<usize>,
    positions: Vec<u32>,
}

impl Reactor for SlabIndexed {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        self.registered.insert((handle, token))
    }

    fn remove(&mut self, slot: usize) {
        self.registered.remove(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        self.handles.clear();
        self.slots.clear();
        for (slot, (handle, _)) in &self.registered {
            self.handles.push(*handle);
            self.slots.push(slot);
        }
        self.handles.extend(marker);
        host.poll(&self.handles, &mut self.positions);

        // The marker is last, so its position is beyond the slots.
        let reported = self.positions.iter().filter_map(|p| self.slots.get(*p as usize));
        ready.extend(reported.map(|slot| self.registered.remove(*slot).1));
    }
}

impl Strategy for SlabIndexed {
    const DESCRIPTION: Description = Description {
        name: "slab",
        strategy: "slab-indexed",
        summary: "registers and cancels in a slab in O(1), rebuilds the poll list each turn",
        knobs: Settings::KNOBS,
    };

    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
        script::run_with(host, Self::default(), Settings::from_knobs(knobs)?, tasks)
    }
}

component!(SlabIndexed);
