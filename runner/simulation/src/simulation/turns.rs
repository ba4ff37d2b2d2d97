//! Whose turn it is: tasks that are passed over, and yields out of order.

use std::collections::VecDeque;

/// Tasks that became runnable at once, in order; some have run since.
#[derive(Debug, Default)]
pub struct Turns {
    runnable: VecDeque<Entry>,
    entered: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    task: u32,
    place: Place,
}

/// A task's place among those that wait for nothing but the executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    number: u64,
    /// The steps there had been when it became runnable.
    pub since: u64,
}

impl Turns {
    /// A task becomes runnable, ahead of all that do later.
    pub fn enter(&mut self, task: u32, since: u64) -> Place {
        let place = self.place(since);
        self.runnable.push_back(Entry { task, place });
        place
    }

    /// A task becomes runnable, ahead of none.
    pub fn place(&mut self, since: u64) -> Place {
        let place = Place { number: self.entered, since };
        self.entered += 1;
        place
    }

    /// The task that could run first and has not run since, and its place. `place_of`
    /// tells a task's place if it still waits for nothing.
    pub fn first(&mut self, place_of: impl Fn(u32) -> Option<Place>) -> Option<(u32, Place)> {
        while let Some(entry) = self.runnable.front() {
            if place_of(entry.task) == Some(entry.place) {
                return Some((entry.task, entry.place));
            }
            self.runnable.pop_front();
        }
        None
    }
}
