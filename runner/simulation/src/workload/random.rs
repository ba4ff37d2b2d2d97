//! Random numbers, the same in every run and on every machine: a portable generator with a
//! fixed seed, and no logarithm or power of the platform's own.

use rand::SeedableRng;
use rand::distr::weighted::WeightedIndex;
use rand::{Rng, RngExt};
use rand_pcg::Pcg64Mcg;

/// The seed of every run. Any number would do.
const SEED: u64 = 0x706f_6c6c_6265_6e63;

/// A new generator with the fixed seed.
pub fn generator() -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(SEED)
}

/// The time to the next event of a Poisson process with this mean gap.
pub fn exponential(mean: u64, generator: &mut impl Rng) -> u64 {
    // From 0 up to but not including 1, so the logarithm is finite.
    let uniform: f64 = generator.random();
    (-libm::log1p(-uniform) * mean as f64).round() as u64
}

/// The weight of each rank under Zipf's law: in proportion to 1 / rank^exponent, as whole
/// numbers, so that draws are exact.
pub fn zipf_weights(ranks: u32, exponent: f64) -> Vec<u64> {
    /// The weight of the first rank. The sum of a million such weights fits into a `u64`.
    const HEAVIEST: f64 = (1_u64 << 40) as f64;
    let weight = |rank: u32| (HEAVIEST / libm::pow(f64::from(rank), exponent)) as u64;
    (1..=ranks).map(|rank| weight(rank).max(1)).collect()
}

/// Draws positions by their weights, which are not all zero.
pub fn weighted(weights: &[u64]) -> WeightedIndex<u64> {
    WeightedIndex::new(weights).expect("weights above zero, and few enough")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_exponential() {
        let mut generator = generator();
        let gaps: Vec<u64> = (0..40_000).map(|_| exponential(1_000, &mut generator)).collect();
        let mean = gaps.iter().sum::<u64>() as f64 / gaps.len() as f64;
        assert!((980.0..1_020.0).contains(&mean), "{mean}");
        // One in e is longer than the mean.
        let longer = gaps.iter().filter(|gap| **gap > 1_000).count() as f64 / gaps.len() as f64;
        assert!((0.36..0.376).contains(&longer), "{longer}");
    }

    #[test]
    fn weights_fall_with_rank() {
        assert_eq!(zipf_weights(4, 0.0), [1 << 40; 4]);
        assert_eq!(zipf_weights(4, 1.0), [1 << 40, 1 << 39, (1 << 40) / 3, 1 << 38]);
        let most = zipf_weights(1_000_000, 3.0);
        assert_eq!(most.last(), Some(&1));
        assert!(weighted(&most).total_weight() > 1 << 40);
        assert!(weighted(&zipf_weights(1_000_000, 0.0)).total_weight() > 1 << 59);
    }
}
