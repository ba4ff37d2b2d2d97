//! Tests both stages on simulated times with known changes.

use std::convert::Infallible;

use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

use super::*;

/// Cells whose log-ratios are normally distributed around a known change.
struct MadeUp {
    changes: Vec<f64>,
    /// The relative difference between the two processes of the base.
    control: f64,
    spread: f64,
    random: Pcg64Mcg,
    blocks: u64,
    /// The cell that can't be measured. Measuring stops after `stop_after` blocks.
    broken: Option<usize>,
    stop_after: u64,
}

impl MadeUp {
    fn new(changes: &[f64], spread: f64, seed: u64) -> Self {
        let random = Pcg64Mcg::seed_from_u64(seed);
        let changes = changes.to_vec();
        Self {
            changes,
            control: 0.0,
            spread,
            random,
            blocks: 0,
            broken: None,
            stop_after: u64::MAX,
        }
    }

    /// A nearly normal random number: the sum of twelve uniform ones.
    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..12).map(|_| self.random.random::<f64>()).sum();
        (sum - 6.0) * self.spread
    }

    fn judge(&mut self, threshold: f64, most_blocks: u64) -> Vec<Timing> {
        let thresholds = vec![threshold; self.changes.len()];
        let far = Instant::now() + Duration::from_secs(3600);
        let Ok(timings) = judge_times(self, &thresholds, far, most_blocks);
        timings.into_iter().flatten().map(|it| it.timing).collect()
    }
}

impl Measure for MadeUp {
    type Error = Infallible;

    fn block(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), Infallible> {
        self.blocks += 1;
        for &cell in cells {
            assert!(self.works(cell), "cell {cell} is measured again");
            // The noise of the base, which all ratios of the block share.
            let base = self.normal();
            let change = self.changes[cell].ln_1p() + self.normal();
            let control = self.control.ln_1p() + self.normal();
            into[cell].log_ratios.push(change - base);
            into[cell].control.push(control - base);
            into[cell].base_ns.push(100.0);
            into[cell].candidate_ns.push(100.0 * change.exp());
        }
        Ok(())
    }

    fn works(&self, cell: usize) -> bool {
        self.broken != Some(cell)
    }

    fn stopped(&self) -> bool {
        self.blocks >= self.stop_after
    }
}

fn verdicts(timings: &[Timing]) -> Vec<Verdict> {
    timings.iter().map(|it| it.verdict).collect()
}

/// The share of simulated comparisons, of cells with these changes, in which cell 0 gets
/// this verdict.
fn share(verdict: Verdict, changes: &[f64], spread: f64, most_blocks: u64) -> f64 {
    const TRIES: u64 = 400;
    let called = |seed: &u64| {
        let timings = MadeUp::new(changes, spread, *seed).judge(0.01, most_blocks);
        timings[0].verdict == verdict
    };
    (0..TRIES).filter(called).count() as f64 / TRIES as f64
}

#[test]
fn equal_guests_are_hardly_ever_called_different() {
    let mut called = 0;
    for seed in 0..400 {
        // Without a threshold, the verdicts depend on the statistical tests alone.
        let timings = MadeUp::new(&[0.0; 5], 0.02, seed).judge(0.0, 96);
        called += timings.iter().filter(|it| is_change(it.verdict)).count();
    }
    assert!(called <= 4, "{called} of 2000 cells");
}

#[test]
fn a_real_change_is_found_with_its_direction() {
    assert!(share(Verdict::Slower, &[0.03, 0.0, 0.0], 0.01, 96) > 0.95);
    assert!(share(Verdict::Faster, &[-0.03, 0.0, 0.0], 0.01, 96) > 0.95);
}

#[test]
fn a_change_below_the_threshold_is_called_the_same() {
    assert!(share(Verdict::Same, &[0.002], 0.01, 384) > 0.95);
    assert_eq!(share(Verdict::Slower, &[0.009], 0.01, 96), 0.0);
}

#[test]
fn a_large_change_takes_two_first_looks() {
    let mut made_up = MadeUp::new(&[0.3], 0.01, 1);
    let timings = made_up.judge(0.01, 384);
    assert_eq!(verdicts(&timings), [Verdict::Slower]);
    assert_eq!(made_up.blocks, 24);
    let Timing { ratio, first_stage, .. } = &timings[0];
    assert!(ratio.low < 1.3 && 1.3 < ratio.high, "{ratio:?}");
    let first = first_stage.expect("a change is confirmed");
    assert_ne!((first.low, first.high), (ratio.low, ratio.high));
}

#[test]
fn decided_cells_are_measured_no_more() {
    let mut made_up = MadeUp::new(&[0.0, 0.012], 0.02, 2);
    let timings = made_up.judge(0.05, 384);
    let blocks: Vec<u64> = timings.iter().map(|it| it.ratio.blocks).collect();
    assert!(blocks.iter().max() <= Some(&made_up.blocks));
    assert_eq!(verdicts(&timings), [Verdict::Same, Verdict::Same]);
}

#[test]
fn a_base_that_differs_from_itself_decides_nothing() {
    let mut made_up = MadeUp::new(&[0.2], 0.01, 3);
    made_up.control = 0.05;
    let timings = made_up.judge(0.01, 48);
    assert_eq!(verdicts(&timings), [Verdict::CantTell]);
    assert!(timings[0].reason.as_ref().unwrap().contains("differs from itself"));
}

