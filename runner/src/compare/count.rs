//! Counts cells in several fresh processes. A count that differs between them is not exact.

use std::collections::{BTreeMap, BTreeSet};

use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Counters;

use super::block::Runner;
use super::entry::{Counts, Entry};
use crate::engine::{Lane, RunLimits};
use crate::session::Progress;
use crate::worker::{WhyNot, WorkerError, unless_stopped};

/// The number of processes that count each cell. A count is exact if all of them agree.
pub const PROCESSES: u64 = 3;

/// Counts every entry that can be run and is not counted yet. If the work is stopped before
/// all processes have counted an entry, its counts are dropped, but not its failure.
pub fn count(
    entries: &mut [Entry],
    limits: RunLimits,
    stopped: impl Fn() -> bool,
    progress: &dyn Progress,
) -> Result<(), WorkerError> {
    let mut by_runner: BTreeMap<Runner, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.is_to_count()) {
        let Some(runner) = &entry.runner else { continue };
        by_runner.entry(runner.clone()).or_default().push(at);
    }
    for (runner, cells) in by_runner {
        runner.announce(Lane::Counted);
        let mut counted = vec![0; cells.len()];
        'processes: for _ in 0..PROCESSES {
            let Some(mut worker) = unless_stopped(runner.count(limits))? else { break };
            for (&at, counted) in cells.iter().zip(&mut counted) {
                if stopped() {
                    break 'processes;
                }
                let entry = &mut entries[at];
                let Some(result) = unless_stopped(worker.count(&entry.job))? else {
                    break 'processes;
                };
                add(&mut entry.counted, result.map(|it| it.counters));
                *counted += 1;
                progress.advance(1);
            }
        }
        for (&at, counted) in cells.iter().zip(counted) {
            if counted < PROCESSES {
                forget(&mut entries[at].counted);
            }
        }
        if stopped() {
            break;
        }
    }
    Ok(())
}

/// Drops counts that not all processes have confirmed. A failure stays, as a failure in one
/// process is enough.
fn forget(counts: &mut Option<Counts>) {
    if counts.as_ref().is_some_and(|it| it.result.is_ok()) {
        *counts = None;
    }
}

fn add(counts: &mut Option<Counts>, result: Result<Counters, WhyNot>) {
    let Some(Counts { result: first, noisy }) = counts else {
        *counts = Some(Counts { result, noisy: BTreeSet::new() });
        return;
    };
    match (&first, &result) {
        (Ok(first), Ok(next)) => noisy.extend(differing(first, next)),
        // A failure in one process is enough for the entry to have failed.
        (Ok(_), Err(_)) => *first = result,
        (Err(_), _) => {}
    }
}

fn differing<'a>(a: &'a Counters, b: &'a Counters) -> impl Iterator<Item = Metric> + 'a {
    Metric::COUNTS.into_iter().filter(|metric| {
        metric.count(a) != metric.count(b)
            || (metric.is_per_event() && a.window.events != b.window.events)
    })
}
