use std::collections::BTreeMap;

use crate::stats::paired::Shift;

/// The logarithm of a ratio of something to nothing, or to less: farther out than any
/// ratio that was ever measured, so that it counts as the farthest for a test of ranks.
const BEYOND: f64 = 20.0;

/// What an event took of a guest, by round.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rounds {
    /// In nanoseconds; may be below 0.
    pub times: BTreeMap<u32, f64>,
    /// Whether the time can be told from 0.
    pub above_zero: bool,
}

impl Rounds {
    /// The log-ratios to `other` in the rounds both ran in. A round in which neither
    /// took any time tells nothing.
    fn log_ratios(&self, other: &Self) -> Vec<f64> {
        let ratio = |(round, &time): (&u32, &f64)| {
            let beside = *other.times.get(round)?;
            match (time > 0.0, beside > 0.0) {
                (true, true) => Some((time / beside).ln().clamp(-BEYOND, BEYOND)),
                (true, false) => Some(BEYOND),
                (false, true) => Some(-BEYOND),
                (false, false) => None,
            }
        };
        self.times.iter().filter_map(ratio).collect()
    }

    /// By how much this differs from `other`, as a logarithm.
    pub fn shift(&self, other: &Self) -> Option<Shift> {
        Shift::of(&self.log_ratios(other))
    }
}
