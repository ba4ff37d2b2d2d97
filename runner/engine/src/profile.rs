//! Where the time of a run goes: a time stamp at every crossing between guest and
//! host, and at every entry of a host function.
//!
//! wasmtime's call hook tells when the guest is left and entered. The time between the hook
//! and the body of the host function, on both sides, is the boundary: lifting, lowering,
//! looking handles up. Engine calls without a body in pollbench (resource bookkeeping) are
//! boundary as a whole.

mod turns;

use std::hint::black_box;
use std::time::Duration;

use pollbench_reports::profile::WokenBy;
use pollbench_reports::record::Split;
use quanta::Clock;
pub use turns::Recorded;
use turns::{Spent, Turns};
use wasmtime::CallHook;

use super::observation::{Observation, Observations};
use super::observer::processor_time;

/// The kinds of host function that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `wasi:io/poll#poll`; in the second world, the host's event loop.
    Poll,
    /// The clock, `ready`, `block`, and dropping a pollable.
    Other,
    /// pollbench itself: `driver.next`, and moving virtual time.
    Driver,
}

/// What the time is being spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Guest,
    Boundary,
    Body(Call),
    /// The host has returned to its runtime.
    Waiting,
}

/// The time of some stretches, and how often it was observed. Each stretch includes the
/// cost of one time stamp, and half the cost of a crossing for each end that is one.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    ticks: u64,
    stretches: u64,
    half_crossings: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    guest: Part,
    poll_boundary: Part,
    other_boundary: Part,
    poll: Part,
    other_host: Part,
    driver: Part,
    waiting: Part,
    /// How much of the waiting the runtime has worked, in nanoseconds of CPU time.
    runtime: u64,
}

/// The profile of one repetition.
pub struct Profile {
    clock: Clock,
    section: Section,
    /// Whether the host runs the event loop. If so, all time outside the guest and its
    /// calls is that of the loop, which does the work of `poll`.
    event_loop: bool,
    /// Calls into the guest that have not returned.
    depth: u32,
    /// The host function that is being called, once its body has begun.
    call: Option<Call>,
    since: u64,
    /// Whether the current stretch began at a crossing.
    since_crossing: bool,
    /// This thread's CPU time when the host began to wait.
    waits_since: Option<Duration>,
    parts: Parts,
    /// The parts at the moment the measured window closed.
    closed: Option<Parts>,
    /// The turns of the guest's loop, where they are recorded.
    turns: Option<Box<Turns>>,
}

impl Profile {
    /// A profile that begins in the guest.
    pub fn new(clock: Clock, event_loop: bool) -> Self {
        let since = clock.raw();
        Self {
            clock,
            section: Section::Guest,
            event_loop,
            depth: 0,
            call: None,
            since,
            since_crossing: false,
            waits_since: None,
            parts: Parts::default(),
            closed: None,
            turns: None,
        }
    }

    /// From now on, records the first `most` turns of the guest's loop, too.
    pub fn record_turns(&mut self, most: usize) {
        self.turns = Some(Box::new(Turns::new(most)));
    }

    /// The turns that were recorded, if they were to be.
    pub fn take_turns(&mut self) -> Option<Recorded> {
        Some(self.turns.take()?.finish(&self.clock))
    }

    /// Notes that the measured window opens.
    pub fn open_window(&mut self) {
        self.enter(self.section);
        self.parts = Parts::default();
        if let Some(turns) = &mut self.turns {
            turns.window_opens(self.since);
        }
    }

    /// Notes that the measured window closes.
    pub fn close_window(&mut self) {
        self.enter(self.section);
        self.closed = Some(self.parts);
        let spent = self.parts.spent();
        if let Some(turns) = &mut self.turns {
            turns.window_closes(spent);
        }
    }

    /// Notes how many handles a poll was passed, and how many of them were ready.
    #[cold]
    pub fn polled(&mut self, handles: usize, ready: usize) {
        if let Some(turns) = &mut self.turns {
            turns.polled(handles, ready);
        }
    }

    /// Notes that a task runs, what it was woken by, and how many polls have begun since that
    /// was due.
    #[cold]
    pub fn runs(&mut self, task: u32, why: impl FnOnce() -> (WokenBy, u64)) {
        if let Some(turns) = &mut self.turns {
            let (woken_by, polls) = why();
            turns.runs(task, woken_by, polls);
        }
    }

    /// Notes a crossing between guest and host.
    pub fn cross(&mut self, hook: CallHook) {
        match hook {
            CallHook::CallingHost => {
                self.enter_across(Section::Boundary);
                self.call = None;
            }
            // Within a host call this is `cabi_realloc`, which is work of the guest.
            CallHook::CallingWasm => {
                self.depth += 1;
                self.enter_across(Section::Guest);
            }
            CallHook::ReturningFromHost => self.enter_across(Section::Guest),
            CallHook::ReturningFromWasm => {
                self.depth = self.depth.saturating_sub(1);
                self.enter_across(self.outside());
            }
        }
    }

    /// Notes that the body of a host function begins, or goes on.
    pub fn begin(&mut self, call: Call) {
        if let (Call::Poll, None, Some(turns)) = (call, self.call, &mut self.turns) {
            turns.polls(self.since, self.parts.spent());
        }
        self.call = self.call.or(Some(call));
        self.enter(Section::Body(call));
    }

    /// Notes that the host returns to its runtime. How much of that time the runtime works,
    /// and how much it waits, is told by this thread's CPU time.
    pub fn wait(&mut self) {
        self.enter(Section::Waiting);
        self.waits_since = processor_time();
    }

