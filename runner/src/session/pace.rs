//! How much of its planned effort a timed repetition makes, where the time is too short for
//! all of it.

use std::time::Duration;

use super::rounds::Budget;
use super::work::repetitions;

/// The part of its planned effort that a repetition makes, in sixteenths. It is the same for
/// every cell of a round, and so for all that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace(u64);

/// What a round took.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoundTime {
    /// All of it.
    pub all: Duration,
    /// The measured windows in it, which are shorter with less effort. The rest is not: it
    /// is the time in which guests and their tasks start and end.
    pub windows: Duration,
}

impl Pace {
    /// All of the effort that is planned.
    pub const FULL: Self = Self(Self::PARTS);
    const PARTS: u64 = 16;

    /// The greatest pace with which as many rounds as must be made fit into the time that is
    /// `left` after the round `round`, which took the time `took`. If none does, the least.
    /// `windows` predicts how long the windows of that round would have been with a pace.
    pub fn after(
        round: u32,
        took: RoundTime,
        left: Duration,
        windows: impl Fn(Self) -> Duration,
    ) -> Self {
        let work = |rounds: std::ops::Range<u32>| rounds.map(repetitions).sum::<u64>() as f64;
        let rounds_left = work(round + 1..Budget::FEWEST) / work(round..round + 1);
        let fixed = took.all.saturating_sub(took.windows);
        let fits = |pace: &Self| (fixed + windows(*pace)).mul_f64(rounds_left) <= left;
        (2..=Self::PARTS).rev().map(Self).find(fits).unwrap_or(Self(1))
    }

    /// The pace of a repetition that made `made` of `planned` effort.
    pub fn of(made: u64, planned: u64) -> Self {
        let parts = (made as f64 / planned as f64 * Self::PARTS as f64).round();
        Self((parts as u64).clamp(1, Self::PARTS))
    }

    /// The effort of a repetition for which `planned` is all of it.
    pub fn effort(self, planned: u64) -> u64 {
        // An effort can be close to the largest number, of which sixteen times is none.
        planned / Self::PARTS * self.0 + planned % Self::PARTS * self.0 / Self::PARTS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(round: u32, all: u64, windows: u64, left: u64) -> Pace {
        let [all, windows, left] = [all, windows, left].map(Duration::from_millis);
        Pace::after(round, RoundTime { all, windows }, left, |Pace(parts)| {
            windows.mul_f64(parts as f64 / 16.0)
        })
    }

    #[test]
    fn the_rounds_that_must_be_made_fit_into_the_time_that_is_left() {
        // The first round has two repetitions of a cell, and the five others have seven.
        assert_eq!(after(0, 1_000, 1_000, 3_500), Pace::FULL);
        assert_eq!(after(0, 1_000, 1_000, 1_750), Pace(8));
        assert_eq!(after(0, 1_200, 1_000, 2_450), Pace(8));
        // After the second round, which has one of each cell, there are six.
        assert_eq!(after(1, 500, 500, 1_500), Pace(8));
        assert_eq!(after(0, 1_000, 1_000, 0), Pace(1));
        assert_eq!(after(0, 1_000, 0, 1_000), Pace(1));
        // Nothing must be made after the sixth.
        assert_eq!(after(5, 1_000, 1_000, 0), Pace::FULL);
    }

    proptest! {
        #[test]
        fn an_effort_tells_its_pace(parts in 1..=16_u64, planned in 16..u64::MAX) {
            let pace = Pace(parts);
            prop_assert!(pace.effort(planned) <= planned);
            if planned > 1_000 {
                prop_assert_eq!(Pace::of(pace.effort(planned), planned), pace);
            }
        }

        #[test]
        fn the_full_pace_is_the_planned_effort(planned: u64) {
            prop_assert_eq!(Pace::FULL.effort(planned), planned);
        }
    }
}
