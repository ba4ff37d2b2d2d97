use thiserror::Error;

use super::costs::{Costs, is_cost};

/// Several works that a guest does beside each other, combined into one cost.
///
/// The combined cost of a round is the weighted arithmetic mean of the works' costs, each
/// divided by that work's reference: what it costs at the default value, a constant of the
/// session. The weights are then the shares of the time which the works take at the default
/// value, and the result is the time that the whole takes, in units of what it takes there.
///
/// It is not the geometric mean, which would call a value that makes a tenth of the load ten
/// times slower 26 % slower, while the whole takes 90 % longer. The reference is not the
/// default's cost of the same round, as its noise would then be in every other value's cost
/// but not in its own. Whatever slows the machine in a round still cancels out in the ratio
/// of two values, if it slows all works of the round alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// The factor of each work's cost.
    factors: Vec<f64>,
}

/// Why there is no such mix.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum MixError {
    /// There is nothing to combine.
    #[error("a mix has at least one work with a weight above 0")]
    Nothing,
    /// A weight is no share.
    #[error("{0} is not a weight: it is a number from 0 up")]
    NotAWeight(f64),
    /// A work's reference is no cost.
    #[error("a work can't cost {0} at the default value: a cost is a positive number")]
    NotACost(f64),
}

impl Mix {
    /// A mix of works, of each its weight and its reference. Weights need not add up to 1.
    pub fn new(works: &[(f64, f64)]) -> Result<Self, MixError> {
        for &(weight, reference) in works {
            if !weight.is_finite() || weight < 0.0 {
                return Err(MixError::NotAWeight(weight));
            }
            if !is_cost(reference) {
                return Err(MixError::NotACost(reference));
            }
        }
        let total: f64 = works.iter().map(|it| it.0).sum();
        if !is_cost(total) {
            return Err(MixError::Nothing);
        }
        Ok(Self { factors: works.iter().map(|it| it.0 / total / it.1).collect() })
    }

    /// The combined cost of one value in one round, from what each work costs; 1 is what
    /// the default costs. `None` unless there is one positive cost for each work.
    pub fn cost(&self, costs: &[f64]) -> Option<f64> {
        let complete = costs.len() == self.factors.len() && costs.iter().all(|&it| is_cost(it));
        complete.then(|| costs.iter().zip(&self.factors).map(|(cost, factor)| cost * factor).sum())
    }

    /// The combined costs of each value that all works have, by round. A value has no part
    /// in a round in which one of the works lacks it. `works` is in the order of the mix.
    pub fn combine(&self, works: &[&[Costs]]) -> Vec<Costs> {
        let Some(first) = works.first() else { return Vec::new() };
        let of_value = |value: u64| {
            let of_work = |it: &&'_ [Costs]| it.iter().find(|it| it.value == value).cloned();
            let all = works.iter().map(of_work).collect::<Option<Vec<Costs>>>()?;
            let rounds = all.iter().map(|it| it.rounds.len()).max().unwrap_or(0);
            let round = |at: usize| {
                let costs: Option<Vec<f64>> =
                    all.iter().map(|it| it.rounds.get(at).copied().flatten()).collect();
                self.cost(&costs?)
            };
            Some(Costs { value, rounds: (0..rounds).map(round).collect() })
        };
        first.iter().filter_map(|it| of_value(it.value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn costs(value: u64, rounds: &[Option<f64>]) -> Costs {
        Costs { value, rounds: rounds.to_vec() }
    }

    #[test]
    fn a_mix_is_the_time_of_the_whole() {
        // 90 % of the time unchanged, and 10 % of it ten times as long.
        let mix = Mix::new(&[(90.0, 200.0), (10.0, 5.0)]).unwrap();
        assert!((mix.cost(&[200.0, 50.0]).unwrap() - 1.9).abs() < 1e-12);
        assert!((mix.cost(&[200.0, 5.0]).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn values_and_rounds_that_a_work_lacks_are_left_out() {
        let mix = Mix::new(&[(1.0, 1.0), (1.0, 1.0)]).unwrap();
        let one = [costs(1, &[Some(1.0), Some(2.0), None]), costs(2, &[Some(1.0)])];
        let other = [costs(1, &[Some(3.0), None, Some(1.0)])];
        let found = mix.combine(&[&one, &other]);
        assert_eq!(found, [costs(1, &[Some(2.0), None, None])]);
        assert_eq!(mix.combine(&[]), []);
        for odd in [&[1.0][..], &[1.0, f64::NAN], &[1.0, 0.0]] {
            assert_eq!(mix.cost(odd), None);
        }
    }

    #[test]
    fn weights_and_references_are_checked() {
        let message = |works: &[(f64, f64)]| Mix::new(works).unwrap_err().to_string();
        assert_eq!(message(&[]), "a mix has at least one work with a weight above 0");
        assert_eq!(message(&[(0.0, 1.0)]), "a mix has at least one work with a weight above 0");
        assert_eq!(message(&[(-1.0, 1.0)]), "-1 is not a weight: it is a number from 0 up");
        assert_eq!(
            message(&[(1.0, 0.0)]),
            "a work can't cost 0 at the default value: a cost is a positive number"
        );
    }

    proptest! {
        /// A factor common to a round cancels out of the ratio of two values, units and the
        /// size of the weights out of the cost.
        #[test]
        fn what_is_common_cancels_out(
            works in prop::collection::vec((0.1_f64..9.0, 0.1_f64..9.0, 0.1_f64..9.0, 0.1_f64..9.0), 1..5),
            factor in 0.1_f64..10.0,
        ) {
            let mix = |weight: f64, unit: f64| {
                let works: Vec<(f64, f64)> = works.iter().map(|it| (it.0 * weight, it.1 * unit)).collect();
                Mix::new(&works).unwrap()
            };
            let left = |by: f64| works.iter().map(|it| it.2 * by).collect::<Vec<f64>>();
            let right = |by: f64| works.iter().map(|it| it.3 * by).collect::<Vec<f64>>();
            let own = mix(1.0, 1.0);
            let ratio = |by: f64| own.cost(&left(by)).unwrap() / own.cost(&right(by)).unwrap();
            prop_assert!((ratio(1.0) / ratio(factor) - 1.0).abs() < 1e-9);
            let other = mix(factor, factor).cost(&left(factor)).unwrap();
            prop_assert!((other / own.cost(&left(1.0)).unwrap() - 1.0).abs() < 1e-9);
        }
    }
}
