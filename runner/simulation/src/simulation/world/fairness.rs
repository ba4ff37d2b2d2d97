//! Checks that nothing waits for too long: events that are not reported, tasks that are
//! passed over, timers that the guest does not notice.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use pollbench_reports::record::FailureKind;

use super::{Checks, Simulation, Waiting};
use crate::agenda::{Event, Moment, Owed};
use crate::simulation::{
    LATE_NANOSECONDS, STARVED_STEPS, STARVED_STEPS_A_TASK, UNSEEN_POLLS_A_TASK, UNSEEN_STEPS,
    UNSEEN_STEPS_A_TASK, Violation,
};

/// The events and timers whose tasks have to run soon.
#[derive(Default)]
pub(super) struct Fairness {
    /// The reported events, in the order in which they were reported; some may have been
    /// consumed since.
    reported: VecDeque<Reported>,
    /// The ends of sleeps and time-outs, each with its task, the earliest first; some are
    /// no longer waited for.
    deadlines: BinaryHeap<Reverse<(u64, u32)>>,
    /// The earliest deadline that has passed, and the step count when that was noticed.
    overdue: Option<(Reverse<(u64, u32)>, u64)>,
    /// When the window closed: events that became due before then still have to be
    /// consumed.
    closed_at: Option<Moment>,
}

struct Reported {
    owed: Owed,
    /// How many steps of other tasks may come first, not counting those for events reported
    /// in the same batch.
    allowed: u64,
    /// Whether the steps for the batch have been added.
    knows_batch: bool,
}

impl Fairness {
    /// Records that the host reports an event while `at_once` tasks are runnable.
    pub(super) fn reported(&mut self, event: &Arc<Event>, now: Moment, at_once: usize) {
        let ahead = (self.reported.len() + at_once) as u64;
        let allowed = STARVED_STEPS + STARVED_STEPS_A_TASK * ahead;
        self.reported.push_back(Reported {
            owed: Owed::new(event, now),
            allowed,
            knows_batch: false,
        });
    }

    /// Allows the first reported event to wait for all events of its batch, because the
    /// guest may serve them in any order. Returns whether that was not allowed before.
    fn allow_batch(&mut self) -> bool {
        let Some(first) = self.reported.front().filter(|it| !it.knows_batch) else { return false };
        let since = first.owed.since;
        let batch = self.reported.iter().take_while(|it| it.owed.since == since).count();
        let first = &mut self.reported[0];
        first.knows_batch = true;
        first.allowed += STARVED_STEPS_A_TASK * batch as u64;
        true
    }

    /// Records that a task waits until a time at most.
    pub(super) fn sleeps(&mut self, task: u32, until: u64) {
        self.deadlines.push(Reverse((until, task)));
    }
}

impl Simulation {
    /// Checks at each step that nothing waits for too long. If the engine runs the loop,
    /// the order is not the guest's choice, and nothing is checked.
    pub(super) fn check_fairness(&mut self) -> Result<(), Violation> {
        if self.pending.any {
            return Ok(());
        }
        self.check_reported()?;
        self.check_unseen()?;
        self.check_runnable()?;
        self.check_overdue()
    }

    /// Checks the events that the host has reported.
    fn check_reported(&mut self) -> Result<(), Violation> {
        let steps = self.tally.total.steps;
        loop {
            let Some(Checks { fairness, .. }) = &mut self.checks else { return Ok(()) };
            let Some(Reported { owed, allowed, .. }) = fairness.reported.front() else {
                return Ok(());
            };
            let waited = steps - owed.since.steps;
            if !owed.is_settled() && (waited <= *allowed || fairness.allow_batch()) {
                return Ok(());
            }
            let Some(Checks { fairness, .. }) = &self.checks else { return Ok(()) };
            let Some(Reported { owed, .. }) = fairness.reported.front() else { return Ok(()) };
            let later = fairness.reported.iter().skip(1).map(|it| &it.owed.event);
            let task =
                if owed.is_settled() { None } else { self.who_waits_for(&owed.event, later) };
            if let Some(task) = task.filter(|task| self.can_know(*task)) {
                let message = format!(
                    "the host reported the event of task {task}, and other tasks ran {waited} times since but not this one"
                );
                return Err(self.violate_by(task as u32, FailureKind::Starved, message));
            }
            if let Some(Checks { fairness, .. }) = &mut self.checks {
                fairness.reported.pop_front();
            }
        }
    }

    /// Checks the events that are due, reported or not. A host with too much to report
    /// takes the first ones of its table again and again. A guest that asks for the others
    /// can't help that, so they do not fail it; their waits show in the latency.
    fn check_unseen(&mut self) -> Result<(), Violation> {
        let now = self.agenda.latencies.now();
        let tasks = self.tasks.len() as u64;
        let (steps, polls) =
            (UNSEEN_STEPS + UNSEEN_STEPS_A_TASK * tasks, UNSEEN_POLLS_A_TASK * tasks);
        loop {
            let Some(owed) = self.agenda.owed.as_ref().and_then(VecDeque::front) else {
                return Ok(());
            };
            // An executor that asks for a few at a time is fair as long as it asks.
            let waited = now.steps - owed.since.steps;
            let asked = now.polls - owed.since.polls;
            let is_fair = waited <= steps || (asked <= polls && waited <= steps * asked);
            if !owed.is_settled() && is_fair {
                return Ok(());
            }
            let later = self.agenda.owed.iter().flatten().skip(1).map(|it| &it.event);
            let task =
                if owed.is_settled() { None } else { self.who_waits_for(&owed.event, later) };
            if let Some(task) = task.filter(|_| !owed.was_passed_over()) {
                let message = format!(
                    "the event of task {task} has been due while other tasks ran {waited} times, and this one did not"
                );
                return Err(self.violate_by(task as u32, FailureKind::Starved, message));
            }
            if let Some(owed) = &mut self.agenda.owed {
                let first = owed.pop_front();
                // Keep watching the event, because its task may still starve.
                owed.extend(first.filter(|_| task.is_some()).map(|it| it.since_now(now)));
            }
        }
    }