    /// Notes that the host returned to its runtime at `since`, and goes on now.
    pub fn has_waited(&mut self, since: u64, processor: Option<Duration>) {
        self.enter_at(Section::Waiting, since);
        self.waits_since = processor;
        self.enter(self.outside());
    }

    /// Notes that all stood still for so many ticks since the last time stamp, which are
    /// neither the guest's nor the host's.
    pub fn waited(&mut self, ticks: u64) {
        self.since += ticks;
        self.parts.waiting.ticks += ticks;
    }

    /// The last time stamp.
    pub fn since(&self) -> u64 {
        self.since
    }

    /// Notes that the body of a host function ends.
    pub fn end(&mut self) {
        self.enter(self.outside());
    }

    /// Notes that pollbench works for itself, in the middle of the guest's own code.
    pub fn interrupts(&mut self) {
        self.enter(Section::Body(Call::Driver));
    }

    /// Notes that the guest's own code goes on.
    pub fn goes_on(&mut self) {
        self.enter(Section::Guest);
    }

    /// What goes on outside the guest and the bodies of host functions.
    fn outside(&self) -> Section {
        if self.event_loop && self.depth == 0 {
            Section::Body(Call::Poll)
        } else {
            Section::Boundary
        }
    }

    /// How often the measured window was observed, once it has closed.
    pub fn observations(&self) -> Option<Observations> {
        let mut all = Observations::default();
        for part in self.closed?.all() {
            all.stamps += part.stretches;
            all.crossings += part.half_crossings;
        }
        all.crossings /= 2;
        Some(all)
    }

    /// The times of the measured window, once it has closed, less the cost of observing it.
    pub fn split(&self, observation: Observation) -> Option<Split> {
        let parts = self.closed?;
        let mut taken_off = 0.0;
        let mut nanoseconds = |part: Part| {
            let measured = self.clock.delta_as_nanos(0, part.ticks) as f64;
            let cost = part.observed(observation).min(measured);
            taken_off += cost;
            measured - cost
        };
        let mut split = Split {
            guest: nanoseconds(parts.guest),
            poll_boundary: nanoseconds(parts.poll_boundary),
            other_boundary: nanoseconds(parts.other_boundary),
            poll: nanoseconds(parts.poll) + parts.runtime as f64,
            other_host: nanoseconds(parts.other_host),
            driver: nanoseconds(parts.driver),
            waiting: (nanoseconds(parts.waiting) - parts.runtime as f64).max(0.0),
            observation: 0.0,
        };
        split.observation = taken_off;
        Some(split)
    }

    fn enter(&mut self, next: Section) {
        self.enter_at(next, self.clock.raw());
    }

    fn enter_at(&mut self, next: Section, now: u64) {
        self.add_stretch(now, false);
        self.section = next;
    }

    /// As [`Profile::enter`], for a time stamp that the engine's hook takes.
    fn enter_across(&mut self, next: Section) {
        self.add_stretch(self.clock.raw(), true);
        self.section = next;
    }

    /// Ends the current stretch, at a crossing or not, and adds it to its part.
    fn add_stretch(&mut self, now: u64, is_crossing: bool) {
        let stretch = now.saturating_sub(self.since);
        self.since = now;
        let began_at_crossing = std::mem::replace(&mut self.since_crossing, is_crossing);
        if let Some(since) = self.waits_since.take() {
            let worked = processor_time().and_then(|now| now.checked_sub(since));
            self.parts.runtime += worked.unwrap_or_default().as_nanos() as u64;
        }
        let part = match self.section {
            Section::Guest => &mut self.parts.guest,
            Section::Boundary if self.call == Some(Call::Poll) => &mut self.parts.poll_boundary,
            Section::Boundary => &mut self.parts.other_boundary,
            Section::Body(Call::Poll) => &mut self.parts.poll,
            Section::Body(Call::Other) => &mut self.parts.other_host,
            Section::Body(Call::Driver) => &mut self.parts.driver,
            Section::Waiting => &mut self.parts.waiting,
        };
        part.ticks += stretch;
        part.stretches += 1;
        part.half_crossings += u64::from(began_at_crossing) + u64::from(is_crossing);
    }
}

impl Part {
    /// What observing the part cost, in nanoseconds.
    fn observed(&self, cost: Observation) -> f64 {
        cost.stamp * self.stretches as f64 + cost.crossing * self.half_crossings as f64 / 2.0
    }
}

impl Parts {
    fn spent(&self) -> Spent {
        Spent { poll: self.poll.ticks + self.poll_boundary.ticks, guest: self.guest.ticks }
    }

    fn all(&self) -> [Part; 7] {
        let Self {
            guest, poll_boundary, other_boundary, poll, other_host, driver, waiting, ..
        } = *self;
        [guest, poll_boundary, other_boundary, poll, other_host, driver, waiting]
    }
}

/// What one time stamp costs, in nanoseconds: the least of several averages, so
/// that an interruption does not count.
pub fn stamp_cost(clock: &Clock) -> f64 {
    const TRIES: usize = 20;
    const STAMPS: u32 = 10_000;
    let average = || {
        let mut profile = Profile::new(clock.clone(), false);
        let start = clock.raw();
        for _ in 0..STAMPS {
            black_box(&mut profile).enter(Section::Guest);
        }
        clock.delta_as_nanos(start, clock.raw()) as f64 / f64::from(STAMPS)
    };
    (0..TRIES).map(|_| average()).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests;
