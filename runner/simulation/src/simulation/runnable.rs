//! Whose turn it is: tasks that are passed over, and yields out of order.

use std::collections::VecDeque;

/// Runnable tasks, which wait only for the executor, in the order in which they became
/// runnable.
#[derive(Debug, Default)]
pub struct RunnableTasks {
    /// May contain tasks that have run since.
    queue: VecDeque<(u32, QueuePlace)>,
    /// By task: its place, while it has one.
    places: Vec<Option<QueuePlace>>,
    runnable: usize,
    entered: u64,
}

/// A runnable task's place among all runnable tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueuePlace {
    number: u64,
    /// The number of steps taken when the task became runnable.
    pub since: u64,
}

impl RunnableTasks {
    /// Adds a task that becomes runnable to the end of the queue.
    pub fn enter(&mut self, task: u32, since: u64) {
        let place = self.take_place(task, since);
        self.queue.push_back((task, place));
    }

    /// Gives a task that becomes runnable a place without adding it to the queue, so that
    /// tasks which become runnable later may run before it.
    pub fn enter_unordered(&mut self, task: u32, since: u64) {
        self.take_place(task, since);
    }

    /// Called when a task runs: takes its place away and returns it, if it had one.
    pub fn leave(&mut self, task: u32) -> Option<QueuePlace> {
        let place = self.places.get_mut(task as usize)?.take()?;
        self.runnable -= 1;
        Some(place)
    }

    /// The task at the head of the queue, and its place.
    pub fn first(&mut self) -> Option<(u32, QueuePlace)> {
        while let Some((task, place)) = self.queue.front() {
            if self.places[*task as usize] == Some(*place) {
                return Some((*task, *place));
            }
            self.queue.pop_front();
        }
        None
    }

    /// How many tasks have a place.
    pub fn count(&self) -> usize {
        self.runnable
    }

    fn take_place(&mut self, task: u32, since: u64) -> QueuePlace {
        let index = task as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, None);
        }
        let place = QueuePlace { number: self.entered, since };
        self.places[index] = Some(place);
        self.entered += 1;
        self.runnable += 1;
        place
    }
}
