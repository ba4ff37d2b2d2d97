use std::sync::Arc;

use super::Event;

/// An event that was due, or reported, when so many steps had been taken.
pub(crate) struct Owed {
    pub event: Arc<Event>,
    generation: u32,
    pub since: u64,
}

impl Owed {
    pub fn new(event: &Arc<Event>, since: u64) -> Self {
        Self { event: event.clone(), generation: event.generation(), since }
    }

    /// The same, as if it were so only since so many steps.
    pub fn since_now(self, since: u64) -> Self {
        Self { since, ..self }
    }

    /// Whether its task has run for it, or waits for it no longer.
    pub fn is_settled(&self) -> bool {
        self.event.generation() != self.generation
    }
}
