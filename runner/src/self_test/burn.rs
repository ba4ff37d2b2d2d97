//! How much extra work the guest of the self-test burns, and what that costs.

use std::collections::BTreeMap;

use pollbench_reports::record::KnobValue;

use crate::worker::Job;

/// The knobs of the guest: it burns `rounds` rounds before one step in `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burn {
    pub rounds: u64,
    pub every: u64,
}

impl Burn {
    /// Burns no rounds, before one step in a thousand.
    pub const NONE: Self = Self { rounds: 0, every: 1_000 };

    /// The job of a cell with these knobs.
    pub fn job(self, cell: &Job) -> Job {
        let knobs = [("burn", self.rounds), ("every", self.every)];
        let knobs = knobs.map(|(name, value)| (name.to_string(), KnobValue::Integer(value)));
        Job { knobs: BTreeMap::from(knobs), ..cell.clone() }
    }
}

/// What burning costs, as fractions of the cost of a step that burns nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The fixed cost of burning before a step, for any number of rounds.
    pub once: f64,
    /// The cost of each round.
    pub round: f64,
    /// The fewest rounds to burn before one step.
    pub fewest: u64,
}

impl Cost {
    /// What a burn adds to the mean cost of a step, as a fraction of it.
    pub fn of(self, burn: Burn) -> f64 {
        (self.once + self.round * burn.rounds as f64) / burn.every as f64
    }

    /// The burn that adds `part` to the mean cost of a step, spread over as many steps as
    /// possible.
    pub fn burn(self, part: f64) -> Burn {
        if part == 0.0 {
            return Burn::NONE;
        }
        let Self { once, round, fewest } = self;
        let every = ((once + round * fewest as f64) / part).ceil().clamp(1.0, 1_000.0);
        let rounds = ((part * every - once) / round).round().max(1.0);
        Burn { rounds: rounds as u64, every: every as u64 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The cost is met to within half a round. Burns at a limit of the knobs are left
        /// out: one round is too much before each step, or before one step in 1000 it is
        /// too little.
        #[test]
        fn what_is_burnt_costs_what_was_asked_for(
            once in 0.0_f64..0.1,
            round in 1e-6_f64..0.1,
            fewest in 1_u64..1_000,
            part in 1e-3_f64..1.0,
        ) {
            let cost = Cost { once, round, fewest };
            let burn = cost.burn(part);
            if burn.rounds > 1 && burn.every < 1_000 {
                prop_assert!(burn.rounds >= fewest - 1, "{burn:?}");
                let half = 0.5 * round / burn.every as f64;
                prop_assert!((cost.of(burn) - part).abs() <= half + 1e-9, "{burn:?}");
            }
        }
    }
}
