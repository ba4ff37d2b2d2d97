//! Two measurements of the same cells, held against each other.
//!
//! There are two kinds of evidence, kept apart. **Counts** are exact, so a difference
//! is a fact, and only whether it matters is a question of limits. **CPU time**
//! is uncertain, so it is judged from many paired blocks, and may stay undecided.

mod cell;
pub mod counts;
pub mod judge;
pub mod limits;
mod metric;
mod outcome;
pub mod output;
mod timing;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cell::{Cell, Count, CountVerdict, Identity, Problem};
pub use metric::Metric;
pub use outcome::Outcome;
pub use timing::{Ratio, Timing, Verdict};

/// The schema number of a comparison in JSON.
pub const SCHEMA: u32 = 2;

/// Two sides, the cells they share, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The format's number, [`SCHEMA`].
    pub schema: u32,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The command line that repeats it.
    pub command: String,
    /// What is compared with.
    pub base: Side,
    /// What is judged.
    pub candidate: Side,
    /// What whoever reads the rest has to know first: environments that differ, cells
    /// that have no counterpart. A sentence each.
    pub notes: Vec<String>,
    /// How CPU time was measured, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<TimingConditions>,
    /// What was compared.
    pub cells: Vec<Cell>,
    /// All in all.
    pub outcome: Outcome,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// What the command line calls it.
    pub label: String,
    /// The version of pollbench that measured it.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// Its guests.
    pub guests: Vec<SideGuest>,
}

/// A guest of a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SideGuest {
    /// Its name.
    pub name: String,
    /// SHA-256 of the component, in hexadecimal.
    pub sha256: String,
    /// The compilers named in it.
    pub compiler: String,
}

/// How CPU time was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimingConditions {
    /// Changes up to this part of the base's time do not count: 0.01 is 1 %.
    pub threshold: f64,
    /// The chance, at most, of calling any cell of the first stage a change when none is.
    pub alpha: f64,
    /// Seconds that measuring might take.
    pub budget: f64,
    /// Seconds that it took.
    pub spent: f64,
    /// The part of the processors' time which the machine's own host took for others,
    /// where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal: Option<f64>,
    /// The seed of the order in which sides took turns.
    pub seed: u64,
}
