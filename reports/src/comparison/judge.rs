//! What blocks of paired wall times say.
//!
//! A look judges all cells of a comparison at once. Each cell's ratio is the
//! Hodges-Lehmann estimate of its blocks' log-ratios, its interval the exact one of
//! Wilcoxon's signed-rank test, at the level Holm's correction gives the cell. Looking
//! again when there are more blocks spends what the looks before have left of
//! `alpha`: the k-th look has a 2^k-th part of it (Lan & DeMets, Discrete Sequential
//! Boundaries for Clinical Trials, 1983; the sum over looks is what bounds the error).

use super::{Ratio, Verdict};
use crate::stats::paired::{Shift, holm, smallest_count};

/// The chance, at most, of taking the base for different from itself in any cell.
pub const CONTROL_ALPHA: f64 = 0.01;

/// Nobody waits for more blocks than this.
const MOST_MORE: u64 = 10_000;

const FIRED: &str = "the base differs from itself: something else on this machine decides";

/// The blocks of a cell: one value of each kind for each block, with which nothing else
/// of the same process is mixed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    /// ln(candidate / base).
    pub log_ratios: Vec<f64>,
    /// ln(base again / base), in the same block.
    pub control: Vec<f64>,
    /// The base's nanoseconds for each event.
    pub base_ns: Vec<f64>,
    /// The candidate's.
    pub candidate_ns: Vec<f64>,
}

/// What a look finds in a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What the interval says.
    pub verdict: Verdict,
    /// Why it can't be told, where it can't.
    pub reason: Option<String>,
    /// The ratio.
    pub ratio: Ratio,
    /// The base held against itself.
    pub control: Ratio,
    /// The smallest change that would have been seen four times in five.
    pub detectable: Option<f64>,
    /// How many more blocks would decide it.
    pub more_blocks: Option<u64>,
}

/// What the k-th look, from 1, may spend of `alpha`.
pub fn spent_by_look(alpha: f64, look: u32) -> f64 {
    alpha / 2f64.powi(look.try_into().unwrap_or(i32::MAX))
}

/// With how many blocks a first look at so many cells can find anything.
pub fn fewest_blocks(alpha: f64, cells: usize) -> u64 {
    let level = alpha / cells.max(1) as f64;
    smallest_count(level).map_or(u64::MAX, u64::from)
}

/// Judges every cell, given its blocks and the part of the base's time which a change
/// has to exceed. `alpha` is for all of them together.
///
/// `None` for a cell without blocks, or with times that are no numbers.
pub fn look(cells: &[(&Blocks, f64)], alpha: f64) -> Vec<Option<Finding>> {
    let shifts: Vec<Option<Pair>> = cells.iter().map(|(blocks, _)| Pair::of(blocks)).collect();
    let bound = |pair: &Pair, threshold: f64| pair.floor().max(threshold.ln_1p());
    // A cell without a value can't be refuted, and takes its part of the correction.
    let p: Vec<f64> = shifts
        .iter()
        .zip(cells)
        .map(|(pair, (_, threshold))| {
            pair.as_ref().map_or(1.0, |it| it.p_beyond(bound(it, *threshold)))
        })
        .collect();
    let control_p: Vec<f64> =
        shifts.iter().map(|it| it.as_ref().map_or(1.0, |it| two_sided(&it.control, 0.0))).collect();
    let levels_of = |p: &[f64], alpha| holm::levels(p, alpha).unwrap_or_else(|| vec![0.0; p.len()]);
    let levels = levels_of(&p, alpha);
    let control_levels = levels_of(&control_p, CONTROL_ALPHA);
    let judged = shifts.iter().zip(cells).enumerate().map(|(at, (pair, (_, threshold)))| {
        let pair = pair.as_ref()?;
        let fired = control_p[at] <= control_levels[at]
            && pair.control.estimate().abs() > threshold.ln_1p() / 2.0;
        Some(pair.finding(*threshold, levels[at], control_levels[at], fired))
    });
    judged.collect()
}

struct Pair {
    change: Shift,
    control: Shift,
}

impl Pair {
    fn of(blocks: &Blocks) -> Option<Self> {
        Some(Self { change: Shift::of(&blocks.log_ratios)?, control: Shift::of(&blocks.control)? })
    }

    /// What the base seems to differ from itself by: no smaller change can be believed.
    fn floor(&self) -> f64 {
        self.control.estimate().abs()
    }

    /// The p-value of its being no larger than `bound`, to either side.
    fn p_beyond(&self, bound: f64) -> f64 {
        two_sided(&self.change, bound)
    }

