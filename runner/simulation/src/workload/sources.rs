use crate::agenda::SourceId;
use crate::script::Script;

/// A source for each task, which the task keeps from its start until all tasks end.
pub(super) struct Sources {
    by_task: Vec<Option<SourceId>>,
    started: usize,
}

impl Sources {
    /// Makes room for `tasks` tasks, none of which has started.
    pub(super) fn new(tasks: u32) -> Self {
        Self { by_task: vec![None; tasks as usize], started: 0 }
    }

    /// The new source of a task that starts; `None` once all tasks have started.
    pub(super) fn start(&mut self, task: u32, script: &mut Script<'_>) -> Option<SourceId> {
        if self.all_started() {
            return None;
        }
        self.started += 1;
        let source = script.source();
        self.by_task[task as usize] = Some(source);
        Some(source)
    }

    /// Whether every task has started.
    pub(super) fn all_started(&self) -> bool {
        self.started == self.by_task.len()
    }

    /// The source of a task that has started.
    pub(super) fn of(&self, task: u32) -> SourceId {
        self.by_task[task as usize].expect("every task has started")
    }

    /// Gives an event to every task that has none under way, so that all tasks can end.
    /// Further calls do nothing.
    pub(super) fn release(&mut self, script: &mut Script<'_>) {
        script.release(std::mem::take(&mut self.by_task).into_iter().flatten());
    }
}
