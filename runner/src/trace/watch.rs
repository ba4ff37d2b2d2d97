use std::task::{Context, Waker};

use hdrhistogram::Histogram;
use pollbench_reports::trace::{
    Function, Look, Made, PollableKind, Recording, Spread, Tally, Took,
};
use quanta::Clock;
use wasmtime::{CallHook, WasmBacktrace};

use super::pause::Pause;
use super::sampler::Sampler;
use super::waker::Wakes;
use crate::engine::{Call, Profile, StackSamples};

/// What is seen of a component while it runs: it tells the tally, the recording and the
/// profile.
pub struct Watch {
    clock: Clock,
    wakes: Wakes,
    profile: Profile,
    tally: Tally,
    recording: Option<Recording>,
    sampler: Option<Sampler>,
    pause: Pause,
    /// When the trace began.
    start: u64,
    /// Whether the host function that is being called is one of those that are known here.
    is_known: bool,
    /// The calls of others since the last look.
    others: u64,
    /// The handles of the look that is under way. The list is kept from one to the next.
    list: Vec<u32>,
    /// When the look began, and for how many ticks it has waited.
    began: u64,
    waited: u64,
    /// When the host was woken, to look as it does now.
    woken: Option<u64>,
    wake_ups: Histogram<u64>,
}

impl Watch {
    /// Begins to watch; `recording` is to get every event, and `sampler` looks at stacks.
    pub fn new(
        clock: Clock,
        recording: Option<Recording>,
        sampler: Option<Sampler>,
        pause: Pause,
    ) -> Self {
        let mut profile = Profile::new(clock.clone(), false);
        profile.open_window();
        Self {
            start: clock.raw(),
            clock,
            wakes: Wakes::default(),
            profile,
            tally: Tally::default(),
            recording,
            sampler,
            pause,
            is_known: false,
            others: 0,
            list: Vec::new(),
            began: 0,
            waited: 0,
            woken: None,
            wake_ups: Histogram::new(3).expect("three digits can be kept"),
        }
    }

    /// Notes a crossing between component and host.
    pub fn cross(&mut self, hook: CallHook) {
        self.resume();
        match hook {
            CallHook::CallingHost => self.is_known = false,
            CallHook::ReturningFromHost => self.others += u64::from(!self.is_known),
            _ => {}
        }
        self.profile.cross(hook);
        if let Some(sampler) = &self.sampler {
            sampler.cross(hook);
        }
    }

    /// Notes that the function of the host which is being called is the engine's own, at a change
    /// of the epoch, and none that the component has called.
    pub fn is_at_epoch(&mut self) {
        self.is_known = true;
    }

    /// Whether the component's stack is to be looked at now. If so, what follows is the work of
    /// pollbench, until [`sampled`](Self::sampled) is told of it.
    pub fn begins_to_sample(&mut self) -> bool {
        let begins = self.sampler.as_ref().is_some_and(Sampler::takes);
        if begins {
            self.resume();
            self.profile.interrupts();
        }
        begins
    }

    /// Notes what was seen of the component's stack.
    pub fn sampled(&mut self, stack: &WasmBacktrace) {
        if let Some(sampler) = &mut self.sampler {
            sampler.add(stack);
        }
        self.profile.goes_on();
    }

    /// Notes that the component was suspended, if it was.
    pub fn resume(&mut self) {
        let waited = self.pause.take();
        if waited > 0 {
            self.profile.waited(waited);
            self.waited += waited;
        }
    }

    /// Notes that no instance of the component runs until the next crossing. What the last one has
    /// not dropped goes with it; returns how many pollables these are.
    pub fn between_instances(&mut self) -> u64 {
        self.resume();
        self.profile.begin(Call::Driver);
        let left = self.tally.alive();
        left.iter().for_each(|it| self.dropped(*it));
        left.len() as u64
    }

