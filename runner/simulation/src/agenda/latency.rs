use hdrhistogram::Histogram;

/// A moment of a run: how many steps had been taken by then, and how many polls begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub steps: u64,
    pub polls: u64,
}

/// The moment an event became due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueStamp {
    polls: u64,
    /// The index in `Latencies::moments`; everything within one step has the same index.
    moment: usize,
}

/// How long events wait for their task to run, in the measured window: in polls and
/// virtual lateness where the guest is checked, in real time where there is a clock.
pub struct Latencies {
    /// The waits of the pollables' events.
    pub all: Waits,
    /// The waits of the events of cold sources.
    pub cold: Waits,
    /// How late timers were, in virtual nanoseconds.
    pub lateness: Histogram<u64>,
    /// How many of the pollables' events had not let their task run when the window closed.
    pub still_waiting: u64,
    counts: bool,
    clock: Option<quanta::Clock>,
    /// Waits in ticks of the clock, and whether the source was cold. They are converted
    /// only when the window closes, so that recording a wait takes next to no time.
    ticks: Vec<(u64, bool)>,
    /// When events became due, in ticks of the clock: the end of the driver's work that
    /// made them due, which is not part of a latency. All are kept for the whole run,
    /// because an event may wait for any time.
    moments: Vec<u64>,
    /// Whether events have become due since the last moment was recorded.
    moment_is_open: bool,
    recording: bool,
    poll_calls: u64,
    steps: u64,
    /// How many polls began while the last event waited.
    last_polls: u64,
}

/// How long some events waited.
#[derive(Clone, Debug)]
pub struct Waits {
    /// Real time, in nanoseconds; empty unless there is a clock.
    pub nanoseconds: Histogram<u64>,
    /// Polls that began in between.
    pub polls: Histogram<u64>,
}

impl Default for Waits {
    fn default() -> Self {
        Self { nanoseconds: histogram(), polls: histogram() }
    }
}

impl Waits {
    /// Adds the real-time waits of `others`.
    pub fn add_nanoseconds(&mut self, others: &Self) {
        self.nanoseconds.add(&others.nanoseconds).expect("histograms of one shape");
    }
}

/// A histogram with three significant digits at any size.
fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("3 digits are allowed")
}

/// Records a value, and lets the histogram grow. `saturating_record` would cut values at
/// its current size.
fn record(histogram: &mut Histogram<u64>, value: u64) {
    histogram.record(value).expect("it grows as needed");
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new(false, None)
    }
}

impl Latencies {
    /// `counts` says whether waits are recorded in polls; with a clock they are also
    /// recorded in real time.
    pub(crate) fn new(counts: bool, clock: Option<quanta::Clock>) -> Self {
        Self {
            all: Waits::default(),
            cold: Waits::default(),
            lateness: histogram(),
            still_waiting: 0,
            counts,
            clock,
            ticks: Vec::new(),
            moments: Vec::new(),
            moment_is_open: false,
            recording: false,
            poll_calls: 0,
            steps: 0,
            last_polls: 0,
        }
    }

    pub(crate) fn count_poll(&mut self) {
        self.poll_calls += 1;
    }

    pub(crate) fn count_step(&mut self) {
        self.steps += 1;
    }

    pub(crate) fn now(&self) -> Moment {
        Moment { steps: self.steps, polls: self.poll_calls }
    }

    /// Called when the window opens; it will have about `events` events.
    pub(crate) fn open(&mut self, events: u64) {
        self.recording = true;
        if self.clock.is_some() {
            self.ticks.reserve(events as usize);
        }
    }

    /// Called when the window has closed.
    pub(crate) fn close(&mut self) {
        self.recording = false;
        let Some(clock) = &self.clock else { return };
        for (ticks, cold) in self.ticks.drain(..) {
            let nanoseconds = clock.delta_as_nanos(0, ticks);
            record(&mut self.all.nanoseconds, nanoseconds);
            if cold {
                record(&mut self.cold.nanoseconds, nanoseconds);
            }
        }
    }

    /// Called when an event becomes due.
    pub(crate) fn stamp(&mut self) -> DueStamp {
        self.moment_is_open = true;
        DueStamp { moment: self.moments.len(), polls: self.poll_calls }
    }

    /// Called when everything that happens at this moment has happened.
    pub(crate) fn moment_ends(&mut self) {
        if std::mem::take(&mut self.moment_is_open)
            && let Some(clock) = &self.clock
        {
            self.moments.push(clock.raw());
        }
    }

    /// How many polls began between an event's being due and the run of its task, for the
    /// last event that was recorded.
    pub fn last_polls(&self) -> u64 {
        self.last_polls
    }

    /// Records that the task of an event that became due at `due` runs now.
    pub(crate) fn record(&mut self, due: DueStamp, cold: bool) {
        let polls = self.poll_calls - due.polls;
        self.last_polls = polls;
        if !self.recording {
            return;
        }
        if let Some(clock) = &self.clock {
            let now = clock.raw();
            let since = self.moments.get(due.moment).copied().unwrap_or(now);
            self.ticks.push((now.saturating_sub(since), cold));
        }
        if self.counts {
            record(&mut self.all.polls, polls);
            if cold {
                record(&mut self.cold.polls, polls);
            }
        }
    }

    /// Called when the window closes and the task of an event that became due at `due` has
    /// not run.
    pub(crate) fn still_waits(&mut self, due: DueStamp, cold: bool) {
        self.record(due, cold);
        self.still_waiting += 1;
    }

    /// Records by how many virtual nanoseconds a timer was late.
    pub(crate) fn record_lateness(&mut self, nanoseconds: u64) {
        if self.recording && self.counts {
            record(&mut self.lateness, nanoseconds);
        }
    }
}
