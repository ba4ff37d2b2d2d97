use pollbench_reports::profile::{Exact, Function};
use pollbench_reports::record::Failure;
use pollbench_simulation::script::Workload;
use quanta::Clock;

use super::instrument::{InstrumentError, instrument};
use crate::engine::{
    CompiledGuest, Configuration, Lane, LoadError, NoWindow, OneLane, RecordError, RunLimits,
    Source, Window,
};

/// A profile of the exact lane.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactProfile {
    /// The functions that the tree speaks of.
    pub functions: Vec<Function>,
    /// The guest's work.
    pub exact: Exact,
    /// What of the guest is not in the tree by its functions, in sentences.
    pub left_out: Vec<String>,
}

/// Why there is no exact profile.
#[derive(Debug, thiserror::Error)]
pub enum ExactError {
    /// The guest can't be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The guest can't be instrumented.
    #[error("the guest can't be profiled: {0}")]
    Instrument(#[from] InstrumentError),
    /// The instrumented guest can't be run, though the guest itself can.
    #[error("the guest can't be profiled: instrumented, {0}")]
    Instrumented(String),
    /// The guest, or its host, can't do this work. The text says why.
    #[error("{0}")]
    NotSupported(String),
    /// The guest broke the contract or a limit, without being profiled.
    #[error("the guest fails, so there is nothing to profile: {}", .0.in_one_line())]
    Failed(Failure),
    /// The guest broke the contract or a limit while it was profiled.
    #[error("the guest fails for being profiled: {}", .0.in_one_line())]
    FailedProfiled(Failure),
    /// The guest's calls can't be recorded.
    #[error("the guest can't be profiled: {0}")]
    Record(#[from] RecordError),
    /// The tree does not have the fuel that the guest burns.
    #[error(
        "the profile is wrong: it has {profiled} units of fuel, and without being profiled the guest burns {unprofiled}"
    )]
    Inexact {
        /// The fuel in the tree.
        profiled: u64,
        /// The fuel in the same window of an ordinary run.
        unprofiled: u64,
    },
}

/// Profiles a guest: counts the fuel of each function in the measured window, along the tree
/// of calls.
///
/// The guest does its work twice, as it is and instrumented. `work` makes the same workload
/// each time. Counts on a real host differ from run to run, so `configuration` has to be of
/// another one. With wrappers on its stack a guest needs more of it, and its run takes longer,
/// which `limits` have to allow for.
pub fn exact(
    source: &Source,
    configuration: &Configuration,
    work: impl Fn() -> Box<dyn Workload>,
    knobs: &[u64],
    limits: RunLimits,
) -> Result<ExactProfile, ExactError> {
    let clock = Clock::new();
    let plain = OneLane::load(source, configuration, Lane::Counted)?.program;
    let plain = plain
        .run(work(), knobs, Lane::Counted, limits, &clock)
        .map_err(|why| no_window(why, ExactError::Failed))?;
    exact_beside(&plain, source, configuration, work(), knobs, limits)
}

/// As [`exact`], where the window of an ordinary counted run of the same work is known.
pub(super) fn exact_beside(
    plain: &Window,
    source: &Source,
    configuration: &Configuration,
    workload: Box<dyn Workload>,
    knobs: &[u64],
    limits: RunLimits,
) -> Result<ExactProfile, ExactError> {
    let (_, bytes) = source.read()?;
    let instrumented = instrument(&bytes)?;
    let program = CompiledGuest::compile(&instrumented.component, configuration, Lane::Counted)
        .map_err(ExactError::Instrumented)?;
    let recorder = Box::new(instrumented.recorder());
    let (outcome, recorder) = program
        .run_recorded(workload, knobs, limits, &Clock::new(), recorder)
        .map_err(|why| no_window(why, ExactError::FailedProfiled))?;
    if let Some(error) = recorder.error() {
        return Err(error.clone().into());
    }
    let profiled = outcome.map_err(|why| no_window(why, ExactError::FailedProfiled))?;

    let (functions, tree) = recorder.finish()?;
    let unprofiled_fuel = plain.counters.window.guest_fuel;
    if tree.total() != unprofiled_fuel {
        let profiled = tree.total();
        return Err(ExactError::Inexact { profiled, unprofiled: unprofiled_fuel });
    }
    let exact = Exact { tree, unprofiled_fuel, slowdown: slowdown(plain, &profiled) };
    Ok(ExactProfile { functions, exact, left_out: instrumented.left_out })
}

fn slowdown(plain: &Window, profiled: &Window) -> f64 {
    profiled.nanoseconds as f64 / plain.nanoseconds.max(1) as f64
}

fn no_window(why: NoWindow, failed: impl FnOnce(Failure) -> ExactError) -> ExactError {
    match why {
        NoWindow::NotSupported(reason) => ExactError::NotSupported(reason),
        NoWindow::Failed(failure) => failed(failure),
    }
}
