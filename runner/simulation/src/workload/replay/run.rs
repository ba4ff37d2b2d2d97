use std::sync::Arc;

use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

use super::pattern::{Action, Cause, EventId, Pattern, Wait};

/// A workload made from a trace.
pub struct Replay {
    pattern: Arc<Pattern>,
    /// By task of the guest.
    tasks: Vec<Task>,
    /// By event of the pattern.
    events: Vec<State>,
    /// When the trace began, in the time of this run.
    began: Option<u64>,
    is_released: bool,
}

#[derive(Clone)]
struct Task {
    /// Which task of the pattern it is.
    is: usize,
    next_action: usize,
    /// How often it still yields, before its next action.
    yields: usize,
    /// The event that it waits for.
    event: Option<EventId>,
    /// What it waits on.
    source: Option<SourceId>,
}

/// How far an event is that waits for another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Neither has it been caused, nor does a task wait for it.
    Neither,
    /// It has been caused.
    Caused,
    /// A task waits for it on a source.
    Awaited(SourceId),
}

impl Replay {
    /// The workload of a pattern.
    pub fn new(pattern: Arc<Pattern>) -> Self {
        let tasks = (0..pattern.started).map(Task::new).collect();
        let events = vec![State::Neither; pattern.causes.len()];
        Self { pattern, tasks, events, began: None, is_released: false }
    }

    /// Lets happen what a task's event causes.
    fn happened(&mut self, event: EventId, script: &mut Script<'_>) {
        // If the wait has ended by its limit, the event has nowhere to happen any more.
        self.events[event] = State::Caused;
        for caused in self.pattern.caused_by(event) {
            let state = &mut self.events[caused];
            if let State::Awaited(source) = *state {
                script.agenda.fire(source);
            }
            *state = State::Caused;
        }
    }

    /// Makes an event happen on a source: now, later, or when another one has happened.
    fn await_on(&mut self, source: SourceId, event: EventId, script: &mut Script<'_>) {
        match self.pattern.causes[event] {
            Cause::Time(at) => {
                let delay = self.until(at, script);
                script.agenda.fire_in(source, delay);
            }
            Cause::Event if self.events[event] == State::Neither => {
                self.events[event] = State::Awaited(source);
            }
            Cause::Event | Cause::Nothing => script.agenda.fire(source),
        }
    }

    /// The time until a moment of the trace.
    fn until(&mut self, at: u64, script: &Script<'_>) -> u64 {
        let now = script.agenda.now();
        self.began.get_or_insert(now).saturating_add(at).saturating_sub(now)
    }

    fn wind_down(&mut self, script: &mut Script<'_>) {
        if !std::mem::replace(&mut self.is_released, true) {
            script.release(self.tasks.iter().filter_map(|it| it.source));
        }
    }
}

impl Workload for Replay {
    fn plan(&self) -> Plan {
        Plan::io(self.pattern.started as u32, 1, self.pattern.ends().saturating_sub(1).max(1))
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        let task = task as usize;
        let happened = self.tasks[task].event.take();
        if script.winding_down {
            self.tasks[task].source = None;
            self.wind_down(script);
            return Step::Done;
        }
        self.began.get_or_insert(script.agenda.now());
        if let Some(event) = happened {
            self.happened(event, script);
        }
        let Task { is, next_action, yields, source, .. } = &mut self.tasks[task];
        if let Some(left) = yields.checked_sub(1) {
            (*yields, *source) = (left, None);
            return Step::Yield;
        }
        let Some(action) = self.pattern.tasks[*is].get(*next_action).copied() else {
            *source = None;
            return Step::Done;
        };
        *next_action += 1;
        match action {
            Action::Yield(times) => {
                (*yields, *source) = (times - 1, None);
                Step::Yield
            }
            // With any other step the pollable of the step before ends.
            Action::Spawn(other) => {
                *source = None;
                self.tasks.push(Task::new(other));
                Step::Spawn(self.tasks.len() as u32 - 1)
            }
            Action::Wait(wait, event) => {
                self.tasks[task].event = event;
                self.wait(task, wait, event, script)
            }
        }
    }
}

impl Replay {
    fn wait(
        &mut self,
        task: usize,
        wait: Wait,
        event: Option<EventId>,
        script: &mut Script<'_>,
    ) -> Step {
        let same = self.tasks[task].source.take();
        let (source, step) = match (wait, same) {
            (Wait::Sleep(Some(due), _), _) => return Step::Sleep(self.until(due, script)),
            (Wait::Sleep(None, nanoseconds), _) => return Step::Sleep(nanoseconds),
            (Wait::TimeUp(limit), _) => return Step::Timeout(script.source(), limit),
            (Wait::InTime(limit), _) => {
                let source = script.source();
                (source, Step::Timeout(source, limit))
            }
            (Wait::Again, Some(source)) => (source, Step::Again),
            (Wait::New | Wait::Again, _) => {
                let source = script.source();
                (source, Step::Wait(source))
            }
            (Wait::Race(losers), _) => {
                let sources: Vec<_> = (0..=losers).map(|_| script.source()).collect();
                (sources[0], Step::Race(sources))
            }
        };
        self.tasks[task].source = Some(source);
        if let Some(event) = event {
            self.await_on(source, event, script);
        }
        step
    }
}

impl Task {
    fn new(is: usize) -> Self {
        Self { is, next_action: 0, yields: 0, event: None, source: None }
    }
}
