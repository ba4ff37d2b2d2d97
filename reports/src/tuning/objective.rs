use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Counters;

/// What a knob is tuned for: this is to be as little as possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// Nanoseconds of CPU time per event.
    NsPerEvent,
    /// The 99th percentile of the time from an event's being due until its task runs, in
    /// nanoseconds.
    P99,
    /// Fuel of the guest per event.
    GuestFuel,
    /// Handles passed to `poll` per event.
    HandlesPerEvent,
}

impl Objective {
    /// All objectives.
    pub const ALL: [Self; 4] =
        [Self::NsPerEvent, Self::P99, Self::GuestFuel, Self::HandlesPerEvent];

    /// Its name on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::NsPerEvent => "ns-per-event",
            Self::P99 => "p99",
            Self::GuestFuel => "guest-fuel",
            Self::HandlesPerEvent => "handles-per-event",
        }
    }

    /// Its unit, as the head of a column.
    pub fn unit(self) -> &'static str {
        match self {
            Self::NsPerEvent => "ns / event",
            Self::P99 => "p99 wake-up, ns",
            Self::GuestFuel => "fuel / event",
            Self::HandlesPerEvent => "handles / event",
        }
    }

    /// What it comes to by exact counts, per event; `None` if it is not counted but timed.
    pub fn counted(self, counters: &Counters) -> Option<f64> {
        let counts = &counters.window;
        let count = match self {
            Self::NsPerEvent | Self::P99 => return None,
            Self::GuestFuel => counts.guest_fuel,
            Self::HandlesPerEvent => counts.handles_passed,
        };
        Some(count as f64 / counts.events as f64)
    }

    /// Whether it is counted, and hence exact.
    pub fn is_counted(self) -> bool {
        matches!(self, Self::GuestFuel | Self::HandlesPerEvent)
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Objective {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| format!("expected one of {known}"))
    }
}
