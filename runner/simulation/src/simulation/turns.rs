//! Whose turn it is: tasks that are passed over, and yields out of order.

use std::collections::VecDeque;

/// Counts turns: one ends when a task runs that has already run in it.
#[derive(Debug, Default)]
pub struct Turns {
    now: u64,
    /// Tasks that became runnable at once, in order; some have run since.
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
    /// The turn in which it became runnable.
    pub since: u64,
}

impl Turns {
    /// The number of this turn.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// A task runs which has last run in the turn `last`. Returns this turn.
    pub fn run(&mut self, last: Option<u64>) -> u64 {
        if last == Some(self.now) {
            self.now += 1;
        }
        self.now
    }

    /// A task becomes runnable, ahead of all that do later.
    pub fn enter(&mut self, task: u32) -> Place {
        let place = self.place();
        self.runnable.push_back(Entry { task, place });
        place
    }

    /// A task becomes runnable, ahead of none.
    pub fn place(&mut self) -> Place {
        let place = Place { number: self.entered, since: self.now };
        self.entered += 1;
        place
    }

    /// The first task that could run before the one at `place`, which runs now, and
    /// has not run since. `place_of` tells a task's place if it still waits for nothing.
    pub fn passed_over(
        &mut self,
        place: Place,
        place_of: impl Fn(u32) -> Option<Place>,
    ) -> Option<u32> {
        while let Some(entry) = self.runnable.front() {
            if place_of(entry.task) == Some(entry.place) {
                return (entry.place < place).then_some(entry.task);
            }
            self.runnable.pop_front();
        }
        None
    }
}
