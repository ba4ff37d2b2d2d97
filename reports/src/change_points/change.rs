use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Estimate;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    /// From one run to the next, the level is another.
    Step,
    /// From here on, the level drifts for many runs.
    Creep,
    /// The level is the same, but runs differ more, or less, from each other.
    Variance,
}

/// A place in a series from which on the runs are others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangePoint {
    /// What kind of change it is.
    pub kind: Kind,
    /// The most likely first run after the change. It is 0 for a creep that is under way when
    /// the series begins, and never 0 otherwise.
    pub index: usize,
    /// The runs which could be the first after the change, with a confidence of 95 %.
    pub interval: RangeInclusive<usize>,
    /// The median of the runs before; for a changed variance, their standard deviation. Of a
    /// creep, it is where it starts.
    pub before: f64,
    /// The same of the runs after. Of a creep, it is where it has come to.
    pub after: f64,
    /// `after` as a multiple of `before`, with its interval: the median of the ratios of all
    /// pairs of a run after and a run before. `None` where a value is not above zero, so
    /// that ratios mean nothing.
    pub ratio: Option<Estimate>,
    /// The probability that a series like this one, but without any change, has a place
    /// which stands out as much; 0 where values are exact.
    pub chance: f64,
}

impl ChangePoint {
    /// The last run that is certainly before the change, if there is one, and the first that is
    /// certainly after it: the commits between them, with the latter, are to be searched.
    pub fn runs(&self) -> (Option<usize>, usize) {
        (self.interval.start().checked_sub(1), *self.interval.end())
    }
}
