use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::active;
use crate::plan::{Arrivals, Plan};

/// A request that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The planned moment, in nanoseconds from the start.
    pub planned: u64,
    /// The number of its connection.
    pub connection: u32,
}

/// All requests of a plan, in the order of their planned moments; the same for the same plan.
///
/// Those go round the active connections. The schedule knows nothing of replies.
#[derive(Clone, Debug)]
pub struct Schedule {
    moments: Moments,
    index: u64,
    end: u64,
    active: Vec<u32>,
}

#[derive(Clone, Debug)]
enum Moments {
    Even {
        rate: f64,
    },
    /// So many at once.
    Burst {
        rate: f64,
        requests: u64,
    },
    Poisson {
        rate: f64,
        last: f64,
        generator: Pcg64Mcg,
    },
}

impl Schedule {
    /// The schedule of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut generator = Pcg64Mcg::seed_from_u64(plan.seed);
        let active = active::choose(plan.connections, plan.active, &mut generator);
        let rate = plan.rate / 1e9;
        let moments = match plan.arrivals {
            Arrivals::Even => Moments::Even { rate },
            Arrivals::Burst => Moments::Burst { rate, requests: plan.active.into() },
            Arrivals::Poisson => Moments::Poisson { rate, last: 0.0, generator },
        };
        let Range { end, .. } = plan.window();
        Self { moments, index: 0, end, active }
    }
}

impl Iterator for Schedule {
    type Item = Due;

    fn next(&mut self) -> Option<Due> {
        let planned = match &mut self.moments {
            // From the index, so that errors of rounding don't add up.
            Moments::Even { rate } => self.index as f64 / *rate,
            Moments::Burst { rate, requests } => {
                (self.index / *requests * *requests) as f64 / *rate
            }
            Moments::Poisson { rate, last, generator } => {
                // From 0 up to but not including 1, so the logarithm is finite.
                let uniform: f64 = generator.random();
                *last -= libm::log1p(-uniform) / *rate;
                *last
            }
        };
        let planned = planned.round() as u64;
        if planned >= self.end {
            return None;
        }
        let turn = (self.index % self.active.len() as u64) as usize;
        self.index += 1;
        Some(Due { planned, connection: self.active[turn] })
    }
}
