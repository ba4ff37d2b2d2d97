use std::collections::BTreeMap;

use crate::stats::paired::Shift;

/// The log-ratio used if one of the times is 0 or negative: larger than any measured ratio,
/// so that a rank test treats it as the most extreme.
const BEYOND: f64 = 20.0;

/// The time an event took a guest in each round.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rounds {
    /// Nanoseconds per event, by round; may be below 0.
    pub times: BTreeMap<u32, f64>,
    /// Whether the time can be told from 0.
    pub above_zero: bool,
}

impl Rounds {
    /// The log-ratios to `other` in the rounds both ran in. A round in which neither time
    /// is above 0 is left out.
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

    /// By how much the times differ from those of `other`, as a logarithm of the ratio.
    pub fn shift(&self, other: &Self) -> Option<Shift> {
        Shift::of(&self.log_ratios(other))
    }
}
