//! Judges CPU times from blocks of paired measurements.
//!
//! A look judges all cells of a comparison at once. Each cell's ratio is the Hodges-Lehmann
//! estimate of its blocks' log-ratios, its interval the exact one of Wilcoxon's signed-rank
//! test, at the level Holm's correction gives the cell. Each look, made when there are more
//! blocks, spends a part of what the looks before it have left of `alpha`: the k-th look
//! has `alpha`/2^k (Lan & DeMets, Discrete Sequential Boundaries for Clinical Trials, 1983;
//! the sum over looks is what bounds the error). The error probability of the control,
//! [`CONTROL_ALPHA`], is spent over the looks in the same way.

mod prediction;

use super::{Ratio, Verdict};
use crate::stats::paired::{Shift, holm, smallest_count};
use prediction::Prediction;

/// The highest probability of wrongly finding that the base differs from itself, over all
/// cells and all looks of a stage.
pub const CONTROL_ALPHA: f64 = 0.01;

const FIRED: &str = "the base differs from itself: something else on this machine decides";

/// The blocks of a cell: one value of each kind for each block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    /// ln(candidate / base).
    pub log_ratios: Vec<f64>,
    /// ln(base again / base), in the same block.
    pub control: Vec<f64>,
    /// The base's nanoseconds per event.
    pub base_ns: Vec<f64>,
    /// The candidate's nanoseconds per event.
    pub candidate_ns: Vec<f64>,
}

/// The result of a look at a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What the interval says.
    pub verdict: Verdict,
    /// Why no verdict is possible, if the control fired.
    pub reason: Option<String>,
    /// The ratio of the candidate's time to the base's.
    pub ratio: Ratio,
    /// The ratio of the base's time to itself, measured again in the same blocks.
    pub control: Ratio,
    /// The smallest change, as a part of the base's time, that two stages like this one
    /// would call a change with a probability of 80 %.
    pub detectable: Option<f64>,
    /// How many more blocks would decide the cell, including those of a second stage.
    pub more_blocks: Option<u64>,
}

/// When a stage looks, and what it may spend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looks {
    /// The highest probability of calling any cell changed that is not, over all looks.
    pub alpha: f64,
    /// The number of blocks before the first look; it doubles before each further look.
    pub first: u64,
    /// The most blocks there can be.
    pub most: u64,
    /// Whether this is the second stage, which needs no further confirmation of a change.
    pub second: bool,
}

impl Looks {
    /// The number of blocks before look `number`, counted from 1; `None` if a look before
    /// it has used the most blocks.
    pub fn blocks(&self, number: u32) -> Option<u64> {
        let doubled = 1_u64.checked_shl(number.saturating_sub(1))?;
        let blocks = doubled.checked_mul(self.first)?;
        (number <= 1 || blocks / 2 < self.most).then_some(blocks.min(self.most))
    }
}

/// What the k-th look, from 1, may spend of `alpha`.
pub fn spent_by_look(alpha: f64, look: u32) -> f64 {
    alpha / 2f64.powi(look.try_into().unwrap_or(i32::MAX))
}

/// The fewest blocks with which a first look at this many cells can find anything: both a
/// change, for which all looks may spend `alpha`, and a base that differs from itself.
pub fn fewest_blocks(alpha: f64, cells: usize) -> u64 {
    let level = spent_by_look(alpha.min(CONTROL_ALPHA), 1) / cells.max(1) as f64;
    smallest_count(level).map_or(u64::MAX, u64::from)
}

