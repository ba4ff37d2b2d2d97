//! The two phases of timing: values are chosen, and then judged by fresh rounds.

use std::time::{Duration, Instant};

use rand_pcg::Pcg64Mcg;

use super::counting::Counting;
use super::rounds::Round;
use super::search::Search;
use super::{TunableKnob, TuneError, Tuner};

/// The fresh rounds for which choosing leaves time, if it can: with fewer, intervals that
/// hold for a dozen values together would need more confidence than there is.
const JUDGING_ROUNDS: u32 = 14;

/// The most rounds of either phase.
const MOST_ROUNDS: usize = 60;

impl Tuner<'_> {
    /// Times rounds of the race for half of the budget, and fresh ones for the other half.
    pub(super) fn time(
        &self,
        knob: &TunableKnob,
        searches: &mut [Search],
        budget: Duration,
        counting: &mut Counting,
        random: &mut Pcg64Mcg,
    ) -> Result<(), TuneError> {
        let begun = Instant::now();
        let mut choosing_until = begun + budget / 2;
        for number in 1..=MOST_ROUNDS {
            if searches.iter().all(|it| it.is_settled()) {
                break;
            }
            self.say(&format!("choosing {}, round {number}", knob.name));
            let Some(mut round) = Round::start(&self.runner, self.limits, random)? else { break };
            for search in searches.iter_mut().filter(|it| !it.is_settled()) {
                search.race(&mut round, counting, random)?;
            }
            if number == 1 {
                // Every value takes part in the first round, as it will in fresh ones.
                let reserved = begun.elapsed() * JUDGING_ROUNDS;
                let left = budget.saturating_sub(reserved);
                choosing_until = begun + left.clamp(budget / 4, budget / 2);
            }
            if self.is_over(begun, number, choosing_until) {
                break;
            }
        }
        searches.iter_mut().for_each(Search::choose);
        let needed = 2 * begun.elapsed();
        let judging_from = Instant::now();
        for number in 1..=MOST_ROUNDS {
            let is_told = searches.iter().all(Search::is_told);
            if self.stopped() || is_told || judging_from >= begun + budget {
                break;
            }
            self.say(&format!("judging {}, round {number}", knob.name));
            let Some(mut round) = Round::start(&self.runner, self.limits, random)? else { break };
            for search in searches.iter_mut().filter(|it| !it.is_told()) {
                search.judge(&mut round, random)?;
            }
            if self.is_over(judging_from, number, begun + budget) {
                break;
            }
        }
        let is_judged = searches.iter().all(Search::is_judged);
        if is_judged || self.stopped() { Ok(()) } else { Err(TuneError::Budget { budget, needed }) }
    }

    /// Whether another round would end after `end`, after `done` rounds since `begun`.
    fn is_over(&self, begun: Instant, done: usize, end: Instant) -> bool {
        let each = begun.elapsed() / done as u32;
        self.stopped() || Instant::now() + each > end
    }

    fn say(&self, what: &str) {
        self.progress.begin(what, 0);
    }
}
