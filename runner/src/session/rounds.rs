use std::num::NonZeroU32;
use std::ops::Range;
use std::time::{Duration, Instant};

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

/// Counts rounds, and plans how many there are going to be.
pub struct Rounds {
    budget: Budget,
    begun: Instant,
    before: Duration,
    first_round: Instant,
    completed: Range<u32>,
    next: u32,
}

impl Rounds {
    /// Before the first round of a session that began at `begun`. If it resumes a run, that
    /// had taken the time `before`; all groups have been through `completed.start` rounds, and
    /// some through `completed.end`.
    pub fn new(budget: Budget, begun: Instant, before: Duration, completed: Range<u32>) -> Self {
        let next = completed.start;
        Self { budget, begun, before, first_round: Instant::now(), completed, next }
    }

    /// How many rounds there are going to be, as far as can be told before the first.
    pub fn at_first(budget: Budget) -> u32 {
        match budget {
            Budget::Repetitions(count) => count.get(),
            Budget::Time(_) => Budget::FEWEST,
        }
    }

    /// The number of the next round, and how many there are going to be as far as
    /// can be told now.
    pub fn next(&mut self) -> Option<(u32, u32)> {
        let planned = match self.budget {
            Budget::Repetitions(count) => count.get(),
            Budget::Time(total) => {
                let left = total.saturating_sub(self.before + self.begun.elapsed());
                rounds_within(left, self.first_round.elapsed(), &self.completed, self.next)
            }
        };
        let round = self.next;
        self.next += 1;
        (round < planned).then_some((round, planned))
    }
}

/// How many rounds there are going to be if those from `completed.start` to `next` took the time
/// `spent`, and `left` is left. A round that some groups have been through is completed.
fn rounds_within(left: Duration, spent: Duration, completed: &Range<u32>, next: u32) -> u32 {
    let done = next - completed.start;
    let more = match done {
        // It is not known yet how long a round takes.
        0 => u32::from(next > 0 && !left.is_zero()),
        done => (left.as_secs_f64() / (spent.as_secs_f64() / f64::from(done))) as u32,
    };
    next.saturating_add(more).clamp(Budget::FEWEST, Budget::MOST).max(completed.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_number_of_rounds_fits_the_time_left_within_bounds() {
        let within =
            |left, spent, done| rounds_within(seconds(left), seconds(spent), &(0..0), done);
        assert_eq!(within(10, 0, 0), Budget::FEWEST);
        assert_eq!(within(9, 3, 3), 12);
        assert_eq!(within(0, 30, 3), Budget::FEWEST);
        assert_eq!(within(0, 30, 12), 12);
        assert_eq!(within(1_000, 1, 1), Budget::MOST);
    }

    #[test]
    fn a_resumed_run_completes_the_rounds_that_were_begun() {
        let within = |left, spent, completed, done| {
            rounds_within(seconds(left), seconds(spent), &completed, done)
        };
        // No time is left: only a round that some groups have been through is completed.
        assert_eq!(within(0, 0, 8..8, 8), 8);
        assert_eq!(within(0, 0, 8..9, 8), 9);
        assert_eq!(within(0, 0, 2..3, 2), Budget::FEWEST);
        // With time left there is one round, and then as many as its duration allows.
        assert_eq!(within(9, 0, 8..8, 8), 9);
        assert_eq!(within(9, 3, 8..8, 9), 12);
        assert_eq!(within(9, 0, 40..40, 40), Budget::MOST);
    }
}
