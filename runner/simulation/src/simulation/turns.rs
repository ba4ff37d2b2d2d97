//! Whose turn it is: tasks that are passed over, and yields out of order.

use std::collections::VecDeque;

/// Tasks that wait for nothing but the executor, in the order in which they became so.
#[derive(Debug, Default)]
pub struct Turns {
    /// Some have run since.
    queue: VecDeque<(u32, Place)>,
    /// By task: its place, while it has one.
    places: Vec<Option<Place>>,
    runnable: usize,
    entered: u64,
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
    pub fn enter(&mut self, task: u32, since: u64) {
        let place = self.take_place(task, since);
        self.queue.push_back((task, place));
    }

    /// A task becomes runnable and takes a place without joining the queue, so that later
    /// ones may run before it.
    pub fn enter_aside(&mut self, task: u32, since: u64) {
        self.take_place(task, since);
    }

    /// A task runs, and gives up its place if it had one.
    pub fn leave(&mut self, task: u32) -> Option<Place> {
        let place = self.places.get_mut(task as usize)?.take()?;
        self.runnable -= 1;
        Some(place)
    }

    /// The task at the head of the queue, and its place.
    pub fn first(&mut self) -> Option<(u32, Place)> {
        while let Some((task, place)) = self.queue.front() {
            if self.places[*task as usize] == Some(*place) {
                return Some((*task, *place));
            }
            self.queue.pop_front();
        }
        None
    }

    /// How many tasks have a place.
    pub fn runnable(&self) -> usize {
        self.runnable
    }

    fn take_place(&mut self, task: u32, since: u64) -> Place {
        let index = task as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, None);
        }
        let place = Place { number: self.entered, since };
        self.places[index] = Some(place);
        self.entered += 1;
        self.runnable += 1;
        place
    }
}