/// Judges every cell at look `number`, counted from 1. Each cell comes with its blocks and
/// its threshold: the part of the base's time that a change has to exceed.
///
/// `None` for a cell without blocks, or with times that are not finite.
pub fn look(cells: &[(&Blocks, f64)], looks: Looks, number: u32) -> Vec<Option<Finding>> {
    let all: Vec<Option<Shifts>> = cells.iter().map(|(blocks, _)| Shifts::of(blocks)).collect();
    let bound = |shifts: &Shifts, threshold: f64| shifts.control_bias().max(threshold.ln_1p());
    // A cell without a value gets p = 1, and still counts as a test for the correction.
    let p: Vec<f64> = all
        .iter()
        .zip(cells)
        .map(|(shifts, (_, threshold))| {
            shifts.as_ref().map_or(1.0, |it| it.p_beyond(bound(it, *threshold)))
        })
        .collect();
    let control_p: Vec<f64> =
        all.iter().map(|it| it.as_ref().map_or(1.0, |it| two_sided(&it.control, 0.0))).collect();
    let levels_of = |p: &[f64], alpha| holm::levels(p, alpha).unwrap_or_else(|| vec![0.0; p.len()]);
    let levels = levels_of(&p, spent_by_look(looks.alpha, number));
    let control_levels = levels_of(&control_p, spent_by_look(CONTROL_ALPHA, number));
    let judged = all.iter().zip(cells).enumerate().map(|(at, (shifts, (_, threshold)))| {
        let shifts = shifts.as_ref()?;
        let fired = control_p[at] <= control_levels[at]
            && shifts.control.estimate().abs() > threshold.ln_1p() / 2.0;
        let prediction = Prediction { looks, number, level: levels[at], bound: threshold.ln_1p() };
        Some(shifts.finding(prediction, control_levels[at], fired))
    });
    judged.collect()
}

/// The estimated shifts of a cell, as logarithms: between the sides, and of the base
/// against itself.
struct Shifts {
    change: Shift,
    control: Shift,
}

impl Shifts {
    fn of(blocks: &Blocks) -> Option<Self> {
        Some(Self { change: Shift::of(&blocks.log_ratios)?, control: Shift::of(&blocks.control)? })
    }

    /// By how much the base seems to differ from itself, as a logarithm: no smaller change
    /// can be believed.
    fn control_bias(&self) -> f64 {
        self.control.estimate().abs()
    }

    fn blocks(&self) -> u64 {
        self.change.count().into()
    }

    /// The p-value of the hypothesis that the change is no larger than `bound`, in either
    /// direction.
    fn p_beyond(&self, bound: f64) -> f64 {
        two_sided(&self.change, bound)
    }

    fn finding(&self, prediction: Prediction, control_level: f64, fired: bool) -> Finding {
        let Prediction { level, bound, .. } = prediction;
        let beyond = bound.max(self.control_bias());
        // If the control has too few blocks to fire, it can't guard the verdict, so there
        // is none.
        let guarded = !fired && self.control.interval(control_level).is_some();
        let verdict = match self.change.interval(level).filter(|_| guarded) {
            Some(it) if it.low > beyond => Verdict::Slower,
            Some(it) if it.high < -beyond => Verdict::Faster,
            Some(it) if it.low >= -bound && it.high <= bound => Verdict::Same,
            _ => Verdict::CantTell,
        };
        let undecided = verdict == Verdict::CantTell && !fired;
        Finding {
            verdict,
            reason: fired.then(|| FIRED.to_string()),
            ratio: ratio(&self.change, level),
            control: ratio(&self.control, control_level),
            detectable: prediction.detectable(self).map(f64::exp_m1),
            more_blocks: undecided.then(|| prediction.more_blocks(self)).flatten(),
        }
    }
}

fn two_sided(shift: &Shift, bound: f64) -> f64 {
    (2.0 * shift.p_above(bound).min(shift.p_below(-bound))).min(1.0)
}

