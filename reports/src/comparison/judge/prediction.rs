//! What more blocks would show, and how small a change these blocks would have shown.
//!
//! Estimates are assumed to be normal, and independent of the size of the control's
//! estimate, as they nearly are. A cell is called changed if the interval lies beyond the
//! threshold, and beyond the control's estimate, in both of two stages; it is called the
//! same after one stage.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Looks, Shifts};
use crate::stats::paired::{POWER, deviations};

/// The number of equally probable values that stand for the distribution of the control.
const CONTROLS: u32 = 64;

/// A look at a cell, from which further looks are predicted.
#[derive(Clone, Copy, Debug)]
pub struct Prediction {
    /// When a stage looks.
    pub looks: Looks,
    /// The number of this look, from 1.
    pub number: u32,
    /// The significance level of this look for the cell.
    pub level: f64,
    /// The logarithm that a change has to exceed.
    pub bound: f64,
}

/// A predicted stage: the standard errors of both estimates, and half of the interval's
/// length, all as logarithms.
struct Stage {
    change: f64,
    control: f64,
    arm: f64,
    bound: f64,
}

impl Prediction {
    /// The smallest change, as a logarithm, that is called one in two stages like this
    /// with a probability of [`POWER`]. `None` where there is no interval.
    pub fn detectable(&self, shifts: &Shifts) -> Option<f64> {
        shifts.change.interval(self.level)?;
        let arm = shifts.change.arm(self.level)?;
        let stage = Stage { arm, ..self.stage(shifts, self.level, shifts.blocks())? };
        let is_seen = |change: &f64| stage.calls_change(*change).powi(2) >= POWER;
        let mut least = stage.bound;
        let mut most = stage.bound + stage.arm + 8.0 * (stage.change + stage.control);
        if !most.is_finite() {
            return None;
        }
        // A bisection; 64 steps exhaust the digits of an `f64`.
        for _ in 0..64 {
            let middle = f64::midpoint(least, most);
            *(if is_seen(&middle) { &mut most } else { &mut least }) = middle;
        }
        Some(most)
    }

    /// How many more blocks it takes until the first look that decides the cell with a
    /// probability of [`POWER`] if its ratio stays the same. A change needs a second stage
    /// with as many blocks again. `None` if no look would decide.
    pub fn more_blocks(&self, shifts: &Shifts) -> Option<u64> {
        let ratio = shifts.change.estimate().abs();
        let looks = (1..).map_while(|number| Some((number, self.looks.blocks(number)?)));
        let later = looks.filter(|&(_, blocks)| blocks > shifts.blocks());
        later.filter_map(|(number, blocks)| self.needed(shifts, ratio, number, blocks)).next()
    }

    /// The blocks still needed if look `number` decides; `None` if it does not.
    fn needed(&self, shifts: &Shifts, ratio: f64, number: u32, blocks: u64) -> Option<u64> {
        // Each look has half of the level of the one before it.
        let level = self.level * 2f64.powi(self.number as i32 - number as i32);
        let stage = self.stage(shifts, level, blocks)?;
        let (more, change) = (blocks - shifts.blocks(), stage.calls_change(ratio));
        match self.looks.second {
            _ if stage.calls_same(ratio) >= POWER => Some(more),
            true if change >= POWER => Some(more),
            false if change.powi(2) >= POWER => Some(more + blocks),
            _ => None,
        }
    }

    /// Predicts a stage with `blocks` blocks like those of `shifts`, judged at `level`.
    fn stage(&self, shifts: &Shifts, level: f64, blocks: u64) -> Option<Stage> {
        let shrunk = (shifts.blocks() as f64 / blocks as f64).sqrt();
        let change = shifts.change.standard_error(self.level)? * shrunk;
        let control = shifts.control.standard_error(self.level)? * shrunk;
        let arm = deviations(level / 2.0) * change;
        Some(Stage { change, control, arm, bound: self.bound })
    }
}

impl Stage {
    /// The probability with which a change of this size is called a change, if the control
    /// differs from 0 only by noise.
    fn calls_change(&self, change: f64) -> f64 {
        let called = |part: u32| {
            let tail = 0.5 * (f64::from(part) + 0.5) / f64::from(CONTROLS);
            let control = self.control * deviations(tail);
            below((change - self.arm - self.bound.max(control)) / self.change)
        };
        (0..CONTROLS).map(called).sum::<f64>() / f64::from(CONTROLS)
    }

    /// The probability with which a change of this size is called the same.
    fn calls_same(&self, change: f64) -> f64 {
        let room = self.bound - self.arm;
        if room < 0.0 {
            return 0.0;
        }
        below((room - change) / self.change) - below((-room - change) / self.change)
    }
}

/// The probability that a standard normal value is below this.
fn below(deviations: f64) -> f64 {
    match deviations {
        // 0/0, without any spread: a bound that is just reached counts as reached.
        it if it.is_nan() => 1.0,
        it => Normal::standard().cdf(it),
    }
}

#[cfg(test)]
mod tests;
