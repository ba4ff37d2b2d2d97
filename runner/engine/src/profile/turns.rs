//! Records the turns of a guest's loop while it is profiled.

use pollbench_reports::profile::{LongWait, Step, Turn, WokenBy};
use quanta::Clock;

/// The turns of the measured window, from the first poll in it.
///
/// Their times have the cost of observing in them, which a split is freed of.
#[derive(Debug, Default)]
pub struct Turns {
    most: usize,
    is_open: bool,
    /// The time stamp at which the window opened.
    opened: u64,
    open: Option<Open>,
    /// The turns that are over, with the number of steps before each.
    over: Vec<(Times, usize)>,
    /// The steps of all turns, in order.
    steps: Vec<Step>,
    /// The longest waits, the longest first.
    waits: Vec<LongWait>,
    left_out: u64,
}

/// What was recorded.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The first turns of the measured window, in order.
    pub turns: Vec<Turn>,
    /// How many more there were.
    pub left_out: u64,
    /// Of these turns, the longest waits, the longest first.
    pub waits: Vec<LongWait>,
}

/// How many waits are kept.
const WAITS: usize = 8;

/// A turn that goes on.
#[derive(Clone, Copy, Debug)]
struct Open {
    times: Times,
    /// What the profile's parts had come to when it began.
    began: Spent,
    first_step: usize,
}

/// The time stamps and counts of a turn; durations are in the clock's ticks.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    start: u64,
    handles: u32,
    ready: u32,
    poll: u64,
    guest: u64,
}

/// How many ticks were spent so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// In calls of `poll`, boundary included.
    pub poll: u64,
    /// In the guest.
    pub guest: u64,
}

impl Turns {
    /// Records at most so many turns, the first ones of the window.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Notes that the window opens at a time stamp.
    pub fn window_opens(&mut self, now: u64) {
        (self.is_open, self.opened) = (true, now);
    }

    /// Notes that the window closes. What is under way ends with it.
    pub fn window_closes(&mut self, spent: Spent) {
        self.end_turn(spent);
        self.is_open = false;
    }

    /// Notes that the guest has called `poll` at a time stamp.
    pub fn polls(&mut self, start: u64, spent: Spent) {
        if !self.is_open {
            return;
        }
        self.end_turn(spent);
        let times = Times { start, ..Times::default() };
        self.open = Some(Open { times, began: spent, first_step: self.steps.len() });
    }

    /// Notes how many handles the poll was passed, and how many were ready.
    pub fn polled(&mut self, handles: usize, ready: usize) {
        if let Some(Open { times, .. }) = &mut self.open {
            (times.handles, times.ready) = (clamped(handles), clamped(ready));
        }
    }

    /// Notes that a task runs for what was due `polls` polls ago.
    pub fn runs(&mut self, task: u32, woken_by: WokenBy, polls: u64) {
        if self.open.is_none() {
            return;
        }
        self.steps.push(Step { task, woken_by });
        let is_long =
            self.waits.len() < WAITS || self.waits.last().is_some_and(|it| it.polls < polls);
        if is_long && self.over.len() < self.most {
            self.waits.push(LongWait { turn: self.over.len() as u64, task, polls });
            // Of equal waits the first stays first.
            self.waits.sort_by_key(|it| std::cmp::Reverse(it.polls));
            self.waits.truncate(WAITS);
        }
    }

    fn end_turn(&mut self, spent: Spent) {
        let Some(Open { mut times, began, first_step }) = self.open.take() else { return };
        if self.over.len() == self.most {
            self.steps.truncate(first_step);
            self.left_out += 1;
            return;
        }
        times.poll = spent.poll - began.poll;
        times.guest = spent.guest - began.guest;
        self.over.push((times, first_step));
    }

    /// What was recorded, with times in nanoseconds from the opening of the window.
    pub fn finish(self, clock: &Clock) -> Recorded {
        let ends = self.over.iter().skip(1).map(|it| it.1).chain([self.steps.len()]);
        let turn = |(&(times, first), end): (&(Times, usize), usize)| Turn {
            start: clock.delta_as_nanos(self.opened, times.start),
            handles: times.handles,
            ready: times.ready,
            poll: clock.delta_as_nanos(0, times.poll),
            guest: clock.delta_as_nanos(0, times.guest),
            steps: self.steps[first..end].to_vec(),
        };
        let turns = self.over.iter().zip(ends).map(turn).collect();
        Recorded { turns, left_out: self.left_out, waits: self.waits }
    }
}

fn clamped(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(poll: u64, guest: u64) -> Spent {
        Spent { poll, guest }
    }

    /// Turns whose clock has a tick a nanosecond.
    fn recorded(most: usize) -> Recorded {
        let (clock, mock) = Clock::mock();
        mock.increment(0);
        let mut turns = Turns::new(most);
        turns.polls(5, spent(0, 0));
        turns.runs(9, WokenBy::Start, 9);
        turns.window_opens(10);
        turns.runs(8, WokenBy::Yield, 8);
        turns.polls(20, spent(100, 50));
        turns.polled(7, 2);
        turns.runs(1, WokenBy::Pollable, 1);
        turns.runs(2, WokenBy::Timer, 2);
        turns.polls(60, spent(130, 55));
        turns.polled(6, 0);
        turns.polls(90, spent(145, 62));
        turns.polled(5, 1);
        turns.runs(3, WokenBy::Pollable, 3);
        turns.window_closes(spent(150, 70));
        turns.polls(200, spent(160, 80));
        turns.finish(&clock)
    }

    #[test]
    fn turns_are_those_of_the_window() {
        let Recorded { turns, left_out, waits } = recorded(10);
        let of = |it: &Turn| (it.start, it.handles, it.ready, it.poll, it.guest, it.steps.len());
        let turns: Vec<_> = turns.iter().map(of).collect();
        assert_eq!(turns, [(10, 7, 2, 30, 5, 2), (50, 6, 0, 15, 7, 0), (80, 5, 1, 5, 8, 1)]);
        assert_eq!(left_out, 0);
        let waits: Vec<_> = waits.iter().map(|it| (it.turn, it.task, it.polls)).collect();
        assert_eq!(waits, [(2, 3, 3), (0, 2, 2), (0, 1, 1)]);
    }

    #[test]
    fn turns_that_are_too_many_are_counted() {
        let Recorded { turns, left_out, waits } = recorded(2);
        assert_eq!((turns.len(), left_out, waits.len()), (2, 1, 2));
        assert_eq!(turns[0].steps[1], Step { task: 2, woken_by: WokenBy::Timer });
        assert!(turns[1].steps.is_empty());
    }
}
