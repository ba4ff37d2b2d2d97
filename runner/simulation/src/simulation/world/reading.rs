//! Reads of the streams that tasks are given: each event of a stream is consumed by a read.

use std::sync::Arc;

use pollbench_reports::record::FailureKind;

use super::{Running, Simulation};
use crate::agenda::Event;
use crate::script::Step;
use crate::simulation::CALL_NANOSECONDS;
use crate::simulation::check::{EndedStream, Stream, Waiting};
use crate::simulation::{Edge, Violation};

/// What a read of a stream returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Nothing, because nothing has arrived.
    Nothing,
    /// So many bytes.
    Bytes(u64),
    /// The stream is at its end.
    End,
}

/// A read that has begun.
pub enum Reading {
    /// It consumes no event.
    Over(Given),
    /// It consumes an event, and with that the task of the stream runs. The second value is
    /// the end of the measured window that this is, if any.
    Runs(Running, Option<Edge>),
}

impl Simulation {
    /// Called when the guest reads the stream that `task` was given, whose pollables stand
    /// for `event`.
    ///
    /// If that lets the task run, the caller goes on with [`Simulation::end_read`], and calls
    /// [`Simulation::snapshot`] as after [`Simulation::begin`].
    pub fn begin_read(
        &mut self,
        task: u32,
        event: &Arc<Event>,
        most: u64,
    ) -> Result<Reading, Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        self.agenda.pass(CALL_NANOSECONDS);
        if !self.is_read_by(task, event) {
            self.count_call()?;
            return Ok(Reading::Over(Given::End));
        }
        if !event.is_ready() || most == 0 {
            self.count_call()?;
            return Ok(Reading::Over(Given::Nothing));
        }
        self.agenda.latencies.count_step();
        self.tally.step();
        let waited = std::mem::take(&mut self.tasks[task as usize]);
        if self.is_checked() {
            // Who reads what has arrived needs no other report of it.
            self.reported(event);
            let polls = self.tally.total.poll_calls;
            if let Some(checks) = &mut self.checks {
                checks.runs(task, polls);
            }
            self.check_hoard()?;
            self.check_fairness()?;
        }
        let edge = self.happens(&waited, 0);
        Ok(Reading::Runs(Running { task, outcome: 0, waited }, edge))
    }

    /// The second half of a read that consumes an event, of at most `most` bytes.
    pub fn end_read(&mut self, running: Running, event: &Event, most: u64) -> Given {
        let Running { task, outcome, waited } = running;
        let step = self.script_step(task, outcome, &waited);
        let needed = waited.pollables();
        let after = self.is_logged().then(|| waited.to_string());
        let Waiting::Stream(Stream { source, chunk, read }) = waited else {
            unreachable!("`begin_read` has looked")
        };
        let (given, waiting) = match step {
            Step::Again => {
                let bytes = most.min(chunk.into());
                let stream = Stream { source, chunk, read: read + bytes };
                (Given::Bytes(bytes), Waiting::Stream(stream))
            }
            next => {
                event.stays_ready();
                let ended = EndedStream { read, next: Box::new(next) };
                (Given::End, Waiting::StreamEnded(ended))
            }
        };
        self.goes_on(task, needed, waiting, after);
        given
    }

    /// Answers a read, if no fuel is counted.
    ///
    /// # Errors
    ///
    /// If the guest has broken the contract.
    pub fn read(&mut self, task: u32, event: &Arc<Event>, most: u64) -> Result<Given, Violation> {
        Ok(match self.begin_read(task, event, most)? {
            Reading::Over(given) => given,
            Reading::Runs(running, edge) => {
                self.at_edge(edge, |it| it.end_read(running, event, most))
            }
        })
    }

    /// Counts a pollable that the guest has made of its stream.
    pub fn child_pollable(&mut self) {
        self.tally.subscribed();
    }

    /// Counts a dropped stream.
    pub fn stream_dropped(&mut self) {
        self.tally.streams -= 1;
    }

    /// Checks that no stream is left when `run` has returned.
    pub(super) fn check_streams(&mut self) -> Result<(), Violation> {
        let (left, all) = (self.tally.streams, self.tally.streams_given);
        if left == 0 {
            return Ok(());
        }
        let message = format!("{left} of {all} streams were never dropped");
        Err(self.violate(FailureKind::Leaked, message))
    }

    /// Whether the task still reads the stream of this event.
    fn is_read_by(&self, task: u32, event: &Arc<Event>) -> bool {
        match self.tasks.get(task as usize) {
            Some(Waiting::Stream(Stream { source, .. })) => self.agenda.is_event_of(*source, event),
            _ => false,
        }
    }
}
