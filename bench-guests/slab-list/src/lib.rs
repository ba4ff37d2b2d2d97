//! Registrations in a slab and the poll list beside it, kept up to date by each
//! `insert` and `remove`, so that a turn rebuilds nothing.

use pollbench_executor::{
    Description, Handle, PollHost, Reactor, Strategy, Token, component, script,
};
use slab::Slab;

/// The reactor: `insert` and `remove` are O(1), a turn is O(R) in the guest.
#[derive(Default)]
pub struct SlabList {
    registered: Slab<Registration>,
    /// What is polled, in no particular order.
    handles: Vec<Handle>,
    /// By position in `handles`: the slot of its registration.
    slots: Vec<usize>,
    positions: Vec<u32>,
    /// The slots reported ready: removing one moves others in the list, so
    /// positions are good for nothing after the first.
    reported: Vec<usize>,
}

struct Registration {
    position: usize,
    token: Token,
}

impl Reactor for SlabList {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        let slot = self.registered.insert(Registration { position: self.handles.len(), token });
        self.handles.push(handle);
        self.slots.push(slot);
        slot
    }

    fn remove(&mut self, slot: usize) {
        self.take(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        self.handles.extend(marker);
        host.poll(&self.handles, &mut self.positions);
        self.handles.truncate(self.slots.len());

        let mut reported = std::mem::take(&mut self.reported);
        // The marker is last, beyond the slots.
        reported.extend(self.positions.iter().filter_map(|p| self.slots.get(*p as usize)));
        ready.extend(reported.drain(..).map(|slot| self.take(slot)));
        self.reported = reported;
    }
}

impl SlabList {
    /// Removes a registration; the last in the list takes its place there.
    fn take(&mut self, slot: usize) -> Token {
        let Registration { position, token } = self.registered.remove(slot);
        self.handles.swap_remove(position);
        self.slots.swap_remove(position);
        if let Some(moved) = self.slots.get(position) {
            self.registered[*moved].position = position;
        }
        token
    }
}

impl Strategy for SlabList {
    const DESCRIPTION: Description = Description {
        name: "slab-list",
        strategy: "slab-indexed, persistent list",
        summary: "registers and cancels in a slab in O(1), keeps the poll list between turns",
        knobs: &[],
    };

    fn run<H: PollHost>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), String> {
        script::run(host, Self::default(), tasks)
    }
}

component!(SlabList);
