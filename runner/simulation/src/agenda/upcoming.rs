use std::sync::Weak;

use super::{Event, SourceId};

/// Something in the future: an event of a source, or of a timer of the guest's.
pub(super) struct Upcoming {
    pub(super) due: u64,
    /// Ties are broken by order of scheduling, so that runs repeat.
    pub(super) order: u64,
    pub(super) event: Weak<Event>,
    pub(super) owner: Owner,
    /// Whether it is one of any number of planned events of its source.
    pub(super) is_planned: bool,
}

/// Whose event it is.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    Clock,
    Source(SourceId),
    /// All sources of this shared event.
    Shared(u32),
}

impl Upcoming {
    fn key(&self) -> (u64, u64) {
        (self.due, self.order)
    }

    /// Whether the event still exists and is still to happen at this time.
    pub(super) fn is_live(&self) -> bool {
        self.event.upgrade().is_some_and(|event| self.is_planned || event.due() == self.due)
    }
}

impl PartialEq for Upcoming {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Upcoming {}

impl PartialOrd for Upcoming {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Upcoming {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
