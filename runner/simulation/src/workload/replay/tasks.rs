use std::collections::VecDeque;
use std::ops::Range;

use super::pattern::{Action, Wait};
use super::waits::{Event, Waits};

/// Gives the waits of a program to tasks, and says how many of these run from the start. A wait
/// that began after a turn goes on where one was ended by that turn. If none was, a task that
/// had an event then starts another one. A wait that began after some rounds is that of a task
/// which had yielded before, and some task yields in each round.
pub fn tasks(waits: &Waits, rounds: &[usize]) -> (Vec<Vec<Action>>, usize) {
    let mut tasks = Tasks { of_wait: vec![None; waits.waits.len()], ..Tasks::default() };
    let (mut began, mut events) = (0..0, 0..0);
    for (turn, rounds) in rounds.iter().enumerate() {
        began = next(&waits.waits, &began, |it| it.began == turn);
        tasks.begin(waits, began.clone(), &waits.events[events.clone()], *rounds);
        let happen = next(&waits.events, &events, |it| it.turn == turn);
        tasks.wait(waits, happen.clone());
        // Some turns had only what is no event of a task.
        if !happen.is_empty() {
            events = happen;
        }
    }
    tasks.wait_for_ever(waits);
    (tasks.tasks, tasks.started)
}

/// The places behind a range for which this holds.
fn next<T>(all: &[T], range: &Range<usize>, holds: impl FnMut(&&T) -> bool) -> Range<usize> {
    range.end..range.end + all[range.end..].iter().take_while(holds).count()
}

#[derive(Default)]
struct Tasks {
    tasks: Vec<Vec<Action>>,
    started: usize,
    /// By wait that has begun: its task, and whether that waits.
    of_wait: Vec<Option<(usize, bool)>>,
}

impl Tasks {
    /// Lets waits begin, after these events and in so many rounds.
    fn begin(&mut self, waits: &Waits, began: Range<usize>, events: &[Event], rounds: usize) {
        let task_of = |it: &Event| self.of_wait[it.wait].map(|it| it.0);
        let has_ended = |it: &&Event| waits.waits[it.wait].end == Some(it.turn);
        // Whoever starts another task can't keep its own pollable.
        let parent = events.iter().find(has_ended).or(events.first()).and_then(task_of);
        let mut free: VecDeque<usize> =
            events.iter().filter(has_ended).filter_map(task_of).collect();
        let last_round = waits.waits[began.clone()].iter().map(|it| it.round).max();
        for wait in began {
            let task = free.pop_front().unwrap_or_else(|| self.start(parent));
            self.of_wait[wait] = Some((task, false));
            self.yields(task, waits.waits[wait].round);
        }
        if last_round.unwrap_or(0) < rounds {
            let task = parent.unwrap_or_else(|| if self.tasks.is_empty() { self.start(None) } else { 0 });
            self.yields(task, rounds);
        }
    }

    fn yields(&mut self, task: usize, times: usize) {
        if times > 0 {
            self.tasks[task].push(Action::Yield(times));
        }
    }

    fn start(&mut self, parent: Option<usize>) -> usize {
        let task = self.tasks.len();
        self.tasks.push(Vec::new());
        match parent {
            Some(parent) => self.tasks[parent].push(Action::Spawn(task)),
            None => self.started += 1,
        }
        task
    }

    /// Lets tasks wait for these events.
    fn wait(&mut self, waits: &Waits, events: Range<usize>) {
        for event in events {
            let wait = waits.events[event].wait;
            if let Some((task, waited)) = &mut self.of_wait[wait] {
                let how = if *waited { Wait::Again } else { waits.waits[wait].wait };
                *waited = true;
                self.tasks[*task].push(Action::Wait(how, Some(event)));
            }
        }
    }

    /// Lets the tasks wait for what never happened.
    fn wait_for_ever(&mut self, waits: &Waits) {
        for (wait, of_wait) in waits.waits.iter().zip(&self.of_wait) {
            if let (None, Some((task, waited))) = (wait.end, of_wait) {
                let how = if *waited { Wait::Again } else { wait.wait };
                self.tasks[*task].push(Action::Wait(how, None));
            }
        }
    }
}
