use std::num::NonZeroU32;
use std::time::Duration;

/// How often a cell is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// This number of times.
    Repetitions(NonZeroU32),
    /// As often as fits into this time, which includes the counted lane, but at least
    /// [`Budget::FEWEST`] times.
    Time(Duration),
}

impl Budget {
    /// The fewest repetitions: a 95 % confidence interval of a median needs six.
    pub const FEWEST: u32 = 6;
    /// The most repetitions in a given time: more would tell little more.
    pub const MOST: u32 = 40;
}
