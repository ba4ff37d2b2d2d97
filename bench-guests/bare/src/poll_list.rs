use pollbench_executor::Handle;

/// Who waits for the handle at a position: the task, and which of the task's handles it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub task: u32,
    pub member: u32,
}

/// The handles to poll and who waits for each.
pub struct PollList {
    handles: Vec<Handle>,
    owners: Vec<Owner>,
}

impl PollList {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { handles: Vec::with_capacity(capacity), owners: Vec::with_capacity(capacity) }
    }

    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    pub fn push(&mut self, handle: Handle, owner: Owner) -> u32 {
        self.handles.push(handle);
        self.owners.push(owner);
        (self.handles.len() - 1) as u32
    }

    /// Puts another handle at `position` and returns the one that was there.
    pub fn replace(&mut self, position: u32, handle: Handle) -> Handle {
        std::mem::replace(&mut self.handles[position as usize], handle)
    }

    /// Takes a handle out. If another handle moves to its position, the second value is
    /// that handle's owner, whose record of the position the caller has to update.
    pub fn swap_remove(&mut self, position: u32) -> (Handle, Option<Owner>) {
        let handle = self.handles.swap_remove(position as usize);
        self.owners.swap_remove(position as usize);
        (handle, self.owner(position))
    }

    /// Who waits for the handle at `position`; `None` for a marker.
    pub fn owner(&self, position: u32) -> Option<Owner> {
        self.owners.get(position as usize).copied()
    }

    /// Calls `poll` with the handles, followed by `marker`.
    pub fn with_marker(&mut self, marker: Option<Handle>, poll: impl FnOnce(&[Handle])) {
        self.handles.extend(marker);
        poll(&self.handles);
        self.handles.truncate(self.owners.len());
    }
}
