use std::ops::Range;
use std::time::{Duration, Instant};

use mio::event::Event;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::connect::connect;
use crate::error::LoadError;
use crate::load::Load;
use crate::plan::{Plan, nanoseconds};
use crate::recorder::Recorder;
use crate::schedule::{Due, Schedule};
use crate::sockets::Sockets;

/// The most requests sent before replies are looked at again, so that a generator which is
/// behind still reads.
const BATCH: usize = 16;

/// How many connections are being closed at a time. The host of a component can come to a
/// standstill when very many are ready at once, which is not what a load is to find at its end.
const CLOSING: usize = 32;

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// All connections are open, and the server has answered once on each. The warm-up begins.
    Connected,
    /// The measured window begins; none of its requests has been sent.
    Begins,
    /// The measured window has ended. Replies may still be missing.
    Ends,
}

/// Carries a plan out on the calling thread, which never sleeps while requests are sent: a timer
/// would wake it too late, and so would a poll that waits for a reply.
///
/// `on` is told the moments of the run, on the same thread, so that a caller can read the
/// processor time of the server. How long it takes is lateness of the generator.
///
/// # Errors
///
/// The first thing that went wrong. Nothing measured is left then.
pub fn run(plan: &Plan, mut on: impl FnMut(Mark)) -> Result<Load, LoadError> {
    plan.check()?;
    let schedule = Schedule::new(plan);
    let recorder = Recorder::new(plan);
    let sockets = connect(plan)?;
    on(Mark::Connected);
    Generator::new(plan, schedule, recorder, sockets).run(&mut on)
}

struct Generator<'a> {
    plan: &'a Plan,
    window: Range<u64>,
    /// When replies are no longer waited for.
    deadline: u64,
    schedule: Schedule,
    next: Option<Due>,
    unanswered: u64,
    recorder: Recorder,
    sockets: Sockets,
    clock: Clock,
    told: Mark,
}

impl<'a> Generator<'a> {
    fn new(plan: &'a Plan, mut schedule: Schedule, recorder: Recorder, sockets: Sockets) -> Self {
        let window = plan.window();
        Self {
            plan,
            deadline: window.end + nanoseconds(plan.grace),
            window,
            next: schedule.next(),
            schedule,
            unanswered: 0,
            recorder,
            sockets,
            clock: Clock::start(),
            told: Mark::Connected,
        }
    }

    fn run(mut self, on: &mut impl FnMut(Mark)) -> Result<Load, LoadError> {
        let mut events = Sockets::events();
        while !self.is_complete() {
            self.turn(on)?;
            self.sockets.wait(&mut events, Duration::ZERO)?;
            for event in &events {
                self.serve(event)?;
                // Between events, too, for a request may have become due meanwhile.
                self.turn(on)?;
            }
        }
        let unclosed = self.close()?;
        Ok(self.recorder.load(unclosed))
    }

    fn is_complete(&self) -> bool {
        self.told == Mark::Ends
            && self.next.is_none()
            && self.unanswered == 0
            && !self.sockets.is_damaged()
    }

    /// Tells what moment has come, and sends what is due.
    fn turn(&mut self, on: &mut impl FnMut(Mark)) -> Result<(), LoadError> {
        let mut now = self.clock.now();
        if self.told == Mark::Connected && now >= self.window.start {
            self.told = Mark::Begins;
            on(Mark::Begins);
            now = self.clock.now();
        }
        if self.told == Mark::Begins && now >= self.window.end {
            self.told = Mark::Ends;
            on(Mark::Ends);
        }
        if now >= self.deadline {
            return self.give_up();
        }
        if self.sockets.is_damaged() {
            return Ok(());
        }
        // What becomes due meanwhile is for the next turn, before which a mark may have to be told.
        let due = now;
        for _ in 0..BATCH {
            let Some(Due { planned, connection }) = self.next.filter(|it| it.planned <= due) else {
                break;
            };
            self.next = self.schedule.next();
            self.recorder.asks(planned, now);
            self.unanswered += 1;
            if self.sockets.ask(connection, planned, self.clock)? {
                self.recorder.queues(planned);
            }
            now = self.clock.now();
        }
        Ok(())
    }

    fn serve(&mut self, event: &Event) -> Result<(), LoadError> {
        let Self { sockets, recorder, unanswered, clock, .. } = self;
        let was_damaged = sockets.is_damaged();
        sockets.serve(event, *clock, |asked, now| {
            *unanswered -= 1;
            recorder.answered(asked, now);
        })?;
        if sockets.is_damaged() && !was_damaged {
            self.deadline = self.clock.now() + nanoseconds(self.plan.grace);
        }
        Ok(())
    }

    fn give_up(&self) -> Result<(), LoadError> {
        self.sockets.give_up()?;
        if self.next.is_some() {
            let (sent, rate) = (self.recorder.requests, self.plan.rate);
            return Err(LoadError::Behind { sent, rate });
        }
        let connection = self.sockets.connections.iter().find(|it| it.unanswered() > 0);
        connection.map_or(Ok(()), |it| {
            Err(LoadError::Unanswered {
                requests: self.unanswered,
                of: self.recorder.requests,
                grace: self.plan.grace,
                connection: it.number,
                request: it.answered(),
                position: it.wire.position(),
            })
        })
    }

    /// Lets the server close its ends, so that bytes which nobody asked for are seen, too. Returns
    /// how many it has not closed in time.
    fn close(&mut self) -> Result<u32, LoadError> {
        let deadline = Instant::now() + self.plan.grace;
        let mut events = Sockets::events();
        let mut closing = 0;
        loop {
            let connections = &mut self.sockets.connections;
            let open = connections.iter().filter(|it| !it.has_ended).count();
            let left = deadline.saturating_duration_since(Instant::now());
            if open == 0 || left.is_zero() {
                self.sockets.give_up()?;
                return Ok(open as u32);
            }
            // Of those that are open, so many have not been asked to close.
            let last = connections.len().min(connections.len() - open + CLOSING);
            for connection in connections.iter_mut().take(last).skip(closing) {
                connection.close();
            }
            closing = closing.max(last);
            self.sockets.wait(&mut events, left)?;
            for event in &events {
                self.sockets.serve(event, self.clock, |_, _| {})?;
            }
        }
    }
}
