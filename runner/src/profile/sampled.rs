use std::time::{Duration, Instant};

use pollbench_reports::profile::{Function, Sampled};
use pollbench_reports::stats::median;
use quanta::Clock;

use super::sampled_tree::sampled_tree;
use super::{LoadedCell, ProfileError, ProfiledCell};
use crate::engine::{CompiledGuest, Configuration, Lane, NoWindow, PERIOD, StackSamples, Window};
use crate::worker::Job;

/// No further run is begun with so many samples: a share of a half is then known to within
/// three points.
const ENOUGH_SAMPLES: u64 = 1_000;
/// No further run is begun after this time.
const ENOUGH: Duration = Duration::from_secs(3);

/// Samples the guest's stacks in runs of a cell, in turns with runs that are not sampled.
/// Functions that are not in the list are added to it. `Err` says why there are no samples.
pub fn sampled(
    cell: &ProfiledCell,
    loaded: &LoadedCell,
    functions: &mut Vec<Function>,
) -> Result<Sampled, String> {
    let in_words = |error: ProfileError| error.to_string();
    let (_, bytes) = loaded.guest.source.read().map_err(|it| in_words(it.into()))?;
    let configuration =
        Configuration::sampling(loaded.guest.host).map_err(|it| in_words(it.into()))?;
    let program = CompiledGuest::compile(&bytes, &configuration, Lane::Plain)?;
    let (clock, begun) = (Clock::new(), Instant::now());
    let (mut samples, mut plain, mut slowed) = (StackSamples::default(), vec![], vec![]);
    while plain.is_empty() || samples.total() < ENOUGH_SAMPLES && begun.elapsed() < ENOUGH {
        let (work, knobs) = (|| loaded.workload(), &loaded.knobs);
        let run = loaded.guest.run(work(), knobs, Lane::Plain, cell.limits, &clock);
        plain.push(run.map_err(NoWindow::into_words)?.nanoseconds as f64);
        let run = program.run_sampled(work(), knobs, cell.limits, &clock);
        let (window, seen) = run.map_err(NoWindow::into_words)?;
        slowed.push(window.nanoseconds as f64);
        samples.merge(&seen);
    }
    if samples.total() == 0 {
        let runs = plain.len();
        return Err(format!("its own code ran too seldom to be met in {runs} runs"));
    }
    Ok(Sampled {
        runs: plain.len() as u32,
        tree: sampled_tree(&samples, &bytes, functions)?,
        period_ns: PERIOD.as_nanos() as u64,
        slowdown: median(&slowed) / median(&plain).max(1.0),
    })
}

/// The same work with so many events that the guest is met often enough, if the run is not too
/// long then. `window` is a profiled one of the cell.
pub fn longer(
    cell: &ProfiledCell,
    loaded: &LoadedCell,
    window: &Window,
) -> Result<LoadedCell, ProfileError> {
    let guest_ns = window.split.map_or(0.0, |it| it.guest).max(1.0);
    let wanted_ns = ENOUGH_SAMPLES as f64 * PERIOD.as_nanos() as f64;
    let most = ENOUGH.as_nanos() as f64 / 2.0 / (window.nanoseconds.max(1) as f64);
    let times = (wanted_ns / guest_ns).min(most).max(1.0);
    let effort = (cell.job.effort as f64 * times) as u64;
    loaded.with_work(&Job { effort, ..cell.job.clone() })
}
