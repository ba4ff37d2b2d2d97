//! Keeps a log of what the guest does, where one is wanted.

use std::sync::Arc;

use pollbench_reports::profile::{CallLog, PollableName};

use super::Simulation;
use crate::agenda::Event;
use crate::simulation::TaskStep;
use crate::simulation::check::Waiting;
use crate::simulation::log::{Kept, Log};

impl Simulation {
    /// From now on, keeps what the guest does. Only a guest that is checked has a log.
    pub fn keep_log(&mut self, kept: Kept) {
        if let Some(checks) = &mut self.checks {
            checks.log = Some(Box::new(Log::new(kept)));
        }
    }

    /// Whether what the guest does is kept, so that [`Simulation::log_poll`],
    /// [`Simulation::log_ready`] and [`Simulation::log_block`] are to be called.
    pub fn is_logged(&self) -> bool {
        self.checks.as_ref().is_some_and(|checks| checks.log.is_some())
    }

    /// Called when a poll of some pollables has begun, with the event of each where it is
    /// known.
    pub fn log_poll<'a>(&mut self, events: impl Iterator<Item = Option<&'a Arc<Event>>>) {
        let (now, steps) = (self.agenda.now(), self.tally.total.steps);
        if let Some(log) = self.log() {
            log.polls(now, steps, events);
        }
    }

    /// Called when the guest has asked whether a pollable is ready.
    pub fn log_ready(&mut self, event: Option<&Arc<Event>>, is_ready: bool) {
        if let Some(log) = self.log() {
            log.asked(event, is_ready);
        }
    }

    /// Called when the guest waits for one pollable.
    pub fn log_block(&mut self, event: Option<&Arc<Event>>) {
        if let Some(log) = self.log() {
            log.blocked(event);
        }
    }

    /// Takes the log, if there is one. It says more of the task that a violation is about
    /// or, if it is about none, of the first one that could run.
    pub fn take_log(&mut self) -> Option<CallLog> {
        let checks = self.checks.as_mut()?;
        let log = checks.log.take()?;
        let culprit = checks.culprit;
        let could_run = || {
            let waits = self.tasks.iter().position(|it| it.has_happened(&self.agenda))?;
            u32::try_from(waits).ok()
        };
        let culprit = self.violation.as_ref().and_then(|_| culprit.or_else(could_run));
        let waits_for = |task: u32| (task, self.tasks[task as usize].to_string());
        Some(log.finish(culprit.map(waits_for)))
    }

    pub(super) fn log(&mut self) -> Option<&mut Log> {
        self.checks.as_mut()?.log.as_deref_mut()
    }

    /// Names the events that a task is told to wait for.
    #[cold]
    pub(super) fn log_names(&mut self, task: u32, step: &TaskStep) {
        let Some(log) = self.log() else { return };
        match step {
            TaskStep::Wait(event) | TaskStep::Timeout(event, _) | TaskStep::Read(event) => {
                log.name(event, PollableName::Task { task, place: None });
            }
            TaskStep::Race(events) | TaskStep::Join(events) => {
                for (event, place) in events.iter().zip(1..) {
                    log.name(event, PollableName::Task { task, place: Some(place) });
                }
            }
            _ => {}
        }
    }

    /// Notes that a poll has returned.
    #[cold]
    pub(super) fn log_polled(&mut self) {
        let now = self.agenda.now();
        if let Some(log) = self.log() {
            log.polled(now);
        }
    }

    /// Notes that the host has reported an event as ready.
    #[cold]
    pub(super) fn log_reported(&mut self, event: &Arc<Event>) {
        let steps = self.tally.total.steps;
        if let Some(log) = self.log() {
            log.reported(event, steps);
        }
    }

    /// Notes that a task has run after what it had waited for, and what it waits for now.
    #[cold]
    pub(super) fn log_step(&mut self, task: u32, after: String, waiting: &Waiting) {
        let steps = self.tally.total.steps;
        if let Some(log) = self.log() {
            log.ran(steps, task, after, waiting.to_string());
        }
    }
}
