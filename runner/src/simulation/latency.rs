use hdrhistogram::Histogram;

/// The moment an event became due.
#[derive(Clone, Copy, Debug)]
pub struct DueStamp {
    raw: u64,
    polls: u64,
    /// The turn it was in.
    pub(super) turn: u64,
}

/// How long events wait for their task to run: the pollables' events, in the
/// measured window.
pub struct Latencies {
    /// Real time, in nanoseconds; empty unless there is a clock.
    pub nanoseconds: Histogram<u64>,
    /// Polls that began in between.
    pub polls: Histogram<u64>,
    clock: Option<quanta::Clock>,
    recording: bool,
    poll_calls: u64,
    turn: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            nanoseconds: histogram(),
            polls: histogram(),
            clock: None,
            recording: false,
            poll_calls: 0,
            turn: 0,
        }
    }
}

/// Three significant digits at any size.
pub fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("3 digits are allowed")
}

/// Unlike `saturating_record`, which stops at the size a histogram has now.
fn record(histogram: &mut Histogram<u64>, value: u64) {
    histogram.record(value).expect("it grows as needed");
}

impl Latencies {
    pub(super) fn with_clock(clock: Option<quanta::Clock>) -> Self {
        Self { clock, ..Self::default() }
    }

    pub(super) fn count_poll(&mut self) {
        self.poll_calls += 1;
    }

    pub(super) fn turn(&mut self, turn: u64) {
        self.turn = turn;
    }

    pub(super) fn record_from_here(&mut self, recording: bool) {
        self.recording = recording;
    }

    pub(super) fn stamp(&self) -> DueStamp {
        let raw = self.clock.as_ref().map_or(0, quanta::Clock::raw);
        DueStamp { raw, polls: self.poll_calls, turn: self.turn }
    }

    /// The task of an event that became due at `due` runs now.
    pub(super) fn record(&mut self, due: DueStamp) {
        if !self.recording {
            return;
        }
        record(&mut self.polls, self.poll_calls - due.polls);
        if let Some(clock) = &self.clock {
            record(&mut self.nanoseconds, clock.delta_as_nanos(due.raw, clock.raw()));
        }
    }
}
