use std::collections::VecDeque;
use std::ops::Range;

use super::pattern::{Action, Wait};
use super::waits::{Event, Waits};

/// Gives the waits of a program to tasks. A wait that began after a turn goes on where one was
/// ended by that turn. If none was, but a timer had been waited for, a task without a pollable
/// has slept until then: an executor may have one timer for all that sleep. Otherwise a task
/// that had an event starts another one. A wait that began after some rounds is that of a task
/// which had yielded before, and some task yields in each round.
pub fn tasks(waits: &Waits, rounds: &[usize]) -> Tasks {
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
    tasks
}

/// The places behind a range for which this holds.
fn next<T>(all: &[T], range: &Range<usize>, holds: impl FnMut(&&T) -> bool) -> Range<usize> {
    range.end..range.end + all[range.end..].iter().take_while(holds).count()
}

/// What waits in a program.
#[derive(Default)]
pub struct Tasks {
    /// What each task does.
    pub tasks: Vec<Vec<Action>>,
    /// How many of them run from the start: the first ones.
    pub started: usize,
    /// How often a task sleeps until a timer that another one waits for as well.
    pub sleeps: u64,
    /// By wait that has begun: its task, and whether that waits.
    of_wait: Vec<Option<(usize, bool)>>,
    /// The tasks whose waits have ended, the first one first.
    idle: VecDeque<usize>,
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
        let mut ended = events.iter().map(|it| waits.waits[it.wait].wait);
        let timer = ended.find(|it| matches!(it, Wait::Sleep(Some(_), _)));
        for wait in began {
            let woken = || timer.and_then(|timer| self.sleep(timer));
            let task = free.pop_front().or_else(woken).unwrap_or_else(|| self.start(parent));
            self.of_wait[wait] = Some((task, false));
            self.yields(task, waits.waits[wait].round);
        }
        self.idle.extend(free);
        if last_round.unwrap_or(0) < rounds {
            let task =
                parent.unwrap_or_else(|| if self.tasks.is_empty() { self.start(None) } else { 0 });
            self.yields(task, rounds);
        }
    }

    /// Lets a task sleep that has nothing else to do.
    fn sleep(&mut self, timer: Wait) -> Option<usize> {
        let task = self.idle.pop_front()?;
        self.tasks[task].push(Action::Wait(timer, None));
        self.sleeps += 1;
        Some(task)
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
