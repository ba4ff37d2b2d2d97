use hdrhistogram::Histogram;

/// The moment an event became due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueStamp {
    polls: u64,
    /// The turn it was in.
    pub(crate) turn: u64,
    raw: u64,
}

/// How long events wait for their task to run: the pollables' events, in the
/// measured window.
#[derive(Default)]
pub struct Latencies {
    /// Of all events.
    pub all: Waits,
    /// Of those of cold sources.
    pub cold: Waits,
    clock: Option<quanta::Clock>,
    recording: bool,
    poll_calls: u64,
    turn: u64,
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
    /// Adds the real time of others.
    pub fn add_nanoseconds(&mut self, others: &Self) {
        self.nanoseconds.add(&others.nanoseconds).expect("histograms of one shape");
    }

    fn record(&mut self, polls: u64, nanoseconds: Option<u64>) {
        record(&mut self.polls, polls);
        if let Some(nanoseconds) = nanoseconds {
            record(&mut self.nanoseconds, nanoseconds);
        }
    }
}

/// Three significant digits at any size.
fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("3 digits are allowed")
}

/// Unlike `saturating_record`, which stops at the size a histogram has now.
fn record(histogram: &mut Histogram<u64>, value: u64) {
    histogram.record(value).expect("it grows as needed");
}

impl Latencies {
    pub(crate) fn with_clock(clock: Option<quanta::Clock>) -> Self {
        Self { clock, ..Self::default() }
    }

    pub(crate) fn count_poll(&mut self) {
        self.poll_calls += 1;
    }

    pub(crate) fn turn(&mut self, turn: u64) {
        self.turn = turn;
    }

    pub(crate) fn record_from_here(&mut self, recording: bool) {
        self.recording = recording;
    }

    pub(crate) fn stamp(&self) -> DueStamp {
        let raw = self.clock.as_ref().map_or(0, quanta::Clock::raw);
        DueStamp { raw, polls: self.poll_calls, turn: self.turn }
    }

    /// The task of an event that became due at `due` runs now.
    pub(crate) fn record(&mut self, due: DueStamp, cold: bool) {
        if !self.recording {
            return;
        }
        let polls = self.poll_calls - due.polls;
        let clock = self.clock.as_ref();
        let nanoseconds = clock.map(|clock| clock.delta_as_nanos(due.raw, clock.raw()));
        self.all.record(polls, nanoseconds);
        if cold {
            self.cold.record(polls, nanoseconds);
        }
    }
}
