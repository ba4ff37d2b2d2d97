use std::sync::Arc;

use crate::agenda::{Event, SourceId};
use crate::script::Step;

/// The answer to `driver.next`. Pollables are still to be made from the events.
pub enum TaskStep {
    /// Await a new pollable.
    Wait(Arc<Event>),
    /// Await the same pollable once more.
    Again,
    /// Read a new stream, whose pollables stand for this event, until its end.
    Read(Arc<Event>),
    /// Let this many nanoseconds pass.
    Sleep(u64),
    /// Await a new pollable, but no longer than this many nanoseconds.
    Timeout(Arc<Event>, u64),
    /// Let others run.
    Yield,
    /// Await the first of new pollables.
    Race(Vec<Arc<Event>>),
    /// Await all of new pollables.
    Join(Vec<Arc<Event>>),
    /// Start a task.
    Spawn(u32),
    /// The task has ended.
    Done,
}

impl TaskStep {
    /// A workload's step, with the event of each source.
    ///
    /// `event` makes the event of a pollable that is to be made. The pollables of a stream
    /// are made by the guest.
    pub(super) fn new(
        step: &Step,
        mut event: impl FnMut(SourceId) -> Arc<Event>,
        stream: impl FnOnce(SourceId) -> Arc<Event>,
    ) -> Self {
        let mut events = |sources: &[SourceId]| sources.iter().map(|it| event(*it)).collect();
        match step {
            Step::Race(sources) => Self::Race(events(sources)),
            Step::Join(sources) => Self::Join(events(sources)),
            Step::Wait(source) => Self::Wait(event(*source)),
            Step::Timeout(source, nanoseconds) => Self::Timeout(event(*source), *nanoseconds),
            Step::Again => Self::Again,
            Step::Read(source, _) => Self::Read(stream(*source)),
            Step::Sleep(nanoseconds) => Self::Sleep(*nanoseconds),
            Step::Yield => Self::Yield,
            Step::Spawn(other) => Self::Spawn(*other),
            Step::Done => Self::Done,
        }
    }
}
