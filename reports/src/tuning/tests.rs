//! The whole way from a race to a judgement, on made-up cost curves.

mod grid;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::stats::paired::deviations;

/// The most rounds of a race, and the fresh ones that are judged.
const RACE: usize = 100;
const FRESH: usize = 100;

/// The range of the knob is from 1 to this.
const HIGH: u64 = 10_000;

/// A cost by the value of a knob: the logarithm of its ratio to some cost, in octaves of
/// the value.
#[derive(Clone, Debug)]
enum Curve {
    Flat,
    /// Rises on both sides of a bottom with different slopes, bent upwards.
    Valley {
        bottom: f64,
        slopes: [f64; 2],
        bend: f64,
    },
    /// Changes by a factor at one place.
    Step {
        at: f64,
        height: f64,
    },
    /// The lower of two valleys.
    TwoMinima {
        bottoms: [f64; 2],
        slopes: [f64; 2],
        lift: f64,
    },
}

impl Curve {
    fn cost(&self, value: u64) -> f64 {
        let octave = (value.max(1) as f64).log2();
        let log = match *self {
            Self::Flat => 0.0,
            Self::Valley { bottom, slopes, bend } => {
                let slope = if octave < bottom { slopes[0] } else { slopes[1] };
                slope * (octave - bottom).abs().powf(bend)
            }
            Self::Step { at, height } => {
                if octave < at {
                    0.0
                } else {
                    height
                }
            }
            Self::TwoMinima { bottoms, slopes, lift } => {
                let left = slopes[0] * (octave - bottoms[0]).abs();
                left.min(lift + slopes[1] * (octave - bottoms[1]).abs())
            }
        };
        300.0 * log.exp()
    }

    /// The powers of two in a range, and their midpoints.
    fn grid() -> impl Iterator<Item = u64> {
        let all = (0..60).map(|half| 2_f64.powf(f64::from(half) / 2.0).round() as u64);
        all.take_while(|&value| value <= HIGH)
    }

    fn least(&self) -> f64 {
        Self::grid().map(|value| self.cost(value)).fold(f64::INFINITY, f64::min)
    }

    /// The largest cost of the grid over the least.
    fn spread(&self) -> f64 {
        Self::grid().map(|value| self.cost(value)).fold(0.0, f64::max) / self.least()
    }
}

fn curve() -> impl Strategy<Value = Curve> {
    let slopes = || [0.03_f64..0.6, 0.03_f64..0.6];
    prop_oneof![
        Just(Curve::Flat),
        (0.0_f64..13.0, slopes(), 1.0_f64..2.0).prop_map(|(bottom, slopes, bend)| Curve::Valley {
            bottom,
            slopes,
            bend
        }),
        (0.5_f64..12.5, -0.7_f64..0.7).prop_map(|(at, height)| Curve::Step { at, height }),
        (0.0_f64..5.0, 7.0_f64..13.0, slopes(), -0.2_f64..0.2).prop_map(
            |(left, right, slopes, lift)| {
                Curve::TwoMinima { bottoms: [left, right], slopes, lift }
            }
        ),
    ]
}

/// Measures costs in rounds, each of which is slowed by a factor of its own.
struct Bench<'a> {
    cost: &'a dyn Fn(u64) -> f64,
    noise: f64,
    runner: TestRunner,
}

impl Bench<'_> {
    fn round(&mut self, values: &[u64]) -> Vec<f64> {
        let rng = self.runner.rng();
        let slowed = 1.0 + rng.random::<f64>();
        let mut noise = || self.noise * deviations(rng.random_range(1e-9..1.0));
        values.iter().map(|&it| slowed * (self.cost)(it) * noise().exp()).collect()
    }
}

/// Lets values race, and judges them: those tried have `every` fresh rounds, and those which the race has
/// kept, [`FRESH`] ones.
fn tune(mut race: Race, mut bench: Bench, default: u64, every: usize) -> Judgement {
    while race.rounds() < RACE && !race.is_settled() {
        let costs = bench.round(&race.values());
        race.round(&costs).unwrap();
    }
    let kept = race.values();
    let mut costs: Vec<Costs> =
        race.costs().map(|it| Costs { value: it.value, rounds: Vec::new() }).collect();
    for round in 0..FRESH.max(every) {
        let takes_part = |value: u64| round < every || kept.contains(&value) || value == default;
        let values: Vec<u64> =
            costs.iter().map(|it| it.value).filter(|&it| takes_part(it)).collect();
        let mut found = bench.round(&values).into_iter();
        for it in &mut costs {
            it.rounds.push(if takes_part(it.value) { found.next() } else { None });
        }
    }
    judge(&costs, default, race.chosen(), TOLERANCE).unwrap()
}

/// Tunes `count` curves drawn from a fixed seed, with a random power of two as the default.
fn tune_all(
    count: u32,
    curves: impl Strategy<Value = Curve>,
    noise: f64,
    every: usize,
    mut see: impl FnMut(&Curve, Judgement),
) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..count {
        let curve = curves.new_tree(&mut runner).unwrap().current();
        let default = 1 << runner.rng().random_range(0..13);
        let range = Range::new(1, HIGH, default).unwrap();
        let own = TestRunner::new_with_rng(ProptestConfig::default(), runner.new_rng());
        let bench = Bench { cost: &|value| curve.cost(value), noise, runner: own };
        see(&curve, tune(Race::new(range, TOLERANCE), bench, default, every));
    }
}

/// When this was written, 999 of the 1,000 were right, at a noise of 10 %.
#[test]
fn the_recommended_value_is_nearly_the_best() {
    let (mut right, mut wrong, mut called_flat) = (0, Vec::new(), Vec::new());
    tune_all(1000, curve(), 0.1, 20, |curve, judgement| {
        let loss = curve.cost(judgement.recommended) / curve.least();
        if loss <= 1.05 {
            right += 1
        } else {
            wrong.push((loss, curve.clone()))
        }
        if judgement.makes_no_difference && curve.spread() > 1.1 {
            called_flat.push(curve.clone());
        }
    });
    assert!(right >= 990, "{right}: {wrong:?}");
    assert!(called_flat.is_empty(), "{called_flat:?}");
}

/// When this was written, 194 of 200 were told.
#[test]
fn a_flat_curve_makes_no_difference() {
    let mut flat = 0;
    tune_all(200, Just(Curve::Flat), 0.02, 60, |_, judgement| {
        flat += u32::from(judgement.makes_no_difference);
    });
    assert!(flat >= 190, "{flat}");
}

#[test]
fn a_real_difference_is_never_called_none() {
    let mut differing = 0;
    tune_all(300, curve(), 0.02, 60, |curve, judgement| {
        differing += u32::from(curve.spread() > 1.1);
        assert!(!(judgement.makes_no_difference && curve.spread() > 1.1), "{curve:?}");
    });
    assert!(differing > 180, "{differing}");
}
