use std::sync::Arc;

use super::{Event, Moment};

/// An event that became due, or was reported, at a moment and whose task has to run.
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

    /// The same event, as if it were owed only since that moment.
    pub fn since_now(self, since: Moment) -> Self {
        Self { since, passed_over: self.event.passed_over(), ..self }
    }

    /// Whether the guest has asked for the event since then, while the host had no budget
    /// left to report it.
    pub fn was_passed_over(&self) -> bool {
        self.event.passed_over() != self.passed_over
    }

    /// Whether the event's task has run for it, or no longer waits for it.
    pub fn is_settled(&self) -> bool {
        self.event.generation() != self.generation
    }
}
