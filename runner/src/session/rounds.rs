use std::time::{Duration, Instant};

use super::Budget;

/// Counts rounds, and plans how many there are going to be.
pub struct Rounds {
    budget: Budget,
    begun: Instant,
    first_round: Instant,
    done: u32,
}

impl Rounds {
    /// Before the first round of a run which has begun earlier.
    pub fn new(budget: Budget, begun: Instant) -> Self {
        Self { budget, begun, first_round: Instant::now(), done: 0 }
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
                let left = total.saturating_sub(self.begun.elapsed());
                rounds_within(left, self.first_round.elapsed(), self.done)
            }
        };
        let round = self.done;
        self.done += 1;
        (round < planned).then_some((round, planned))
    }
}

/// How many rounds there are going to be after `done` of them took `spent` and
/// `left` is left.
fn rounds_within(left: Duration, spent: Duration, done: u32) -> u32 {
    if done == 0 {
        return Budget::FEWEST;
    }
    let more = left.as_secs_f64() / (spent.as_secs_f64() / f64::from(done));
    done.saturating_add(more as u32).clamp(Budget::FEWEST, Budget::MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_used_within_bounds() {
        let seconds = Duration::from_secs;
        assert_eq!(rounds_within(seconds(10), seconds(0), 0), Budget::FEWEST);
        assert_eq!(rounds_within(seconds(9), seconds(3), 3), 12);
        assert_eq!(rounds_within(seconds(0), seconds(30), 3), Budget::FEWEST);
        assert_eq!(rounds_within(seconds(0), seconds(30), 12), 12);
        assert_eq!(rounds_within(seconds(1_000), seconds(1), 1), Budget::MOST);
    }
}
