use pollbench_executor::{Handle, Token};

/// What the guest knows of the pollables in its set. Their tokens there are their
/// handles.
#[derive(Default)]
pub struct Members {
    /// By handle.
    members: Vec<Member>,
    waiting: usize,
}

/// A pollable as the set has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Member {
    /// Not in the set.
    #[default]
    Absent,
    /// In the set, and nobody waits for it.
    Idle,
    /// In the set, for the sake of this.
    Waiting(Token),
}

impl Members {
    /// Whether nobody waits for anything.
    pub fn is_idle(&self) -> bool {
        self.waiting == 0
    }

    /// A pollable's state becomes another; returns the one before.
    pub fn replace(&mut self, handle: Handle, member: Member) -> Member {
        let index = handle.0 as usize;
        if index >= self.members.len() {
            self.members.resize(index + 1, Member::Absent);
        }
        let before = std::mem::replace(&mut self.members[index], member);
        self.waiting += usize::from(matches!(member, Member::Waiting(_)));
        self.waiting -= usize::from(matches!(before, Member::Waiting(_)));
        before
    }

    /// A pollable that is dropped leaves the set by itself.
    pub fn dropped(&mut self, handle: Handle) {
        if (handle.0 as usize) < self.members.len() {
            self.replace(handle, Member::Absent);
        }
    }
}
