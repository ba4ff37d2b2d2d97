//! Judges times in two stages: a change that the first stage finds has to be confirmed by
//! the second, from blocks of its own.

use std::time::{Duration, Instant};

use pollbench_reports::comparison::judge::{Blocks, Finding};
use pollbench_reports::comparison::{Timing, Verdict};
use pollbench_reports::stats::median;
use pollbench_reports::stats::paired::Shift;

use super::stage::{Measure, Stage};

/// The family-wise error rate of each stage: the chance, at most, of calling any unchanged
/// cell changed.
pub const ALPHA: f64 = 0.05;

const NO_TIME: &str = "there was no time for a second stage to confirm it; allow more --budget";
const NOT_CONFIRMED: &str = "a fresh second stage did not confirm what the first had found";

/// A cell that has been judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The result.
    pub timing: Timing,
    /// The blocks of the first stage.
    pub first: Blocks,
}

/// Judges cells by their CPU time.
///
/// The first stage takes what time there is, but leaves the second stage as much time as it
/// has itself spent on the cells that seem changed.
pub fn judge_times<M: Measure>(
    measure: &mut M,
    thresholds: &[f64],
    deadline: Instant,
    most_blocks: u64,
) -> Result<Vec<Option<Judged>>, M::Error> {
    let cells: Vec<usize> = (0..thresholds.len()).collect();
    let first = Stage { thresholds, cells, alpha: ALPHA, deadline, most_blocks, second: false };
    let found = first.run(measure, |blocks, each| confirmation(blocks, thresholds, each))?;
    let first_blocks = |cell: usize| found.blocks[cell].log_ratios.len() as u64;
    let mut judged: Vec<Option<Judged>> = (0..thresholds.len())
        .map(|cell| {
            let blocks = &found.blocks[cell];
            let timing = timing(found.findings[cell].as_ref()?, blocks, thresholds[cell]);
            Some(Judged { timing, first: blocks.clone() })
        })
        .collect();

    let changed =
        |cell: &usize| judged[*cell].as_ref().is_some_and(|it| is_change(it.timing.verdict));
    let cells: Vec<usize> = (0..judged.len()).filter(changed).collect();
    // Twice as many blocks as the first stage took for the changed cell that needed most.
    let Some(needed) = cells.iter().map(|&cell| first_blocks(cell)).max() else {
        return Ok(judged);
    };
    let most_blocks = most_blocks.min(2 * needed);
    let second = Stage { cells, most_blocks, second: true, ..first };
    let confirmed = second.run(measure, |_, _| Duration::ZERO)?;
    for (&cell, finding) in second.cells.iter().zip(&confirmed.findings) {
        if let Some(Judged { timing, .. }) = &mut judged[cell] {
            confirm(timing, finding.as_ref(), &confirmed.blocks[cell], second.first_look());
        }
    }
    Ok(judged)
}

/// How long a second stage would take for the cells that seem changed now, if a block of
/// all cells takes `each`.
fn confirmation(blocks: &[Blocks], thresholds: &[f64], each: Duration) -> Duration {
    let looks_changed = |(blocks, threshold): &(&Blocks, &f64)| {
        let bound = threshold.ln_1p();
        Shift::of(&blocks.log_ratios)
            .is_some_and(|it| it.p_above(bound).min(it.p_below(-bound)) <= ALPHA)
    };
    let changed: Vec<_> = blocks.iter().zip(thresholds).filter(looks_changed).collect();
    let most = changed.iter().map(|(blocks, _)| blocks.log_ratios.len()).max().unwrap_or(0);
    each.mul_f64(most as f64 * changed.len() as f64 / blocks.len().max(1) as f64)
}

fn is_change(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Faster | Verdict::Slower)
}

fn timing(finding: &Finding, blocks: &Blocks, threshold: f64) -> Timing {
    let Finding { verdict, reason, ratio, control, detectable, more_blocks } = finding.clone();
    Timing {
        verdict,
        reason,
        base_ns: median(&blocks.base_ns),
        candidate_ns: median(&blocks.candidate_ns),
        ratio,
        first_stage: None,
        control,
        detectable,
        more_blocks,
        threshold,
        limit: None,
        why: None,
    }
}

/// Replaces the first stage's result of a changed cell by the second stage's. If the
/// verdicts differ, the cell can't be told.
fn confirm(timing: &mut Timing, finding: Option<&Finding>, blocks: &Blocks, fewest: u64) {
    let first = timing.ratio;
    let verdict = timing.verdict;
    let Some(finding) = finding.filter(|it| it.ratio.blocks >= fewest) else {
        timing.verdict = Verdict::CantTell;
        timing.reason = Some(NO_TIME.into());
        return;
    };
    *timing =
        Timing { first_stage: Some(first), ..self::timing(finding, blocks, timing.threshold) };
    if timing.verdict != verdict {
        timing.verdict = Verdict::CantTell;
        timing.reason.get_or_insert_with(|| NOT_CONFIRMED.into());
    }
}

#[cfg(test)]
mod tests;
