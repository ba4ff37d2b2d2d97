use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Counters;

/// What is compared. Of all of them, less is better.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Wall time.
    NsPerEvent,
    /// About one unit for each WebAssembly instruction.
    GuestFuel,
    /// Calls of `poll`.
    PollCalls,
    /// Handles passed to it.
    HandlesPassed,
    /// Positions it returned.
    ReadyReturned,
    /// Polls after which no task ran.
    SpuriousWakeups,
    /// Calls of `pollable.ready`.
    ReadyCalls,
    /// Calls of `pollable.block`.
    BlockCalls,
    /// Calls of the clock.
    ClockCalls,
    /// Pollables that came into being.
    Subscriptions,
    /// Pollables dropped.
    Drops,
    /// Calls of a poll set's `add` and `remove`.
    SetChanges,
    /// Handles alive at once, at most.
    HandlesPeak,
    /// Handles alive at the end.
    HandlesLeaked,
    /// Linear memory at its largest, in bytes.
    GuestMemoryPeakBytes,
}

impl Metric {
    /// The exact ones, the most telling first.
    pub const COUNTS: [Self; 14] = [
        Self::GuestFuel,
        Self::PollCalls,
        Self::HandlesPassed,
        Self::ReadyReturned,
        Self::SpuriousWakeups,
        Self::ReadyCalls,
        Self::BlockCalls,
        Self::ClockCalls,
        Self::Subscriptions,
        Self::Drops,
        Self::SetChanges,
        Self::HandlesPeak,
        Self::HandlesLeaked,
        Self::GuestMemoryPeakBytes,
    ];

    /// As records and `pollbench.toml` call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NsPerEvent => "ns_per_event",
            Self::GuestFuel => "guest_fuel",
            Self::PollCalls => "poll_calls",
            Self::HandlesPassed => "handles_passed",
            Self::ReadyReturned => "ready_returned",
            Self::SpuriousWakeups => "spurious_wakeups",
            Self::ReadyCalls => "ready_calls",
            Self::BlockCalls => "block_calls",
            Self::ClockCalls => "clock_calls",
            Self::Subscriptions => "subscriptions",
            Self::Drops => "drops",
            Self::SetChanges => "set_changes",
            Self::HandlesPeak => "handles_peak",
            Self::HandlesLeaked => "handles_leaked",
            Self::GuestMemoryPeakBytes => "guest_memory_peak_bytes",
        }
    }

    /// What it is counted in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::NsPerEvent => "ns/event",
            Self::GuestFuel => "fuel/event",
            Self::HandlesPeak | Self::HandlesLeaked => "handles",
            Self::GuestMemoryPeakBytes => "bytes",
            _ => "per event",
        }
    }

    /// Whether it is a count of the measured window, to be divided by its events: a
    /// window closes early for a guest that does too much.
    pub fn is_per_event(self) -> bool {
        !matches!(self, Self::HandlesPeak | Self::HandlesLeaked | Self::GuestMemoryPeakBytes)
    }

    /// Whether it depends on how the guest was compiled, and not only on what it does.
    pub fn depends_on_compiler(self) -> bool {
        matches!(self, Self::NsPerEvent | Self::GuestFuel | Self::GuestMemoryPeakBytes)
    }

    /// The count, `None` for wall time.
    pub fn count(self, counters: &Counters) -> Option<u64> {
        let window = &counters.window;
        Some(match self {
            Self::NsPerEvent => return None,
            Self::GuestFuel => window.guest_fuel,
            Self::PollCalls => window.poll_calls,
            Self::HandlesPassed => window.handles_passed,
            Self::ReadyReturned => window.ready_returned,
            Self::SpuriousWakeups => window.spurious_wakeups,
            Self::ReadyCalls => window.ready_calls,
            Self::BlockCalls => window.block_calls,
            Self::ClockCalls => window.clock_calls,
            Self::Subscriptions => window.subscriptions,
            Self::Drops => window.drops,
            Self::SetChanges => window.set_changes,
            Self::HandlesPeak => counters.handles_peak,
            Self::HandlesLeaked => counters.handles_leaked,
            Self::GuestMemoryPeakBytes => counters.guest_memory_peak_bytes,
        })
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
        let all = [Self::NsPerEvent].into_iter().chain(Self::COUNTS);
        all.into_iter().find(|metric| metric.name() == name).ok_or_else(|| {
            let known = [Self::NsPerEvent].iter().chain(&Self::COUNTS).map(|it| it.name());
            format!(
                "there is no metric {name:?}; there are {}",
                known.collect::<Vec<_>>().join(", ")
            )
        })
    }
}