/// The candidate is changed in the first stage, but not in the second.
#[test]
fn a_change_that_the_second_stage_does_not_confirm_is_not_called() {
    struct Passing(MadeUp);
    impl Measure for Passing {
        type Error = Infallible;
        fn block(&mut self, cells: &[usize], into: &mut [Blocks]) -> Result<(), Infallible> {
            if self.0.blocks == 12 {
                self.0.changes = vec![0.0];
            }
            self.0.block(cells, into)
        }
        fn works(&self, cell: usize) -> bool {
            self.0.works(cell)
        }
        fn stopped(&self) -> bool {
            false
        }
    }
    let far = Instant::now() + Duration::from_secs(3600);
    let mut passing = Passing(MadeUp::new(&[0.1], 0.01, 4));
    let Ok(timings) = judge_times(&mut passing, &[0.02], far, 96);
    let timing = &timings[0].as_ref().unwrap().timing;
    assert_eq!(timing.verdict, Verdict::CantTell);
    assert_eq!(timing.reason.as_deref(), Some(NOT_CONFIRMED));
}

#[test]
fn a_cell_that_breaks_is_left_out_and_the_others_go_on() {
    let mut made_up = MadeUp::new(&[0.0, 0.1], 0.01, 5);
    made_up.broken = Some(0);
    let thresholds = [0.05, 0.05];
    let far = Instant::now() + Duration::from_secs(3600);
    let Ok(timings) = judge_times(&mut made_up, &thresholds, far, 96);
    assert!(timings[0].is_none());
    assert_eq!(timings[1].as_ref().map(|it| it.timing.verdict), Some(Verdict::Slower));
}

#[test]
fn a_comparison_that_is_stopped_early_says_so() {
    let mut made_up = MadeUp::new(&[0.3], 0.01, 6);
    made_up.stop_after = 14;
    let timings = made_up.judge(0.01, 384);
    assert_eq!(verdicts(&timings), [Verdict::CantTell]);
    assert_eq!(timings[0].reason.as_deref(), Some(NO_TIME));

    let mut made_up = MadeUp::new(&[0.3], 0.01, 7);
    made_up.stop_after = 3;
    let timings = made_up.judge(0.01, 384);
    assert_eq!(verdicts(&timings), [Verdict::CantTell]);
    assert_eq!(timings[0].ratio.blocks, 3);
    assert!(timings[0].ratio.confidence < 0.9);
    assert!(timings[0].more_blocks.is_some());
}

#[test]
fn a_comparison_ends_when_its_time_is_up() {
    let mut made_up = MadeUp::new(&[0.0], 0.5, 8);
    let Ok(timings) = judge_times(&mut made_up, &[0.01], Instant::now(), 384);
    assert_eq!(made_up.blocks, 1);
    assert_eq!(timings[0].as_ref().map(|it| it.timing.verdict), Some(Verdict::CantTell));
}

fn median_of(values: impl Iterator<Item = f64>) -> f64 {
    median(&values.collect::<Vec<_>>())
}

/// A change of the size reported as detectable is found in about 80 % of comparisons. For
/// that it has to exceed the threshold and the control, in both stages.
#[test]
fn a_detectable_change_is_called_one_as_often_as_promised() {
    for (threshold, spread, others, most_blocks) in
        [(0.0, 0.02, 0, 12), (0.01, 0.02, 0, 12), (0.03, 0.01, 0, 12), (0.01, 0.02, 4, 14)]
    {
        let judge = |change: f64, seed| {
            let changes = [&[change], &vec![0.0; others][..]].concat();
            MadeUp::new(&changes, spread, seed).judge(threshold, most_blocks).remove(0)
        };
        let promised = median_of((0..300).map(|seed| judge(0.0, seed).detectable.unwrap()));
        let found = (300..900).filter(|&seed| judge(promised, seed).verdict == Verdict::Slower);
        let share = found.count() as f64 / 600.0;
        assert!((0.74..0.92).contains(&share), "{promised} at {threshold}, {others}: {share}");
    }
}

/// With as many more blocks as are reported to be needed, most changes are found.
#[test]
fn the_blocks_still_needed_are_enough() {
    let judge = |seed, blocks| {
        let mut made_up = MadeUp::new(&[0.03], 0.02, seed);
        made_up.stop_after = blocks;
        made_up.judge(0.01, 384).remove(0)
    };
    let early: Vec<Timing> = (0..300).map(|seed| judge(seed, 12)).collect();
    let more = median_of(early.iter().filter_map(|it| it.more_blocks).map(|it| it as f64));
    let decided = |more: f64| {
        let blocks = 12 + more as u64;
        let decided = (300..700).filter(|&seed| judge(seed, blocks).verdict == Verdict::Slower);
        decided.count() as f64 / 400.0
    };
    assert!(decided(more) > 0.7, "{more}: {}", decided(more));
    // A quarter of those blocks is not enough.
    assert!(decided(more / 4.0) < 0.7, "{more}: {}", decided(more / 4.0));
}

/// With many cells too, the first look notices a base that differs from itself.
#[test]
fn the_control_guards_many_cells_from_the_first_look_on() {
    let mut made_up = MadeUp::new(&[0.0; 40], 0.0005, 9);
    made_up.control = 0.1;
    let timings = made_up.judge(0.05, 14);
    assert_eq!(made_up.blocks, 14);
    assert!(timings.iter().all(|it| it.verdict == Verdict::CantTell), "{:?}", verdicts(&timings));
    let reason = timings[0].reason.as_deref().unwrap_or_default();
    assert!(reason.contains("differs from itself"), "{reason}");
}
