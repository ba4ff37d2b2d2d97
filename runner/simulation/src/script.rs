//! The contract between a workload and the simulation that runs it.

use pollbench_reports::record::Measures;

use crate::agenda::{Agenda, SourceId};

/// Scripts every task of one run.
pub trait Workload: Send {
    /// How much there is to do.
    fn plan(&self) -> Plan;

    /// What `task` does next. It is called with outcome 0 when the task starts,
    /// and then with the outcome of the step before. While the task reads a stream, it is
    /// called for each event of the stream, with outcome 0.
    fn next(&mut self, task: u32, outcome: u32, script: &mut Script<'_>) -> Step;
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Tasks that run from the start.
    pub tasks: u32,
    /// Which kind of events the following numbers count.
    pub measures: Measures,
    /// The events before the measured window, at least 1.
    pub warm_up: u64,
    /// The events in the measured window.
    pub measured: u64,
}

impl Plan {
    /// A plan that counts the events of pollables and timers.
    pub fn io(tasks: u32, warm_up: u64, measured: u64) -> Self {
        Self { tasks, measures: Measures::Io, warm_up, measured }
    }

    /// A plan that counts yields.
    pub fn yields(tasks: u32, warm_up: u64, measured: u64) -> Self {
        Self { tasks, measures: Measures::Yields, warm_up, measured }
    }

    /// Events until the workload winds down.
    pub fn events(&self) -> u64 {
        self.warm_up + self.measured
    }
}

/// What a workload can do to the world while it scripts a step.
pub struct Script<'a> {
    /// Where it makes events happen.
    pub agenda: &'a mut Agenda,
    /// Whether every planned event has happened, so that the tasks have to end.
    pub winding_down: bool,
}

impl<'a> Script<'a> {
    pub(crate) fn new(agenda: &'a mut Agenda, winding_down: bool) -> Self {
        Self { agenda, winding_down }
    }

    /// A new source for a task to wait on.
    pub(crate) fn source(&mut self) -> SourceId {
        self.agenda.add_source()
    }

    /// Fires every source that has no event under way, so that its task can end.
    pub(crate) fn release(&mut self, sources: impl IntoIterator<Item = SourceId>) {
        for source in sources {
            if !self.agenda.is_scheduled(source) {
                self.agenda.fire(source);
            }
        }
    }
}

/// A step of the contract, its pollables still named by their sources.
///
/// A source ends with the step after the one it was given in, unless that is
/// `Again`; each is given in one step only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Await the source.
    Wait(SourceId),
    /// Await the same source once more; only after `Wait`, `Read` and `Again`.
    Again,
    /// Read a stream. Each event of the source is so many bytes that arrive, if the step
    /// which follows is `Again`; with any other step, it is the end of the stream.
    Read(SourceId, u32),
    /// Let this many nanoseconds pass.
    Sleep(u64),
    /// Await the source, but no longer than this many nanoseconds.
    Timeout(SourceId, u64),
    /// Let the other runnable tasks run first.
    Yield,
    /// Await the first of the sources, of which there is at least one.
    Race(Vec<SourceId>),
    /// Await all of the sources, of which there is at least one.
    Join(Vec<SourceId>),
    /// Start a task that does not run yet, and go on.
    Spawn(u32),
    /// The task has ended.
    Done,
}
