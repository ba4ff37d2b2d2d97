//! The second world, where a guest has no pollables: its calls wait.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pollbench_reports::record::FailureKind;

use super::Simulation;
use crate::agenda::{Event, SourceId};
use crate::script::Step;
use crate::simulation::check::Waiting;
use crate::simulation::{Edge, EventKind, LIVELOCK_POLLS, Violation};

/// A task that runs and is not told its next step yet.
pub struct Running {
    pub(super) task: u32,
    pub(super) outcome: u32,
    pub(super) waited: Waiting,
}

impl Running {
    /// The kind of event that it runs for; none if it starts or has spawned another.
    pub fn event(&self) -> Option<EventKind> {
        self.waited.happened(self.outcome).event
    }
}

/// A call that waits for a source's event. The call is cancelled if this is dropped before
/// it has completed.
pub struct PendingCall {
    call: Call,
    cancelled: Cancelled,
    completed: bool,
}

#[derive(Clone, Copy)]
struct Call {
    source: SourceId,
    by: Caller,
}

#[derive(Clone, Copy)]
enum Caller {
    /// `next` for this task.
    Next(u32),
    Ready,
    /// `sleep`, which has made the source.
    Sleep,
}

/// A call is cancelled by a destructor that can't reach the simulation, so cancelled calls
/// are collected here. Only one thread ever locks it; it is a mutex because the engine
/// requires its data to be `Send`.
type Cancelled = Arc<Mutex<Vec<Call>>>;

/// The calls that wait.
#[derive(Default)]
pub(super) struct PendingCalls {
    /// Whether any call ever waited. Guests with such calls have no pollables.
    pub(super) any: bool,
    /// By task: whether a call of `next` for it waits.
    in_next: Vec<bool>,
    cancelled: Cancelled,
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        if !self.completed {
            self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).push(self.call);
        }
    }
}

impl Simulation {
    /// Begins a call of `next`. A task may call it again only when the call before is over.
    /// The second value is the end of the measured window that this is, if any; the caller
    /// then calls [`Simulation::snapshot`].
    pub fn begin_next(
        &mut self,
        task: u32,
        outcome: u32,
    ) -> Result<(Running, Option<Edge>), Violation> {
        self.forget_cancelled();
        if self.pending.in_next.get(task as usize).is_some_and(|waits| *waits) {
            let message =
                format!("task {task} ran, but an earlier call of `next` for it still waits");
            return Err(self.violate(FailureKind::Double, message));
        }
        self.begin(task, outcome)
    }

    /// Answers a call of `next`: returns the step and, if the step awaits one event, the
    /// pending call.
    pub fn end_next(&mut self, running: Running) -> (Step, Option<PendingCall>) {
        let Running { task, outcome, waited } = running;
        let step = self.script_step(task, outcome, &waited);
        let waits = matches!(step, Step::Wait(_) | Step::Again);
        self.took(task, step.clone(), waited);
        let pending = waits.then(|| {
            let source = self.tasks[task as usize].sources()[0];
            self.wait_for(source, Caller::Next(task))
        });
        (step, pending)
    }

    /// Begins a call of `ready`: returns the pending call, if the source exists.
    pub fn ready_event(&mut self, source: SourceId) -> Result<Option<PendingCall>, Violation> {
        self.forget_cancelled();
        self.ready_call()?;
        Ok(self.agenda.contains(source).then(|| self.wait_for(source, Caller::Ready)))
    }

    /// Begins a call of `sleep`.
    pub fn sleep(&mut self, nanoseconds: u64) -> Result<PendingCall, Violation> {
        self.forget_cancelled();
        self.clock_call()?;
        let source = self.agenda.add_timer_source(nanoseconds);
        Ok(self.wait_for(source, Caller::Sleep))
    }

    /// Resolves when the event of `pending` has happened, and completes the call.
    pub fn poll_pending(
        &mut self,
        pending: &mut PendingCall,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Violation>> {
        let source = pending.call.source;
        match self.agenda.poll_source(source, cx) {
            Poll::Ready(()) => Poll::Ready(self.complete(pending)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// The event that a call waits for, unless it is the end of a timer.
    pub fn event_of(&self, pending: &PendingCall) -> Option<Arc<Event>> {
        let Call { source, by } = pending.call;
        let is_there = !matches!(by, Caller::Sleep) && self.agenda.contains(source);
        is_there.then(|| self.agenda.event(source))
    }

    /// Completes a call whose event has happened.
    pub fn complete(&mut self, pending: &mut PendingCall) -> Result<(), Violation> {
        let Call { source, by } = pending.call;
        pending.completed = true;
        if self.is_checked() && !matches!(by, Caller::Sleep) {
            let event = self.agenda.event(source);
            self.reported(&event);
        }
        self.end(pending.call);
        self.tally.completed();
        self.agenda.latencies.count_poll();
        if matches!(by, Caller::Sleep) { self.turn() } else { Ok(()) }
    }

    /// Called when the guest has yielded or slept. Doing so without end is a livelock.
    pub fn turn(&mut self) -> Result<(), Violation> {
        if self.tally.turn() <= LIVELOCK_POLLS {
            return Ok(());
        }
        let message = format!(
            "the guest yielded or slept {LIVELOCK_POLLS} times in a row and no task ran; {}",
            self.describe_waiting()
        );
        Err(self.violate(FailureKind::Livelock, message))
    }

    fn wait_for(&mut self, source: SourceId, by: Caller) -> PendingCall {
        self.pending.any = true;
        self.tally.subscribed();
        if let Caller::Next(task) = by {
            self.set_in_next(task, true);
        }
        let cancelled = self.pending.cancelled.clone();
        PendingCall { call: Call { source, by }, cancelled, completed: false }
    }

    /// Called when `run` has returned, after which the guest can't cancel calls: those that
    /// still wait end with its store.
    pub fn returned(&mut self) {
        self.forget_cancelled();
        self.pending.cancelled = Cancelled::default();
    }

    /// Ends the calls that have been cancelled.
    fn forget_cancelled(&mut self) {
        let cancelled = {
            let mut cancelled =
                self.pending.cancelled.lock().unwrap_or_else(PoisonError::into_inner);
            if cancelled.is_empty() {
                return;
            }
            mem::take(&mut *cancelled)
        };
        cancelled.into_iter().for_each(|call| self.end(call));
    }

    fn end(&mut self, Call { source, by }: Call) {
        self.tally.dropped();
        match by {
            Caller::Next(task) => self.set_in_next(task, false),
            Caller::Ready => {}
            Caller::Sleep => self.agenda.remove_source(source),
        }
    }

    fn set_in_next(&mut self, task: u32, waits: bool) {
        let task = task as usize;
        if task >= self.pending.in_next.len() {
            self.pending.in_next.resize(task + 1, false);
        }
        self.pending.in_next[task] = waits;
    }
}