    /// Notes that a host function that is known begins.
    pub fn begin(&mut self, call: Call) {
        self.is_known = true;
        self.profile.begin(call);
    }

    /// Notes that the host function begins that drops a pollable. The engine has called one of
    /// its own for it before, which was taken for another.
    pub fn begin_drop(&mut self) {
        self.others = self.others.saturating_sub(1);
        self.begin(Call::Other);
    }

    /// Notes that it ends.
    pub fn end(&mut self) {
        self.profile.end();
    }

    /// Notes that a look at these pollables begins.
    pub fn look(&mut self, call: Call, pollables: impl Iterator<Item = u32>) {
        self.begin(call);
        self.list.clear();
        self.list.extend(pollables);
        (self.began, self.waited) = (self.profile.since(), 0);
    }

    /// Notes that the host looks, or looks again after it was woken. Returns the waker that it
    /// is to wait with.
    pub fn looks(&mut self, cx: &Context<'_>) -> Waker {
        self.resume();
        // What was noted before a look that finds nothing was not what it waits for.
        self.woken = self.wakes.take();
        self.wakes.waker(cx, &self.clock)
    }

    /// Notes that a look ends, which found those at these positions ready.
    pub fn looked(&mut self, function: Function, ready: &[u32]) {
        self.resume();
        // What follows is the work of pollbench.
        self.profile.begin(Call::Driver);
        let now = self.profile.since();
        if self.waited > 0
            && let Some(woken) = self.woken
        {
            let after = self.nanoseconds(woken, now);
            let recorded = self.wake_ups.record(after);
            debug_assert!(recorded.is_ok(), "there is room for every number");
        }
        let blocked = self.nanoseconds(0, self.waited);
        let worked = self.nanoseconds(self.began, now).saturating_sub(blocked);
        let (list, calls) = (&self.list[..], std::mem::take(&mut self.others));
        let look = Look { function, list, ready, calls, took: Took { worked, blocked } };
        self.tally.looked(&look);
        let at = self.clock.delta_as_nanos(self.start, self.began);
        if let Some(recording) = &mut self.recording {
            recording.looked(at, &look);
        }
        self.profile.end();
    }

    /// Notes that a pollable was made.
    pub fn made(&mut self, pollable: u32, kind: PollableKind, due: Option<u64>) {
        let made = Made { kind, due };
        self.tally.made(pollable, made);
        let at = self.now();
        if let Some(recording) = &mut self.recording {
            recording.made(at, pollable, made);
        }
    }

    /// Notes that a pollable was dropped.
    pub fn dropped(&mut self, pollable: u32) {
        self.tally.dropped(pollable);
        let at = self.now();
        if let Some(recording) = &mut self.recording {
            recording.dropped(at, pollable);
        }
    }

    /// The time of the last time stamp, since the beginning.
    fn now(&self) -> u64 {
        self.nanoseconds(self.start, self.profile.since())
    }

    fn nanoseconds(&self, from: u64, to: u64) -> u64 {
        self.clock.delta_as_nanos(from, to.max(from))
    }

    /// Ends watching.
    pub fn finish(mut self) -> Watched {
        self.resume();
        self.profile.close_window();
        let wake_up = (!self.wake_ups.is_empty()).then(|| Spread::of(&self.wake_ups));
        Watched {
            nanoseconds: self.nanoseconds(self.start, self.profile.since()),
            profile: self.profile,
            tally: self.tally,
            recording: self.recording,
            samples: self.sampler.map(Sampler::finish),
            wake_up,
        }
    }
}

/// What was seen.
pub struct Watched {
    /// How long it took.
    pub nanoseconds: u64,
    pub profile: Profile,
    pub tally: Tally,
    pub recording: Option<Recording>,
    /// The stacks that were seen, if they were looked at.
    pub samples: Option<StackSamples>,
    /// How long after a wake a wait returned to the component.
    pub wake_up: Option<Spread>,
}
