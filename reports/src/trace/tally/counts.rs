use hdrhistogram::Histogram;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::trace::event::Look;

/// What was counted in a trace. A look is a call of `poll`, `block` or `ready`, and a wait is
/// one of the first two. A marker is a timer that is due when it is made, which serves to look
/// without waiting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Calls of `poll`.
    pub polls: u64,
    /// Calls of `pollable.block`.
    pub blocks: u64,
    /// Calls of `pollable.ready`.
    pub ready_calls: u64,
    /// How many of them said that the pollable is ready.
    pub ready_answers: u64,
    /// Calls of other host functions, without those of clocks and those that make or drop
    /// pollables.
    pub other_calls: u64,
    /// Handles that were passed to `poll`.
    pub handles: u64,
    /// How many of them were ready.
    pub ready: u64,
    /// The handles that were passed to each poll.
    pub handles_a_poll: Spread,
    /// How long each wait blocked, in nanoseconds.
    pub blocked_a_wait: Spread,
    /// What the host worked in `poll`, in nanoseconds.
    pub worked: u64,
    /// What `poll` and `block` waited, in nanoseconds.
    pub blocked: u64,
    /// The pollables of each kind: timers, sockets, streams, those of HTTP, others.
    pub kinds: [KindCounts; 5],
    /// How many of the timers were markers.
    pub markers_made: u64,
    /// Waits that found nothing new, although they were about many pollables and next to
    /// nothing had been done since the look before.
    pub after_each: Waste,
    /// Calls of `ready` for a pollable that was not ready at the call before, with nothing done
    /// since.
    pub idle_asking: Waste,
    /// Waits that ended for a marker only, with nothing done since the look before.
    pub idle_marked: Waste,
    /// Waits that ended for pollables that had been reported before, with nothing done since.
    pub idle_left: Waste,
    /// Waits with a marker among the pollables.
    pub marked: u64,
    /// Timers that were passed to waits, without markers.
    pub timers: u64,
    /// Other pollables that were passed to waits.
    pub others: u64,
    /// Waits with more than one timer among the pollables.
    pub crowded: u64,
    /// Waits for a single pollable.
    pub single: u64,
    /// Pollables that were waited for at least once.
    pub waited_for: u64,
    /// The waits that went by between the making of these and the first wait for them.
    pub turns_waited: u64,
    /// Timers that were set when something else than a timer had become ready, and waited for
    /// beside older ones.
    pub set_beside: u64,
    /// The pollables that are alive at the end.
    pub forgotten: Forgotten,
}

/// The pollables of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindCounts {
    /// How many were made.
    pub made: u64,
    /// How many of them were dropped.
    pub dropped: u64,
}

/// Looks that were of no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waste {
    /// How many there were.
    pub looks: u64,
    /// The handles that were passed to them.
    pub handles: u64,
    /// What the host worked for them, in nanoseconds.
    pub worked: u64,
}

/// The pollables that are alive at the end of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forgotten {
    /// Those that nobody waits for, although they were ready or nobody has looked at them
    /// since they were made, of which these were made in the first half of the waits.
    pub of_first_half: u64,
    /// Those that were made in the second half.
    pub of_second_half: u64,
    /// The others.
    pub others: u64,
}

/// How numbers are distributed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The least.
    pub least: u64,
    /// Half of them are not more.
    pub median: u64,
    /// Of a hundred, ninety are not more.
    pub p90: u64,
    /// Of a hundred, ninety-nine are not more.
    pub p99: u64,
    /// The most.
    pub most: u64,
}

impl Counts {
    /// Calls that wait: of `poll` and of `block`.
    pub fn waits(&self) -> u64 {
        self.polls + self.blocks
    }

    /// The calls that look at pollables.
    pub fn looks(&self) -> u64 {
        self.waits() + self.ready_calls
    }

    /// Waits that reported nothing new although nothing had been done since the last look.
    pub fn spurious(&self) -> u64 {
        self.idle_marked.looks + self.idle_left.looks
    }

    /// Pollables that were made.
    pub fn made(&self) -> u64 {
        self.kinds.iter().map(|it| it.made).sum()
    }

    /// Pollables that were dropped.
    pub fn dropped(&self) -> u64 {
        self.kinds.iter().map(|it| it.dropped).sum()
    }

    /// What the host works in `poll` for each handle, in nanoseconds; `None` without any.
    pub fn worked_a_handle(&self) -> Option<f64> {
        (self.handles > 0).then(|| self.worked as f64 / self.handles as f64)
    }
}

impl Waste {
    pub(super) fn add(&mut self, look: &Look<'_>) {
        self.looks += 1;
        self.handles += look.list.len() as u64;
        self.worked += look.took.worked;
    }
}

impl Forgotten {
    /// All that nobody waits for.
    pub fn all(&self) -> u64 {
        self.of_first_half + self.of_second_half
    }
}

impl Spread {
    /// The distribution of what a histogram has counted.
    pub fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        Self {
            mean: histogram.mean(),
            least: histogram.min(),
            median: histogram.value_at_quantile(0.5),
            p90: histogram.value_at_quantile(0.9),
            p99: histogram.value_at_quantile(0.99),
            most: histogram.max(),
        }
    }
}