/// The ratio with its interval at this level. With too few blocks for one, the widest
/// possible interval is given, with its actual confidence.
pub(crate) fn ratio(shift: &Shift, level: f64) -> Ratio {
    let blocks = shift.count();
    let widest = || shift.interval((2f64.powf(1.0 - f64::from(blocks)) * (1.0 + 1e-9)).min(1.0));
    let estimate = shift.estimate().exp();
    let interval = shift.interval(level).or_else(widest);
    Ratio {
        estimate,
        low: interval.map_or(estimate, |it| it.low.exp()),
        high: interval.map_or(estimate, |it| it.high.exp()),
        confidence: interval.map_or(0.0, |it| it.confidence),
        blocks: blocks.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The first of these looks may spend 5 %.
    const LOOKS: Looks = Looks { alpha: 0.1, first: 12, most: 384, second: false };

    /// Blocks whose values are evenly spread over `spread` on both sides of the given
    /// change and control.
    fn blocks(count: u32, change: f64, control: f64, spread: f64) -> Blocks {
        let at = |middle: f64| {
            let step =
                |it: u32| middle + spread * (2.0 * f64::from(it) / f64::from(count - 1) - 1.0);
            (0..count).map(step).collect::<Vec<f64>>()
        };
        let (log_ratios, control) = (at(change), at(control));
        let ns = vec![100.0; count as usize];
        Blocks { log_ratios, control, base_ns: ns.clone(), candidate_ns: ns }
    }

    fn verdict(blocks: &Blocks, others: usize) -> Verdict {
        let nothing = self::blocks(blocks.log_ratios.len() as u32, 0.0, 0.0, 0.1);
        let mut cells = vec![(blocks, 0.01)];
        cells.extend(std::iter::repeat_n((&nothing, 0.01), others));
        look(&cells, LOOKS, 1)[0].as_ref().unwrap().verdict
    }

    #[test]
    fn the_first_look_can_find_something_and_no_earlier_one_could() {
        // The control has half of 1 % for its first look, which is the stricter level:
        // 2^(1 - 11) is under 0.005 / 5, and 2^(1 - 10) is not.
        assert_eq!(fewest_blocks(0.05, 5), 11);
        // 2^(1 - 13) is under 0.005 / 20, and 2^(1 - 12) is not.
        assert_eq!((fewest_blocks(0.05, 10), fewest_blocks(0.05, 20)), (12, 13));
        // If the changes have the smaller alpha, theirs decides.
        assert_eq!(fewest_blocks(0.001, 5), 15);
        for cells in [1, 5, 100] {
            let fewest = fewest_blocks(0.1, cells) as u32;
            let large = |count| verdict(&blocks(count, 0.5, 0.0, 0.01), cells - 1);
            assert_eq!(large(fewest), Verdict::Slower);
            assert_eq!(large(fewest - 1), Verdict::CantTell);
        }
    }

    /// Over more than 20 cells, twelve blocks can't refute that the base is itself.
    #[test]
    fn the_control_can_fire_at_the_first_look_of_any_number_of_cells() {
        for cells in [1, 20, 21, 100, 1000] {
            let first = fewest_blocks(0.05, cells) as u32;
            let looks = Looks { alpha: 0.05, first: first.into(), most: 384, second: false };
            let odd = blocks(first, 0.0, 0.2, 0.001);
            let sound = blocks(first, 0.0, 0.0, 0.001);
            let mut all = vec![(&odd, 0.01)];
            all.extend(std::iter::repeat_n((&sound, 0.01), cells - 1));
            let found = look(&all, looks, 1);
            let of = |cell: usize| found[cell].as_ref().unwrap();
            assert_eq!(of(0).reason.as_deref(), Some(FIRED), "{cells} cells");
            assert!(cells == 1 || of(1).verdict == Verdict::Same, "{cells} cells");
        }
    }

    /// Time may be up before there are enough blocks for the first look.
    #[test]
    fn a_cell_with_too_few_blocks_for_the_control_is_undecided() {
        let quiet = blocks(12, 0.0, 0.0, 0.001);
        let cells = vec![(&quiet, 0.01); 30];
        let found = look(&cells, Looks { alpha: 0.1, first: 14, most: 384, second: false }, 1);
        assert_eq!(found[0].as_ref().unwrap().verdict, Verdict::CantTell);
    }

    #[test]
    fn looks_come_at_twice_the_blocks_and_never_beyond_the_most() {
        let blocks = |first, most| {
            let looks = Looks { alpha: 0.05, first, most, second: false };
            (1..9).map(|number| looks.blocks(number)).collect::<Vec<_>>()
        };
        let some = |it: &[u64]| it.iter().map(|it| Some(*it)).collect::<Vec<_>>();
        assert_eq!(blocks(12, 48)[..4], [&some(&[12, 24, 48])[..], &[None]].concat());
        assert_eq!(blocks(13, 60)[..5], [&some(&[13, 26, 52, 60])[..], &[None]].concat());
        assert_eq!(blocks(12, 4)[..2], [Some(4), None]);
        assert_eq!(
            Looks { alpha: 0.05, first: 12, most: u64::MAX, second: false }.blocks(80),
            None
        );
    }

    #[test]
    fn the_error_of_the_control_is_spread_over_the_looks() {
        let control = |number| {
            let cell = blocks(24, 0.0, 0.0, 0.02);
            look(&[(&cell, 0.01)], LOOKS, number).remove(0).unwrap().control.confidence
        };
        for number in 1..5 {
            let level = spent_by_look(CONTROL_ALPHA, number);
            assert!(control(number) >= 1.0 - level, "{number}: {}", control(number));
        }
    }

    #[test]
    fn the_looks_together_spend_no_more_than_the_whole_error() {
        let spent: f64 = (1..50).map(|it| spent_by_look(0.05, it)).sum();
        assert!(spent <= 0.05 && spent > 0.049);
    }

    #[test]
    fn one_change_among_many_cells_has_to_be_clearer_than_one_alone() {
        let slower = blocks(12, 0.035, 0.0, 0.04);
        assert_eq!(verdict(&slower, 0), Verdict::Slower);
        assert_eq!(verdict(&slower, 60), Verdict::CantTell);
    }

    #[test]
    fn no_change_smaller_than_that_of_the_control_is_believed() {
        let change = |control| verdict(&blocks(12, 0.05, control, 0.02), 0);
        assert_eq!(change(0.0), Verdict::Slower);
        // As the control's interval has 0 in it, it does not fire, but it limits what is believed.
        let mut biased = blocks(12, 0.05, 0.0, 0.02);
        biased.control = blocks(12, 0.0, 0.045, 0.09).control;
        let finding = look(&[(&biased, 0.01)], LOOKS, 1).remove(0).unwrap();
        assert_eq!((finding.verdict, finding.reason), (Verdict::CantTell, None));
        let fired = look(&[(&blocks(12, 0.05, 0.04, 0.02), 0.01)], LOOKS, 1).remove(0).unwrap();
        assert_eq!(fired.verdict, Verdict::CantTell);
        assert_eq!(fired.reason.as_deref(), Some(FIRED));
    }

    #[test]
    fn a_cell_without_times_has_no_finding_and_spoils_no_other() {
        let (none, broken) = (Blocks::default(), blocks(12, f64::NAN, 0.0, 0.01));
        let slower = blocks(12, 0.5, 0.0, 0.01);
        let found = look(&[(&none, 0.01), (&broken, 0.01), (&slower, 0.01)], LOOKS, 1);
        assert!(found[0].is_none() && found[1].is_none());
        assert_eq!(found[2].as_ref().unwrap().verdict, Verdict::Slower);
    }

    proptest! {
        /// The verdict can always be read off the interval that is shown.
        #[test]
        fn verdicts_agree_with_the_intervals(
            values in prop::collection::vec(-0.1_f64..0.1, 1..40),
            shift in -0.1_f64..0.1,
            threshold in 0.0_f64..0.05,
        ) {
            let log_ratios: Vec<f64> = values.iter().map(|it| it + shift).collect();
            let ns = vec![1.0; values.len()];
            let control = values.iter().rev().map(|it| it / 10.0).collect();
            let blocks = Blocks { log_ratios, control, base_ns: ns.clone(), candidate_ns: ns };
            let finding = look(&[(&blocks, threshold)], LOOKS, 1).remove(0).unwrap();
            let Ratio { estimate, low, high, confidence, .. } = finding.ratio;
            prop_assert!(low <= estimate && estimate <= high);
            let most = 1.0 + threshold;
            match finding.verdict {
                Verdict::Slower => prop_assert!(low > most),
                Verdict::Faster => prop_assert!(high < 1.0 / most),
                Verdict::Same => prop_assert!(low * most >= 1.0 - 1e-12 && high <= most + 1e-12),
                Verdict::CantTell => prop_assert!(
                    finding.reason.is_some() || confidence < 0.95 || high > most || low < 1.0 / most
                ),
            }
            if finding.verdict != Verdict::CantTell {
                prop_assert!(confidence >= 0.95);
            }
        }
    }
}
