//! Simulates records to find out how often a claim is wrong.

use statrs::distribution::{ContinuousCDF, Normal};

use super::*;
use crate::matrix::ratio::Verdict;

/// A generator of random numbers (SplitMix64: Steele, Lea & Flood, 2014).
struct Numbers(u64);

impl Numbers {
    /// Between 0 and 1, both excluded.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) as f64 + 0.5) / 2f64.powi(64)
    }

    fn normal(&mut self) -> f64 {
        Normal::standard().inverse_cdf(self.uniform())
    }
}

/// How a machine disturbs the times.
#[derive(Clone, Copy, Debug)]
enum Noise {
    /// Log-normal noise with this deviation.
    Normal(f64),
    /// Mostly little noise, and one time in ten a multiple of the time, as from other
    /// programs.
    Spikes,
}

impl Noise {
    fn factor(self, numbers: &mut Numbers) -> f64 {
        match self {
            Self::Normal(deviation) => (deviation * numbers.normal()).exp(),
            Self::Spikes => {
                let spike =
                    if numbers.uniform() < 0.1 { 1.0 + 3.0 * numbers.uniform() } else { 1.0 };
                spike * (0.02 * numbers.normal()).exp()
            }
        }
    }
}

const ALL: [Noise; 4] =
    [Noise::Normal(0.01), Noise::Normal(0.05), Noise::Normal(0.3), Noise::Spikes];

/// Makes sizes with guests of these true costs; the guests of a size share a drift in each
/// round.
fn record(
    numbers: &mut Numbers,
    noise: Noise,
    sizes: usize,
    rounds: u32,
    costs: &[f64],
) -> Vec<Vec<Rounds>> {
    let mut size = || {
        let drift: Vec<f64> = (0..rounds).map(|_| (0.2 * numbers.normal()).exp()).collect();
        let mut guest = |cost: &f64| {
            let mut time =
                |round: u32| 1000.0 * cost * drift[round as usize] * noise.factor(numbers);
            let times = (0..rounds).map(|round| (round, time(round))).collect();
            Rounds { times, above_zero: true }
        };
        costs.iter().map(&mut guest).collect()
    };
    (0..sizes).map(|_| size()).collect()
}

/// The number of claims of a kind in a record.
#[derive(Clone, Copy, Debug, Default)]
struct ClaimCount {
    made: u32,
    wrong: u32,
}

impl ClaimCount {
    fn add(&mut self, is_wrong: bool) {
        self.made += 1;
        self.wrong += u32::from(is_wrong);
    }

    /// The part of the claims that is wrong; 0 without claims.
    fn part(self) -> f64 {
        f64::from(self.wrong) / f64::from(self.made.max(1))
    }
}

const TRIES: u32 = 200;

/// The part of the claims that is wrong, as the mean over records, for each kind: that the
/// best is level, that another guest is level, and that a guest is slower.
fn wrong(noise: Noise, rounds: u32, costs: &[f64]) -> [f64; 3] {
    let mut numbers = Numbers(u64::from(rounds) * 1000 + costs.len() as u64);
    let lowest = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let (mut parts, mut made) = ([0.0; 3], [0; 3]);
    for _ in 0..TRIES {
        let mut claims = [ClaimCount::default(); 3];
        for ranking in rank(&record(&mut numbers, noise, 12, rounds, costs)).iter().flatten() {
            for (guest, ratio) in ranking.to_best.iter().enumerate() {
                let cost = costs[guest] / lowest;
                match ratio.verdict {
                    Verdict::Level if guest == ranking.best => claims[0].add(cost >= 1.0 + MARGIN),
                    Verdict::Level => claims[1].add(cost >= 1.0 + MARGIN),
                    Verdict::Slower | Verdict::Faster => claims[2].add(cost <= 1.0),
                    Verdict::CantTell(_) => {}
                }
            }
        }
        for (kind, claims) in claims.iter().enumerate() {
            parts[kind] += claims.part() / f64::from(TRIES);
            made[kind] += claims.made;
        }
    }
    println!("{noise:?}, {rounds} rounds, {costs:?}: wrong {parts:.3?} of {made:?}");
    parts
}

/// The highest part that may be wrong: 5 %, and three standard errors of its mean over
/// [`TRIES`] records.
fn at_most() -> f64 {
    FALSE_CLAIMS + 3.0 * (FALSE_CLAIMS * (1.0 - FALSE_CLAIMS) / f64::from(TRIES)).sqrt()
}

fn expect_few_wrong(costs: &[f64]) {
    for noise in ALL {
        for rounds in [2, 6, 9, 14, 20] {
            let parts = wrong(noise, rounds, costs);
            assert!(parts.iter().all(|&it| it <= at_most()), "{noise:?}, {rounds}: {parts:?}");
        }
    }
}

/// Any claim that a guest is slower is wrong here, so the part is that of records with such
/// a claim.
#[test]
fn equal_guests_are_hardly_ever_called_slower() {
    for guests in [2, 6, 10] {
        expect_few_wrong(&vec![1.0; guests]);
    }
}

/// Guests exactly at the margin are the hardest to tell from level ones.
#[test]
fn guests_at_the_margin_are_rarely_called_level() {
    for guests in [3, 6] {
        let mut costs = vec![1.0 + MARGIN; guests];
        costs[0] = 1.0;
        expect_few_wrong(&costs);
    }
}

#[test]
fn claims_about_mixed_guests_are_rarely_wrong() {
    expect_few_wrong(&[1.0, 1.0, 1.02, 1.0 + MARGIN, 1.3, 5.0]);
}

/// With enough rounds on a quiet machine, all true claims are made.
#[test]
fn on_a_quiet_machine_guests_are_called_best_level_and_slower() {
    let mut numbers = Numbers(7);
    let costs = [1.0, 1.01, 1.2, 3.0];
    for rounds in [9, 20] {
        let ranked = rank(&record(&mut numbers, Noise::Normal(0.01), 12, rounds, &costs));
        for ranking in ranked.iter().flatten() {
            assert!(ranking.best < 2);
            let verdicts: Vec<Verdict> = ranking.to_best.iter().map(|it| it.verdict).collect();
            assert_eq!(
                verdicts,
                [Verdict::Level, Verdict::Level, Verdict::Slower, Verdict::Slower],
                "{rounds}"
            );
        }
    }
}

/// The rounds of a size, from functions that give the logarithm of each guest's times.
fn size(guests: [fn(u32) -> f64; 3]) -> Vec<Rounds> {
    let rounds = |guest: fn(u32) -> f64| Rounds {
        times: (0..20).map(|round| (round, 1000.0 * guest(round).exp())).collect(),
        above_zero: true,
    };
    guests.map(rounds).into()
}

/// A third guest that might be the fastest keeps the second from being level, although the
/// second one is within the margin of the best.
#[test]
fn level_with_the_best_is_level_with_all() {
    let unsteady = |round| 0.05 + if round % 2 == 0 { 0.06 } else { -0.06 };
    let ranking = rank(&[size([|_| 0.0, |_| 0.045, unsteady])]).remove(0).expect("a ranking");
    assert_eq!(ranking.best, 0);
    assert_eq!(ranking.to_best[0].verdict, Verdict::Level);
    assert_eq!(ranking.to_best[1].verdict, Verdict::Slower);
    let steady = rank(&[size([|_| 0.0, |_| 0.045, |_| 0.06])]).remove(0).expect("a ranking");
    assert_eq!(steady.to_best[1].verdict, Verdict::Level);
}
