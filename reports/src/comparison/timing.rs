use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::Limit;

/// CPU time of a cell, both sides: what its thread was on a processor for. Records and
/// their reports have wall time, in which other programs' work is too.
///
/// All ratios are the candidate's time over the base's: above 1 it is slower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// What is to be thought of it.
    pub verdict: Verdict,
    /// Why it can't be told, where it can't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The base's nanoseconds for each event: the median over blocks.
    pub base_ns: f64,
    /// The candidate's.
    pub candidate_ns: f64,
    /// The stage that decided: the fresh second one where a change was to be confirmed.
    pub ratio: Ratio,
    /// What the first stage said, where there was a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_stage: Option<Ratio>,
    /// The base held against itself in the same blocks.
    pub control: Ratio,
    /// The smallest change, as a part of the base's time, that would have been called one
    /// four times in five: in two stages of so many blocks, and beyond the threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detectable: Option<f64>,
    /// How many more blocks would decide it four times in five if the ratio stayed what it
    /// is, where it is not decided: up to a later look, and for a change a second stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_blocks: Option<u64>,
    /// The change that was allowed, as a part of the base's time.
    pub threshold: f64,
    /// The limit as it was written, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Why there is that limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Timing {
    /// Whether the candidate's median exceeds the hard limit, where there is one. The
    /// median is compared without an interval, so such a limit needs some room for noise.
    pub fn exceeds_hard_limit(&self) -> bool {
        let limit = self.limit.as_deref().and_then(|it| it.parse::<Limit>().ok());
        limit.is_some_and(|it| it.is_exceeded_by(self.candidate_ns))
    }
}

/// A ratio with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ratio {
    /// The Hodges-Lehmann estimate.
    pub estimate: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// The interval's confidence: corrected for the number of cells and of looks.
    pub confidence: f64,
    /// The blocks it is made of.
    pub blocks: u64,
}

/// What is to be thought of a cell's CPU time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Faster by more than the threshold, twice.
    Faster,
    /// Slower by more than the threshold, twice.
    Slower,
    /// The whole interval lies within the threshold.
    Same,
    /// None of these.
    CantTell,
}
