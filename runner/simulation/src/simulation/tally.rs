use pollbench_reports::record::{Measures, PhaseCounters};

use super::EventKind;
use crate::script::Plan;

/// An end of the measured window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The last event of the warm-up: what follows is measured.
    Opens,
    /// The last event measured.
    Closes,
}

/// The counts of a guest's calls and events, over the whole run and in the measured window.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The whole run so far.
    pub total: PhaseCounters,
    /// Pollables alive now.
    pub handles: u64,
    /// The most pollables that were alive at once.
    pub handles_peak: u64,
    /// Of those alive, the ones of standard input, output and error. Where they are kept,
    /// a guest's language does that, and not its executor.
    pub stream_handles: u64,
    /// Streams that tasks were given, and that are alive now.
    pub(super) streams: u64,
    /// How many streams tasks were given.
    pub(super) streams_given: u64,
    /// How many pollables of standard streams there were.
    pub(super) stream_subscriptions: u64,
    opened: Option<PhaseCounters>,
    closed: Option<PhaseCounters>,
    /// Whether a task has run since the last poll.
    ran_since_poll: bool,
    polls_in_a_row: u64,
    calls_in_a_row: u64,
}

impl Tally {
    /// Called when a task is told its next step.
    pub(super) fn step(&mut self) {
        self.total.steps += 1;
        self.ran_since_poll = true;
        self.polls_in_a_row = 0;
        self.calls_in_a_row = 0;
    }

    /// Called when an event has let its task run. Returns which end of the window that is,
    /// if any: the window opens with the last warm-up event and closes with the last
    /// planned one.
    pub(super) fn event(&mut self, kind: EventKind, plan: Plan) -> Option<Edge> {
        *match kind {
            EventKind::Pollable => &mut self.total.pollable_events,
            EventKind::Timer => &mut self.total.timer_events,
            EventKind::Yield => &mut self.total.yields,
        } += 1;
        let is_measured = match plan.measures {
            Measures::Io => kind != EventKind::Yield,
            Measures::Yields => kind == EventKind::Yield,
        };
        if !is_measured {
            return None;
        }
        self.total.events += 1;
        if self.total.events == plan.warm_up {
            return Some(Edge::Opens);
        }
        (self.total.events == plan.events()).then_some(Edge::Closes)
    }

    /// Takes the counts at an end of the window, with the fuel burnt so far.
    pub(super) fn snapshot(&mut self, edge: Edge, fuel: u64) {
        let snapshot = PhaseCounters { guest_fuel: fuel, ..self.total };
        match edge {
            Edge::Opens => self.opened = Some(snapshot),
            Edge::Closes => self.closed = Some(snapshot),
        }
    }

    /// Called when a poll begins. Returns how many polls there were in a row without a task
    /// running.
    pub(super) fn poll(&mut self, handles: usize) -> u64 {
        if self.total.poll_calls > 0 && !self.ran_since_poll {
            self.total.spurious_wakeups += 1;
        }
        self.ran_since_poll = false;
        self.calls_in_a_row = 0;
        self.total.poll_calls += 1;
        self.total.handles_passed += handles as u64;
        self.polls_in_a_row += 1;
        self.polls_in_a_row
    }

    /// Counts a call that neither polls nor runs a task. Returns how many there were in a
    /// row.
    pub(super) fn call(&mut self) -> u64 {
        self.calls_in_a_row += 1;
        self.calls_in_a_row
    }

    /// Called when a waiting call has completed. It counts as a poll.
    pub(super) fn completed(&mut self) {
        self.total.poll_calls += 1;
    }

    /// Called when the guest has yielded or slept. Returns how often it has in a row
    /// without a task running.
    pub(super) fn turn(&mut self) -> u64 {
        self.polls_in_a_row += 1;
        self.polls_in_a_row
    }

    pub(super) fn subscribed(&mut self) {
        self.total.subscriptions += 1;
        self.handles += 1;
        self.handles_peak = self.handles_peak.max(self.handles);
    }

    pub(super) fn dropped(&mut self) {
        self.total.drops += 1;
        self.handles = self.handles.saturating_sub(1);
    }

    /// Called when a task is given a stream.
    pub(super) fn stream_given(&mut self) {
        self.streams += 1;
        self.streams_given += 1;
    }

    /// Called when a pollable of a standard stream is made.
    pub(super) fn stream_subscribed(&mut self) {
        self.subscribed();
        self.stream_handles += 1;
        self.stream_subscriptions += 1;
    }

    /// Called when a pollable of a standard stream is dropped.
    pub(super) fn stream_dropped(&mut self) {
        self.dropped();
        self.stream_handles -= 1;
    }

    /// The pollables that are alive, without those of standard streams.
    pub fn executor_handles(&self) -> u64 {
        self.handles.saturating_sub(self.stream_handles)
    }

    /// The counts between the two ends of the window, once both are known.
    pub fn window(&self) -> Option<PhaseCounters> {
        Some(self.closed?.since(&self.opened?))
    }

    /// Whether the window has closed.
    pub(super) fn has_closed(&self) -> bool {
        self.closed.is_some()
    }
}
