use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Wall time in the measured window, summarised, and the repetitions behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Time {
    /// Nanoseconds an event takes, all in, pollbench's own driver too: from the plain
    /// repetitions.
    pub ns_per_event: Estimate,
    /// The same less what the driver takes, which is what guests are compared by. From
    /// the plain repetitions and the driver's time in the profiled ones. Absent in
    /// records before schema 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_ns_per_event: Option<Estimate>,
    /// Nanoseconds an event takes the driver: the median over profiled repetitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver_ns_per_event: Option<f64>,
    /// Nanoseconds a `poll` call takes as the guest sees it, boundary included:
    /// from the profiled repetitions. Absent where the guest never polls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ns_per_poll: Option<Estimate>,
    /// The same time for each handle passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ns_per_handle: Option<Estimate>,
    /// The part of the window spent in the guest.
    pub guest_share: f64,
    /// The part spent in host functions.
    pub host_share: f64,
    /// The part spent crossing between them: calls, the canonical ABI, and the
    /// engine's own bookkeeping.
    pub boundary_share: f64,
    /// Of `host_share`: the host's implementation of `poll`.
    pub poll_share: f64,
    /// Of `host_share`: pollbench itself, which scripts the tasks, moves the
    /// virtual clock and checks the guest.
    pub driver_share: f64,
    /// Profiled over plain: how much a profiled repetition is slowed down by
    /// being observed. The median over rounds, before correction.
    pub observer_ratio: f64,
    /// Every repetition, in the order they ran.
    pub repetitions: Vec<Repetition>,
}

impl Time {
    /// What an event takes, without pollbench's own time if the record has that: what guests
    /// are compared by.
    pub fn per_event(&self) -> &Estimate {
        self.net_ns_per_event.as_ref().unwrap_or(&self.ns_per_event)
    }
}

/// A median with its confidence interval.
///
/// The interval is the distribution-free one between order statistics of the
/// repetitions (Conover, Practical Nonparametric Statistics, 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The median over repetitions.
    pub median: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// The probability that such an interval covers the median, at least 0.95
    /// where there are enough repetitions for that: six.
    pub confidence: f64,
}

impl Estimate {
    /// Whether the interval is one: a single repetition tells nothing of how far others
    /// would be from it.
    pub fn has_interval(&self) -> bool {
        // The coverage of a single value is 0, but for rounding.
        self.confidence > 1e-9
    }

    /// The interval's longer arm as a part of the median, where that is not zero. It means
    /// nothing where there is no interval.
    pub fn relative_error(&self) -> Option<f64> {
        let arm = (self.high - self.median).max(self.median - self.low);
        (self.median != 0.0).then(|| arm / self.median)
    }
}

/// One run of a guest from instantiation to exit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repetition {
    /// The round it belongs to; each round visits every cell.
    pub round: u32,
    /// How much work it was to be, where that was less than the cell's `effort` because the
    /// time of the run was short. It is the same for all guests of a round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<u64>,
    /// Whether it was observed.
    pub kind: RepetitionKind,
    /// The length of the measured window, without what the host waited in it.
    pub nanoseconds: u64,
    /// How long the host waited for something to happen, on a real one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waited: u64,
    /// Events in it.
    pub events: u64,
    /// `poll` calls in it.
    pub poll_calls: u64,
    /// Handles passed to them.
    pub handles_passed: u64,
    /// Where the time went, in a profiled repetition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
}

fn is_zero(nanoseconds: &u64) -> bool {
    *nanoseconds == 0
}

/// Two kinds of repetition take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RepetitionKind {
    /// Two time stamps: the ends of the window.
    Plain,
    /// A time stamp at every crossing.
    Profiled,
}

/// Where the time of a profiled repetition went, in nanoseconds, with the cost
/// of observing already subtracted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Split {
    /// In the guest.
    pub guest: f64,
    /// Crossing between guest and host, for `poll` calls.
    pub poll_boundary: f64,
    /// Crossing between guest and host, for all other calls.
    pub other_boundary: f64,
    /// In the host's implementation of `poll`.
    pub poll: f64,
    /// In the host's implementations of everything else.
    pub other_host: f64,
    /// In pollbench itself.
    pub driver: f64,
    /// Waiting for something to happen, on a real host: no part of the total.
    #[serde(default)]
    pub waiting: f64,
    /// What observing cost, as subtracted.
    pub observation: f64,
}

impl Split {
    /// All parts but [`Split::waiting`] and [`Split::observation`], added up.
    pub fn total(&self) -> f64 {
        self.guest
            + self.poll_boundary
            + self.other_boundary
            + self.poll
            + self.other_host
            + self.driver
    }
}
