use slab::Slab;

use crate::{Handle, Token};

/// Registrations in a slab, and a list of their handles. Each stores its position in the
/// other, so that inserting and removing are O(1) and the list is always ready to be
/// polled.
#[derive(Default)]
pub struct IndexedList {
    registered: Slab<Registration>,
    /// The poll list, in no particular order.
    handles: Vec<Handle>,
    /// By position in `handles`: the slot of its registration.
    slots: Vec<usize>,
}

struct Registration {
    position: usize,
    token: Token,
}

impl IndexedList {
    /// Adds a registration at the end of the list and returns its slot.
    pub fn insert(&mut self, handle: Handle, token: Token) -> usize {
        let slot = self.registered.insert(Registration { position: self.handles.len(), token });
        self.handles.push(handle);
        self.slots.push(slot);
        slot
    }

    /// Removes a registration; the last handle of the list moves to its position.
    pub fn remove(&mut self, slot: usize) -> Token {
        let Registration { position, token } = self.registered.remove(slot);
        self.handles.swap_remove(position);
        self.slots.swap_remove(position);
        if let Some(moved) = self.slots.get(position) {
            self.registered[*moved].position = position;
        }
        token
    }

    /// Swaps two positions of the list.
    pub fn swap(&mut self, one: usize, other: usize) {
        self.handles.swap(one, other);
        self.slots.swap(one, other);
        self.registered[self.slots[one]].position = one;
        self.registered[self.slots[other]].position = other;
    }

    /// The position of a registration in the list.
    pub fn position(&self, slot: usize) -> usize {
        self.registered[slot].position
    }

    /// The poll list.
    pub fn handles(&self) -> &[Handle] {
        &self.handles
    }

    /// By position of the list: the slot of the registration.
    pub fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// Calls `poll` with the handles, followed by `marker`.
    pub fn with_marker(&mut self, marker: Option<Handle>, poll: impl FnOnce(&[Handle])) {
        self.handles.extend(marker);
        poll(&self.handles);
        self.handles.truncate(self.slots.len());
    }
}
