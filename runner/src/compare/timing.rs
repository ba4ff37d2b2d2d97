use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use pollbench_reports::comparison::{Cell, Metric, Timing, TimingConditions, Verdict};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

use super::processes::{Processes, TimedCell};
use super::stages::{ALPHA, judge_times};
use super::{Comparing, Pair, Runner};
use crate::environment::Usage;
use crate::worker::{WorkerError, unless_stopped};

/// The most blocks of a cell in a stage. More would tell little more, and take long to
/// judge.
pub const MOST_BLOCKS: u64 = 384;

/// The largest fraction of the processors' time that may go to other machines. Above it, no
/// cell gets a verdict on time.
const MOST_STEAL: f64 = 0.05;

const NOT_TIMED: &str =
    "CPU time is not compared: it is measured live, on components of both sides.";

/// Measures and judges the CPU time of every pair that runs on both sides.
pub fn judge_pairs(
    comparing: &Comparing,
    budget: Duration,
    pairs: &[Pair],
    cells: &mut [Cell],
    notes: &mut Vec<String>,
) -> Result<Option<TimingConditions>, WorkerError> {
    let ready = |(at, pair): (usize, &Pair)| {
        let sound = cells[at].problem.is_none() && !cells[at].identical;
        let cell = TimedCell {
            base: pair.base.runner.clone()?,
            base_job: pair.base.job.clone(),
            candidate: pair.candidate.runner.clone()?,
            candidate_job: pair.candidate.job.clone(),
        };
        sound.then_some((at, cell))
    };
    let (positions, timed): (Vec<usize>, Vec<TimedCell>) =
        pairs.iter().enumerate().filter_map(ready).unzip();
    if timed.is_empty() {
        let is_known = !cells.is_empty() && cells.iter().all(|it| it.identical);
        notes.extend((!is_known).then(|| NOT_TIMED.to_string()));
        return Ok(None);
    }
    let thresholds: Vec<f64> =
        positions.iter().map(|&at| threshold(comparing, &cells[at])).collect();

    let runners: BTreeSet<&Runner> =
        timed.iter().flat_map(|it| [&it.base, &it.candidate]).collect();
    for runner in runners {
        unless_stopped(runner.warm_up(comparing.limits))?;
    }
    let begun = Instant::now();
    let usage = Usage::now();
    let random = Pcg64Mcg::seed_from_u64(comparing.seed);
    let mut processes =
        Processes::new(&timed, comparing.limits, comparing.stop, comparing.progress, random);
    let judged = judge_times(&mut processes, &thresholds, begun + budget, MOST_BLOCKS)?;
    let steal = usage.zip(Usage::now()).and_then(|(then, now)| Some(now.since(&then)?.stolen));

    for (&at, judged) in positions.iter().zip(judged) {
        cells[at].timing = judged.map(|it| limited(comparing, &cells[at], it.timing, steal));
    }
    for (cell, problem) in processes.broken {
        cells[positions[cell]].timing = None;
        cells[positions[cell]].problem = Some(problem);
    }
    Ok(Some(TimingConditions {
        threshold: comparing.threshold,
        alpha: ALPHA,
        budget: budget.as_secs_f64(),
        spent: begun.elapsed().as_secs_f64(),
        steal,
        seed: comparing.seed,
    }))
}

fn threshold(comparing: &Comparing, cell: &Cell) -> f64 {
    let limit = comparing.allowed.of(&cell.identity, Metric::NsPerEvent);
    limit.and_then(|it| it.threshold()).unwrap_or(comparing.threshold)
}

fn limited(comparing: &Comparing, cell: &Cell, mut timing: Timing, steal: Option<f64>) -> Timing {
    if let Some(limit) = comparing.allowed.of(&cell.identity, Metric::NsPerEvent) {
        timing.limit = Some(limit.text);
        timing.why = limit.why;
    }
    if steal.is_some_and(|it| it > MOST_STEAL) && timing.verdict != Verdict::CantTell {
        timing.verdict = Verdict::CantTell;
        timing.reason = Some("too much of the processors' time went to other machines".into());
    }
    timing
}
