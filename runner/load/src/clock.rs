use std::time::Instant;

use crate::plan::nanoseconds;

/// Nanoseconds since the start.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(crate) fn now(self) -> u64 {
        nanoseconds(self.start.elapsed())
    }
}