    /// Checks the runnable tasks.
    fn check_runnable(&mut self) -> Result<(), Violation> {
        let allowed = STARVED_STEPS + STARVED_STEPS_A_TASK * self.tasks.len() as u64;
        let Some(Checks { runnable, .. }) = &mut self.checks else { return Ok(()) };
        let Some((task, place)) = runnable.first() else { return Ok(()) };
        let waited = self.tally.total.steps - place.since;
        if waited <= allowed {
            return Ok(());
        }
        let message = format!("task {task} could run and was passed over for {waited} steps");
        Err(self.violate_by(task, FailureKind::Starved, message))
    }

    /// Checks the timers of a guest that never blocks.
    fn check_overdue(&mut self) -> Result<(), Violation> {
        let Some((until, task)) = self.first_deadline() else { return Ok(()) };
        let (now, steps) = (self.agenda.now(), self.tally.total.steps);
        let Some(Checks { fairness, .. }) = &mut self.checks else { return Ok(()) };
        if until > now {
            return Ok(());
        }
        let first = Reverse((until, task));
        let since = match fairness.overdue {
            Some((known, since)) if known == first => since,
            _ => steps,
        };
        fairness.overdue = Some((first, since));
        let allowed = UNSEEN_STEPS + UNSEEN_STEPS_A_TASK * self.tasks.len() as u64;
        if steps - since <= allowed {
            return Ok(());
        }
        let late = now - until;
        let message = format!(
            "the timer of task {task} was over {late} ns ago, and tasks ran {} times since",
            steps - since
        );
        Err(self.violate_by(task, FailureKind::Late, message))
    }

    /// Checks, when the guest blocks, the timers that are over or will be over before
    /// anything happens.
    pub(super) fn check_sleepers(&mut self) -> Result<(), Violation> {
        let Some((until, task)) = self.first_deadline() else { return Ok(()) };
        let Some(next) = self.agenda.next() else { return Ok(()) };
        let late = next.saturating_sub(until);
        if late <= LATE_NANOSECONDS {
            return Ok(());
        }
        let message = format!(
            "the guest blocks for something that comes {late} ns after the timer of task {task} is over"
        );
        Err(self.violate_by(task, FailureKind::Late, message))
    }

    /// The first time until which a task waits, and which task.
    fn first_deadline(&mut self) -> Option<(u64, u32)> {
        let fairness = &mut self.checks.as_mut()?.fairness;
        while let Some(Reverse((until, task))) = fairness.deadlines.peek() {
            if self.tasks[*task as usize].until() == Some(*until) {
                return Some((*until, *task));
            }
            fairness.deadlines.pop();
        }
        None
    }

    /// Whether all events that were due when the window closed have been consumed.
    pub(super) fn is_settled(&mut self) -> bool {
        // If the engine runs the loop, the order is not the guest's choice.
        if self.pending.any {
            return true;
        }
        let now = self.agenda.latencies.now();
        let Some(Checks { fairness, .. }) = &mut self.checks else { return true };
        let closed_at = *fairness.closed_at.get_or_insert(now);
        let Some(owed) = &mut self.agenda.owed else { return true };
        while owed.front().is_some_and(|it| it.is_settled() || it.was_passed_over()) {
            owed.pop_front();
        }
        owed.front().is_none_or(|first| first.since >= closed_at)
    }

    /// Whether the guest knows that a task could run for an event which was reported: of a
    /// join it has to have learned of every event.
    fn can_know(&self, task: usize) -> bool {
        let waiting = &self.tasks[task];
        let mut sources = waiting.sources().iter();
        !matches!(waiting, Waiting::Join(_)) || sources.all(|it| self.agenda.is_reported(*it))
    }

    /// The task that could run for an event, if there is one. `later` are the events that
    /// came after it: a join could run only since the last of its events.
    fn who_waits_for<'a>(
        &self,
        event: &Arc<Event>,
        mut later: impl Iterator<Item = &'a Arc<Event>>,
    ) -> Option<usize> {
        let is_of = |waiting: &Waiting, event: &Arc<Event>| {
            let mut sources = waiting.sources().iter();
            sources.any(|source| Arc::ptr_eq(&self.agenda.event(*source), event))
        };
        let task = self.tasks.iter().position(|waiting| is_of(waiting, event))?;
        let waiting = &self.tasks[task];
        let is_last = !matches!(waiting, Waiting::Join(_)) || !later.any(|it| is_of(waiting, it));
        (waiting.has_happened(&self.agenda) && is_last).then_some(task)
    }
}
