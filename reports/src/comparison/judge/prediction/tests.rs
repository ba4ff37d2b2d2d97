use super::*;
use crate::comparison::judge::{Blocks, Looks};

const SAMPLES: [f64; 12] = [
    0.012, -0.003, 0.0345, 0.021, 0.0081, -0.0177, 0.0402, 0.0259, 0.0019, 0.0311, -0.0068, 0.0153,
];
const CONTROL: [f64; 12] =
    [0.004, -0.011, 0.007, 0.016, -0.002, -0.009, 0.013, 0.001, -0.014, 0.006, 0.0105, -0.0045];

fn shifts() -> Shifts {
    let (log_ratios, control) = (SAMPLES.to_vec(), CONTROL.to_vec());
    Shifts::of(&Blocks { log_ratios, control, ..Default::default() }).unwrap()
}

fn prediction(threshold: f64, level: f64) -> Prediction {
    let looks = Looks { alpha: 0.05, first: 12, most: 10_000, second: false };
    Prediction { looks, number: 1, level, bound: f64::ln_1p(threshold) }
}

/// SciPy 1.17.1: the arm by `scipy.stats._wilcoxon.WilcoxonDistribution(12)`, the control
/// integrated over by `scipy.integrate.quad`, the change for a probability of √0.8 found
/// by `scipy.optimize.brentq`.
#[test]
fn the_detectable_change_is_that_of_another_implementation() {
    for (threshold, level, expected) in
        [(0.0, 0.025, 0.025_850_6), (0.01, 0.025, 0.032_798_7), (0.05, 0.0025, 0.081_920_3)]
    {
        let found = prediction(threshold, level).detectable(&shifts()).unwrap().exp_m1();
        assert!((found / expected - 1.0).abs() < 2e-3, "{threshold}: {found}");
        // The change told from zero in one stage would be far smaller.
        let predicted = shifts().change.detectable(level).unwrap().exp_m1();
        assert!(predicted < 0.8 * expected, "{predicted}");
    }
}

/// The expected values come from the same probabilities, at 24, 48 … blocks, each look with
/// half of the level before.
#[test]
fn the_blocks_still_needed_are_those_of_a_look_and_a_second_stage() {
    let more = |prediction: &Prediction| prediction.more_blocks(&shifts());
    // √0.778 at 48 blocks is too little; at 96 it is 0.993. The second stage takes 96 too.
    assert_eq!(more(&prediction(0.0, 0.025)), Some(96 - 12 + 96));
    let mut second = prediction(0.0, 0.025);
    second.looks.second = true;
    // 0.882 at 48 blocks is enough alone.
    assert_eq!(more(&second), Some(48 - 12));
    // Near the threshold it takes many more blocks, and below more than the limit.
    assert_eq!(more(&prediction(0.01, 0.025)), Some(768 - 12 + 768));
    let mut few = prediction(0.01, 0.025);
    few.looks.most = 384;
    assert_eq!(more(&few), None);
    // Well within it the next look says that it is the same, once.
    assert_eq!(more(&prediction(0.05, 0.0025)), Some(24 - 12));
}

#[test]
fn an_early_look_is_completed_before_the_next_one() {
    let mut early = prediction(0.05, 0.025);
    early.looks.first = 16;
    assert_eq!(early.more_blocks(&shifts()), Some(4));
}

#[test]
fn without_spread_every_change_beyond_the_threshold_is_detectable() {
    let values = || vec![0.3; 12];
    let blocks = Blocks { log_ratios: values(), control: vec![0.0; 12], ..Default::default() };
    let shifts = Shifts::of(&blocks).unwrap();
    let found = prediction(0.05, 0.025).detectable(&shifts).unwrap().exp_m1();
    assert!((found - 0.05).abs() < 1e-12, "{found}");
    assert_eq!(prediction(0.05, 0.025).more_blocks(&shifts), Some(12 + 24));
}

#[test]
fn too_few_blocks_predict_no_detectable_change() {
    let of = |count: usize| {
        let (log_ratios, control) = (SAMPLES[..count].to_vec(), CONTROL[..count].to_vec());
        Shifts::of(&Blocks { log_ratios, control, ..Default::default() }).unwrap()
    };
    assert_eq!(prediction(0.0, 0.025).detectable(&of(5)), None);
    assert!(prediction(0.0, 0.025).more_blocks(&of(5)).is_some());
    assert_eq!(prediction(0.0, 0.025).more_blocks(&of(1)), None);
}
