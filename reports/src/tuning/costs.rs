use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::median;
use crate::stats::paired::Shift;

/// What one value of a knob cost in each round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Costs {
    /// The value of the knob.
    pub value: u64,
    /// The cost by round; absent where the value had no part in the round. The same place
    /// in the lists of two values is the same round.
    pub rounds: Vec<Option<f64>>,
}

impl Costs {
    /// By how much this value differs from another: the logarithm of the ratio of their
    /// costs, from the rounds in which both were measured. Whatever slowed the machine in
    /// such a round slowed both, and cancels out.
    ///
    /// Costs that are not positive have no ratio, and count as absent. `None` without a
    /// common round.
    pub fn shift(&self, other: &Self) -> Option<Shift> {
        let pairs = self.rounds.iter().zip(&other.rounds);
        let ratios = pairs.filter_map(|(own, other)| {
            let (own, other) = ((*own)?, (*other)?);
            (is_cost(own) && is_cost(other)).then(|| own.ln() - other.ln())
        });
        Shift::of(&ratios.collect::<Vec<f64>>())
    }

    /// The median of the costs there are; `None` without any.
    pub fn median(&self) -> Option<f64> {
        let costs: Vec<f64> = self.rounds.iter().flatten().copied().collect();
        (!costs.is_empty()).then(|| median(&costs))
    }

    /// The costs there are, in the order of the rounds.
    pub(super) fn known(&self) -> Vec<f64> {
        self.rounds.iter().flatten().copied().filter(|&cost| is_cost(cost)).collect()
    }
}

/// Whether a number can be a cost.
pub(super) fn is_cost(cost: f64) -> bool {
    cost.is_finite() && cost > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_within_common_rounds() {
        let left = Costs { value: 1, rounds: vec![Some(2.0), Some(30.0), None, Some(9.0)] };
        let right = Costs { value: 2, rounds: vec![Some(1.0), Some(15.0), Some(1.0)] };
        let shift = left.shift(&right).unwrap();
        assert_eq!(shift.count(), 2);
        assert!((shift.estimate() - 2.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn without_a_common_positive_cost_there_is_no_shift() {
        let costs = |rounds: &[Option<f64>]| Costs { value: 1, rounds: rounds.to_vec() };
        let one = costs(&[Some(1.0), None]);
        for odd in [None, Some(0.0), Some(-1.0), Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(one.shift(&costs(&[odd, Some(1.0)])), None);
        }
    }
}
