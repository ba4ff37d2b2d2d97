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

    /// Until the interval lies on one side of the bound, if the estimate stays.
    fn more_blocks(&self, bound: f64, level: f64) -> Option<u64> {
        let distance = (self.change.estimate().abs() - bound).abs();
        let needed = self.change.blocks_for(distance, level)?;
        Some(needed.saturating_sub(self.change.count().into()).max(1))
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