    fn finding(&self, threshold: f64, level: f64, control_level: f64, fired: bool) -> Finding {
        let bound = threshold.ln_1p();
        let beyond = bound.max(self.floor());
        let verdict = match self.change.interval(level) {
            _ if fired => Verdict::CantTell,
            Some(it) if it.low > beyond => Verdict::Slower,
            Some(it) if it.high < -beyond => Verdict::Faster,
            Some(it) if it.low >= -bound && it.high <= bound => Verdict::Same,
            _ => Verdict::CantTell,
        };
        let reason = fired.then(|| FIRED.to_string());
        let undecided = verdict == Verdict::CantTell && !fired;
        Finding {
            verdict,
            reason,
            ratio: ratio(&self.change, level),
            control: ratio(&self.control, control_level),
            detectable: self.change.detectable(level).map(f64::exp_m1),
            more_blocks: undecided.then(|| self.more_blocks(beyond, level)).flatten(),
        }
    }

    /// Until the interval lies on one side of the bound, if the estimate stays. `None`
    /// where that is beyond reach: it is about as large as the bound.
    fn more_blocks(&self, bound: f64, level: f64) -> Option<u64> {
        let distance = (self.change.estimate().abs() - bound).abs();
        let needed = self.change.blocks_for(distance, level)?;
        let more = needed.saturating_sub(self.change.count().into()).max(1);
        (more <= MOST_MORE).then_some(more)
    }
}

fn two_sided(shift: &Shift, bound: f64) -> f64 {
    (2.0 * shift.p_above(bound).min(shift.p_below(-bound))).min(1.0)
}

/// With too few blocks for an interval at this level: the widest there is, with the
/// confidence it has.
fn ratio(shift: &Shift, level: f64) -> Ratio {
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

    /// Evenly spread over `spread` to either side.
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
        look(&cells, 0.05)[0].as_ref().unwrap().verdict
    }

    #[test]
    fn the_first_look_can_find_something_and_no_earlier_one_could() {
        // 2^(1 - 9) is under 0.025 / 5, and 2^(1 - 8) is not.
        assert_eq!(fewest_blocks(0.025, 5), 9);
        for cells in [1, 5, 100] {
            let fewest = fewest_blocks(0.05, cells) as u32;
            let large = |count| verdict(&blocks(count, 0.5, 0.0, 0.01), cells - 1);
            assert_eq!(large(fewest), Verdict::Slower);
            assert_eq!(large(fewest - 1), Verdict::CantTell);
        }
    }

    #[test]
    fn looks_spend_no_more_than_there_is() {
        let spent: f64 = (1..50).map(|it| spent_by_look(0.05, it)).sum();
        assert!(spent <= 0.05 && spent > 0.049);
    }

    #[test]
    fn one_of_many_has_to_be_clearer_than_one_alone() {
        let slower = blocks(12, 0.035, 0.0, 0.04);
        assert_eq!(verdict(&slower, 0), Verdict::Slower);
        assert_eq!(verdict(&slower, 60), Verdict::CantTell);
    }

    #[test]
    fn no_change_smaller_than_the_control_s_is_believed() {
        let change = |control| verdict(&blocks(12, 0.05, control, 0.02), 0);
        assert_eq!(change(0.0), Verdict::Slower);
        // As the control's interval has 0 in it, it does not fire, but it is a floor.
        let mut floor = blocks(12, 0.05, 0.0, 0.02);
        floor.control = blocks(12, 0.0, 0.045, 0.09).control;
        let finding = look(&[(&floor, 0.01)], 0.05).remove(0).unwrap();
        assert_eq!((finding.verdict, finding.reason), (Verdict::CantTell, None));
        let fired = look(&[(&blocks(12, 0.05, 0.04, 0.02), 0.01)], 0.05).remove(0).unwrap();
        assert_eq!(fired.verdict, Verdict::CantTell);
        assert_eq!(fired.reason.as_deref(), Some(FIRED));
    }

    #[test]
    fn a_cell_without_times_has_no_finding_and_spoils_no_other() {
        let (none, broken) = (Blocks::default(), blocks(12, f64::NAN, 0.0, 0.01));
        let slower = blocks(12, 0.5, 0.0, 0.01);
        let found = look(&[(&none, 0.01), (&broken, 0.01), (&slower, 0.01)], 0.05);
        assert!(found[0].is_none() && found[1].is_none());
        assert_eq!(found[2].as_ref().unwrap().verdict, Verdict::Slower);
    }

    proptest! {
        /// What is called what can be read off the interval that is shown.
        #[test]
        fn verdicts_are_what_the_intervals_say(
            values in prop::collection::vec(-0.1_f64..0.1, 1..40),
            shift in -0.1_f64..0.1,
            threshold in 0.0_f64..0.05,
        ) {
            let log_ratios: Vec<f64> = values.iter().map(|it| it + shift).collect();
            let ns = vec![1.0; values.len()];
            let control = values.iter().rev().map(|it| it / 10.0).collect();
            let blocks = Blocks { log_ratios, control, base_ns: ns.clone(), candidate_ns: ns };
            let finding = look(&[(&blocks, threshold)], 0.05).remove(0).unwrap();
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
