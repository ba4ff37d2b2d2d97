use std::num::NonZeroU32;
use std::time::Duration;

/// How often a cell is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// So often.
    Repetitions(NonZeroU32),
    /// As often as fits into so much time, counting lane included, but at least
    /// [`Budget::FEWEST`] times.
    Time(Duration),
}

impl Budget {
    /// A 95 % confidence interval of a median takes six.
    pub const FEWEST: u32 = 6;
    /// More than this many tell little more.
    pub const MOST: u32 = 40;
}
