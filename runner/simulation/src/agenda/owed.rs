use std::sync::Arc;

use super::{Event, Moment};

/// An event that was due, or reported, at a moment.
pub(crate) struct Owed {
    pub event: Arc<Event>,
    generation: u32,
    passed_over: u32,
    pub since: Moment,
}

impl Owed {
    pub fn new(event: &Arc<Event>, since: Moment) -> Self {
        Self {
            event: event.clone(),
            generation: event.generation(),
            passed_over: event.passed_over(),
            since,
        }
    }

    /// The same, as if it were so only since then.
    pub fn since_now(self, since: Moment) -> Self {
        Self { since, passed_over: self.event.passed_over(), ..self }
    }

    /// Whether the guest has asked for it since, and the host had no budget left to tell.
    pub fn was_passed_over(&self) -> bool {
        self.event.passed_over() != self.passed_over
    }

    /// Whether its task has run for it, or waits for it no longer.
    pub fn is_settled(&self) -> bool {
        self.event.generation() != self.generation
    }
}
