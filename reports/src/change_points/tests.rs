//! What is found in made-up series, and in those that people have annotated.

mod flat;
mod found;
mod incremental;
mod properties;
mod table;
mod witness;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::stats::paired::deviations;

/// Random noise with a deviation of about 1, from a fixed seed.
struct Numbers(TestRunner);

impl Numbers {
    fn new() -> Self {
        Self(TestRunner::deterministic())
    }

    fn uniform(&mut self) -> f64 {
        self.0.rng().random_range(1e-12..1.0)
    }

    fn normal(&mut self) -> f64 {
        deviations(self.uniform())
    }

    /// One run in twenty is an outlier of up to ten deviations and more.
    fn with_outliers(&mut self) -> f64 {
        let size = if self.uniform() < 0.05 { 10.0 } else { 1.0 };
        size * self.normal()
    }

    /// One run in twenty takes ten deviations longer.
    fn with_spikes(&mut self) -> f64 {
        if self.uniform() < 0.05 { 10.0 } else { self.normal() }
    }

    /// As waiting times are.
    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }
}

/// Series of `count` runs whose level is 100 and whose noise is 1, each changed in some way;
/// how many of them `is_right` is told of.
fn count(
    series: u32,
    runs: usize,
    mut value: impl FnMut(&mut Numbers, usize) -> f64,
    is_right: impl Fn(&[ChangePoint]) -> bool,
) -> u32 {
    let mut numbers = Numbers::new();
    let mut one = || {
        let values: Vec<f64> = (0..runs).map(|run| value(&mut numbers, run)).collect();
        u32::from(is_right(&change_points(&values, Noise::Learned, ALPHA)))
    };
    (0..series).map(|_| one()).sum()
}

fn indices(changes: &[ChangePoint]) -> Vec<usize> {
    changes.iter().map(|it| it.index).collect()
}
