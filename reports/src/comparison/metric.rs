use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Counters, PhaseCounters};

/// The one list of metrics: CPU time, and then the counts, the most telling first. A count
/// of the measured window has the name of its field in [`PhaseCounters`].
macro_rules! metrics {
    ($($(#[$about:meta])* $variant:ident: $name:literal,)*) => {
        /// What is compared. Of all of them, less is better.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Metric {
            $($(#[$about])* $variant,)*
        }

        impl Metric {
            /// All metrics, CPU time first.
            pub const ALL: [Self; [$($name,)*].len()] = [$(Self::$variant,)*];

            /// The metric's name in records and in `pollbench.toml`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

metrics! {
    /// CPU time: what the thread of a run was on a processor for.
    NsPerEvent: "ns_per_event",
    /// About one unit for each WebAssembly instruction.
    GuestFuel: "guest_fuel",
    /// Calls of `poll`.
    PollCalls: "poll_calls",
    /// Handles passed to it.
    HandlesPassed: "handles_passed",
    /// Positions it returned.
    ReadyReturned: "ready_returned",
    /// Polls after which no task ran.
    SpuriousWakeups: "spurious_wakeups",
    /// Calls of `pollable.ready`.
    ReadyCalls: "ready_calls",
    /// Calls of `pollable.block`.
    BlockCalls: "block_calls",
    /// Calls of the clock.
    ClockCalls: "clock_calls",
    /// Pollables that came into being.
    Subscriptions: "subscriptions",
    /// Pollables dropped.
    Drops: "drops",
    /// Calls of a poll set's `add` and `remove`.
    SetChanges: "set_changes",
    /// Handles alive at once, at most.
    HandlesPeak: "handles_peak",
    /// Handles alive at the end.
    HandlesLeaked: "handles_leaked",
    /// Linear memory at its largest, in bytes.
    GuestMemoryPeakBytes: "guest_memory_peak_bytes",
}

impl Metric {
    /// The exact metrics, that is all but CPU time, the most telling first.
    pub const COUNTS: [Self; Self::ALL.len() - 1] = {
        let mut counts = [Self::GuestFuel; Self::ALL.len() - 1];
        let mut place = 0;
        while place < counts.len() {
            counts[place] = Self::ALL[place + 1];
            place += 1;
        }
        counts
    };

    /// The unit of the metric.
    pub fn unit(self) -> &'static str {
        match self {
            Self::NsPerEvent => "ns/event",
            Self::GuestFuel => "fuel/event",
            Self::HandlesPeak | Self::HandlesLeaked => "handles",
            Self::GuestMemoryPeakBytes => "bytes",
            _ => "per event",
        }
    }

    /// Whether the metric is a count of the measured window, to be divided by the window's
    /// events, because the window closes early for a guest that does too much.
    pub fn is_per_event(self) -> bool {
        !matches!(self, Self::HandlesPeak | Self::HandlesLeaked | Self::GuestMemoryPeakBytes)
    }

    /// Whether it depends on how the guest was compiled, and not only on what it does.
    pub fn depends_on_compiler(self) -> bool {
        matches!(self, Self::NsPerEvent | Self::GuestFuel | Self::GuestMemoryPeakBytes)
    }

    /// What this count is to be divided by. A window without events is treated as one with a
    /// single event, so that its counts still show.
    pub fn divisor(self, counters: &Counters) -> u64 {
        if self.is_per_event() { counters.window.events.max(1) } else { 1 }
    }

    /// The value of this count, per event if it is one of the window; `None` for CPU time.
    pub fn value(self, counters: &Counters) -> Option<f64> {
        Some(self.count(counters)? as f64 / self.divisor(counters) as f64)
    }

    /// The value of this count; `None` for CPU time.
    pub fn count(self, counters: &Counters) -> Option<u64> {
        match self {
            Self::NsPerEvent => None,
            Self::HandlesPeak => Some(counters.handles_peak),
            Self::HandlesLeaked => Some(counters.handles_leaked),
            Self::GuestMemoryPeakBytes => Some(counters.guest_memory_peak_bytes),
            _ => {
                let count = PhaseCounters::COUNTS.iter().find(|it| it.name == self.name());
                count.map(|it| (it.of)(&counters.window))
            }
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Metric {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.iter();
        known.clone().copied().find(|metric| metric.name() == name).ok_or_else(|| {
            let known: Vec<&str> = known.map(|it| it.name()).collect();
            format!("there is no metric {name:?}; there are {}", known.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_but_cpu_time_is_counted_and_known_by_its_name() {
        for metric in Metric::ALL {
            let counted = metric.count(&Counters::default()).is_some();
            assert_eq!(counted, metric != Metric::NsPerEvent, "{metric}");
            assert_eq!(metric.name().parse(), Ok(metric));
            let json = serde_json::to_value(metric).unwrap();
            assert_eq!(json, serde_json::json!(metric.name()));
        }
    }
}
