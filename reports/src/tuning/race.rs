use thiserror::Error;

mod look;

use super::Range;
use super::costs::{Costs, is_cost};
use crate::stats::paired::{Shift, smallest_count};
use look::spent_by;

/// A search for the value with the least cost, driven from outside in whole rounds.
///
/// In each round, all values of [`Race::values`] are measured in turns. The race looks at
/// the costs now and then. A value leaves once its ratio to the present best is shown to be
/// beyond the tolerance: by a one-sided signed-rank test of its log ratios, with Holm's
/// correction for the number of values. The k-th look spends alpha/(k·(k + 1)); these add up
/// to alpha (Lan & DeMets, Discrete Sequential Boundaries for Clinical Trials, 1983). That
/// the present best was itself chosen by the same rounds is not corrected for.
///
/// After a look, the geometric means between the best and its neighbours join, and likewise
/// for up to two other values that are better than both of their neighbours, so that of two
/// valleys the narrower one is not lost. Nothing joins between two values whose ratio is at
/// most [`ENOUGH`](super::ENOUGH), or around a value both of whose neighbours are shown to
/// be within the tolerance of the best. A race [among](Race::among) given values gets no
/// others.
#[derive(Clone, Debug)]
pub struct Race {
    entrants: Vec<Entrant>,
    /// The values that were taken out, which never join again.
    withdrawn: Vec<u64>,
    /// Whether finer values join.
    refines: bool,
    /// The logarithm of the factor that does not matter.
    tolerance: f64,
    best: u64,
    rounds: usize,
    looks: u32,
    /// The number of rounds when values last joined.
    joined: usize,
    /// The number of rounds at which the next look is due.
    due: usize,
    settled: bool,
}

#[derive(Clone, Debug)]
struct Entrant {
    costs: Costs,
    races: bool,
    /// Whether the last look has shown it to be within the tolerance of the best.
    within: bool,
    /// The estimated log ratio to the best at the last look, if it still raced.
    distance: Option<f64>,
}

/// Why a round can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum RaceError {
    /// There is not one cost for each value.
    #[error("{given} costs were given for {values} values")]
    Number {
        /// How many values the round has.
        values: usize,
        /// How many costs were given.
        given: usize,
    },
    /// A cost has no logarithm.
    #[error("{value} can't cost {cost}: a cost is a positive number")]
    NotACost {
        /// The value.
        value: u64,
        /// What it is said to cost.
        cost: f64,
    },
}

impl Race {
    /// A race over a range, in which differences up to `tolerance`, as a part of the cost,
    /// do not matter. A tolerance below 0, or one that is not a number, is taken as 0.
    pub fn new(range: Range, tolerance: f64) -> Self {
        let race = Self::among(range.first_values(), range.default(), tolerance);
        Self { refines: true, ..race }
    }

    /// A race among some values, of which one is the default, and no others.
    pub fn among(values: Vec<u64>, default: u64, tolerance: f64) -> Self {
        let mut race = Self {
            entrants: Vec::new(),
            withdrawn: Vec::new(),
            refines: false,
            tolerance: tolerance.max(0.0).ln_1p(),
            best: default,
            rounds: 0,
            looks: 0,
            joined: 0,
            due: 0,
            settled: false,
        };
        race.join(values);
        race.settled = race.entrants.len() == 1;
        race
    }

    /// The values that are measured in the next round, in ascending order.
    pub fn values(&self) -> Vec<u64> {
        self.racing().map(|it| it.costs.value).collect()
    }

    /// Takes the cost of each of [`Race::values`], in that order. Fails without any change.
    pub fn round(&mut self, costs: &[f64]) -> Result<(), RaceError> {
        let values = self.values();
        if values.len() != costs.len() {
            return Err(RaceError::Number { values: values.len(), given: costs.len() });
        }
        if let Some((&value, &cost)) = values.iter().zip(costs).find(|(_, cost)| !is_cost(**cost)) {
            return Err(RaceError::NotACost { value, cost });
        }
        let mut costs = costs.iter().copied();
        for entrant in &mut self.entrants {
            entrant.costs.rounds.push(if entrant.races { costs.next() } else { None });
        }
        self.rounds += 1;
        if self.rounds >= self.due {
            self.look();
        }
        Ok(())
    }

    /// Takes a value out of the race that can't be measured, such as one with which the
    /// guest fails. It has no part in anything afterwards.
    pub fn withdraw(&mut self, value: u64) {
        self.entrants.retain(|it| it.costs.value != value);
        self.withdrawn.push(value);
        self.settled = self.racing().count() <= 1;
        if value == self.best {
            let another = self.racing().next().map(|it| it.costs.value);
            self.best = another.unwrap_or(value);
            self.best = self.chosen();
        }
    }

    /// Whether more rounds would hardly change the choice: nothing finer is left to try, and
    /// the values still racing are shown to be within the tolerance of the best.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// How many rounds were taken.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// The value with the least cost by all rounds until now, of those still racing that
    /// have been in as many rounds as a look takes. Before the first such round, the default.
    pub fn chosen(&self) -> u64 {
        let least = self.rounds.min(self.fewest(self.looks.max(1)));
        let near = |best: u64| {
            let shifts = self.shifts(best);
            let known = shifts.filter(|(_, shift)| shift.count() as usize >= least);
            known.min_by(|a, b| a.1.estimate().total_cmp(&b.1.estimate())).map(|(it, _)| it)
        };
        // Estimates of one another need not agree, so the second pass can be better.
        near(self.best).and_then(near).unwrap_or(self.best)
    }

    /// All values that were tried, with the costs of every round.
    pub fn costs(&self) -> impl Iterator<Item = &Costs> {
        self.entrants.iter().map(|it| &it.costs)
    }

    fn racing(&self) -> impl Iterator<Item = &Entrant> {
        self.entrants.iter().filter(|it| it.races)
    }

    /// The shift of every racing value against one of them.
    fn shifts(&self, to: u64) -> impl Iterator<Item = (u64, Shift)> {
        let to = self.entrants.iter().find(|it| it.costs.value == to);
        self.racing().filter_map(move |it| Some((it.costs.value, it.costs.shift(&to?.costs)?)))
    }

    fn join(&mut self, values: Vec<u64>) {
        let entrant = |value| {
            let costs = Costs { value, rounds: vec![None; self.rounds] };
            Entrant { costs, races: true, within: false, distance: None }
        };
        self.entrants.extend(values.into_iter().map(entrant));
        self.entrants.sort_by_key(|it| it.costs.value);
        self.joined = self.rounds;
        self.due = self.rounds + self.fewest(self.looks + 1);
    }

    /// The fewest rounds in which a value can be shown to be worse at a look.
    fn fewest(&self, look: u32) -> usize {
        let tests = self.racing().count().saturating_sub(1).max(1) as f64;
        // An interval with twice the error of a one-sided test.
        smallest_count(2.0 * spent_by(look) / tests).map_or(usize::MAX, |it| it as usize)
    }
}

#[cfg(test)]
mod tests;
