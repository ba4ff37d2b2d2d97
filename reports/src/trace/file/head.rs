use serde::{Deserialize, Serialize};

/// What a trace file says of the trace before its events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The component's file.
    pub component: String,
    /// The hexadecimal SHA-256 digest of the component.
    pub sha256: String,
    /// When the trace began, in UTC.
    pub started: String,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// How long the trace lasted, in nanoseconds.
    pub nanoseconds: u64,
    /// How many events there were.
    pub events: u64,
    /// How many of them, the first ones, are not in the file, because it was full.
    pub lost: u64,
}
