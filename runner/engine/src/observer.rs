use std::time::Duration;

use pollbench_reports::profile::WokenBy;
use pollbench_reports::record::Split;
use pollbench_simulation::simulation::Edge;
use quanta::Clock;

use super::instructions::Instructions;
use super::observation::{Observation, Observations};
use super::profile::{Call, Profile};

/// Takes the time of the measured window and, if it is to, a profile of it.
pub struct Observer {
    clock: Clock,
    opened: u64,
    closed: u64,
    /// This thread's CPU time when the window opened; the next field has it at the closing.
    opened_after: Option<Duration>,
    closed_after: Option<Duration>,
    pub(super) profile: Option<Profile>,
    instructions: Option<Instructions>,
    /// The instructions that `poll` has retired in the window.
    instructions_in_poll: Option<u64>,
}

impl Observer {
    /// An observer that takes only the time of the window.
    pub fn plain(clock: Clock) -> Self {
        Self {
            clock,
            opened: 0,
            closed: 0,
            opened_after: None,
            closed_after: None,
            profile: None,
            instructions: None,
            instructions_in_poll: None,
        }
    }

    /// An observer that takes a profile too. `event_loop` says whether the host runs the
    /// event loop.
    pub fn profiled(clock: Clock, event_loop: bool) -> Self {
        let profile = Profile::new(clock.clone(), event_loop);
        Self { profile: Some(profile), ..Self::plain(clock) }
    }

    /// Makes the observer count the instructions of `poll` too, if they can be counted.
    pub fn counting(self) -> Self {
        Self { instructions: Instructions::open().ok(), ..self }
    }

    /// Runs the host's work in a call, and counts its instructions if the call is `poll`.
    pub(super) fn within<R>(&mut self, call: Call, body: impl FnOnce() -> R) -> R {
        match self.instructions.as_mut().filter(|_| call == Call::Poll) {
            Some(instructions) => instructions.count(body),
            None => body(),
        }
    }

    pub(super) fn begin(&mut self, call: Call) {
        if let Some(profile) = &mut self.profile {
            profile.begin(call);
        }
    }

    /// Notes how many handles a poll was passed, and how many of them were ready.
    pub(super) fn polled(&mut self, handles: usize, ready: usize) {
        if let Some(profile) = &mut self.profile {
            profile.polled(handles, ready);
        }
    }

    /// Notes that a task runs, what it was woken by, and how many polls have begun since that
    /// was due.
    pub(super) fn runs(&mut self, task: u32, why: impl FnOnce() -> (WokenBy, u64)) {
        if let Some(profile) = &mut self.profile {
            profile.runs(task, why);
        }
    }

    /// The clock that the observer's time stamps come from.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Notes that the host returned to its runtime at the time stamp `since` and the CPU
    /// time `processor`, and goes on now.
    pub(super) fn has_waited(&mut self, since: u64, processor: Option<Duration>) {
        if let Some(profile) = &mut self.profile {
            profile.has_waited(since, processor);
        }
    }

    /// Notes that the host returns to its runtime, until a call begins or goes on.
    pub(super) fn waits(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.wait();
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.end();
        }
    }

    pub(super) fn at_edge(&mut self, edge: Edge) {
        match edge {
            Edge::Opens => {
                // This is a system call, so it is not made between the time stamps of the
                // window.
                self.opened_after = processor_time();
                if let Some(profile) = &mut self.profile {
                    profile.open_window();
                }
                if let Some(instructions) = &mut self.instructions {
                    instructions.open_window();
                }
                self.opened = self.clock.raw();
            }
            Edge::Closes => {
                self.closed = self.clock.raw();
                if let Some(profile) = &mut self.profile {
                    profile.close_window();
                }
                self.closed_after = processor_time();
                self.instructions_in_poll = self.instructions.as_ref().map(Instructions::total);
            }
        }
    }

    /// The length of the window, in nanoseconds.
    pub(super) fn nanoseconds(&self) -> u64 {
        self.clock.delta_as_nanos(self.opened, self.closed)
    }

    /// The length of the window as work and waiting, in nanoseconds. On a real host they
    /// are the CPU time and the rest; elsewhere all of it is work.
    pub(super) fn worked_and_waited(&self, is_real: bool) -> (u64, u64) {
        let all = self.nanoseconds();
        match self.processor_nanoseconds().filter(|_| is_real) {
            Some(worked) => (worked, all.saturating_sub(worked)),
            None => (all, 0),
        }
    }

    /// How much of the window was spent on a processor, where the system tells.
    pub(super) fn processor_nanoseconds(&self) -> Option<u64> {
        let spent = self.closed_after?.checked_sub(self.opened_after?)?;
        u64::try_from(spent.as_nanos()).ok()
    }

    pub(super) fn split(&self, observation: Observation) -> Option<Split> {
        self.profile.as_ref()?.split(observation)
    }

    /// The instructions of `poll` in the window, where they were counted.
    pub(super) fn instructions_in_poll(&self) -> Option<u64> {
        self.instructions_in_poll
    }

    /// How often the window was observed: never, without a profile.
    pub(super) fn observations(&self) -> Observations {
        self.profile.as_ref().and_then(Profile::observations).unwrap_or_default()
    }
}

/// This thread's CPU time, which does not include the time that other programs take.
#[cfg(unix)]
pub fn processor_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).ok()
}

#[cfg(not(unix))]
pub fn processor_time() -> Option<Duration> {
    None
}
