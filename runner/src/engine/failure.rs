//! Why a run ended in an error, in words that say what to do.

use pollbench_reports::record::{Failure, FailureKind};
use wasmtime::Trap;
use wasmtime::component::ResourceTableError;
use wasmtime_wasi::I32Exit;

use super::host_state::HostState;
use super::limits::{LimitReached, RunLimits};

/// What the engine's error says when a store has too many handles. It has no type of its
/// own.
const TOO_MANY_HANDLES: &str = "store handle limit exceeded";

/// Names the failure behind an error of the engine or of a host function.
pub fn failure(error: &wasmtime::Error, state: &HostState, limits: &RunLimits) -> Failure {
    if let Some(limit) = limit_reached(error) {
        return limit.failure(state, limits);
    }
    let (kind, message) = match error.downcast_ref::<I32Exit>() {
        Some(I32Exit(status)) => (FailureKind::Exit, format!("it called exit({status})")),
        None => (FailureKind::Trap, error.root_cause().to_string()),
    };
    let message = match state.wasi.last_line() {
        Some(line) => format!("{message}; the last it printed: {line}"),
        None => message,
    };
    Failure { kind, message }
}

/// The limit that a run has reached, whichever part of the engine or host keeps it.
enum Limit {
    Run,
    Memory,
    Handles,
    Output,
}

fn limit_reached(error: &wasmtime::Error) -> Option<Limit> {
    match error.downcast_ref::<LimitReached>() {
        Some(LimitReached::Time) => return Some(Limit::Run),
        Some(LimitReached::Memory) => return Some(Limit::Memory),
        Some(LimitReached::Handles) => return Some(Limit::Handles),
        Some(LimitReached::Output) => return Some(Limit::Output),
        None => {}
    }
    if let Some(Trap::Interrupt) = error.downcast_ref() {
        return Some(Limit::Run);
    }
    let full = matches!(error.downcast_ref(), Some(ResourceTableError::Full));
    (full || error.root_cause().to_string().contains(TOO_MANY_HANDLES)).then_some(Limit::Handles)
}

impl Limit {
    fn failure(&self, state: &HostState, limits: &RunLimits) -> Failure {
        let (kind, message) = match self {
            Self::Run => {
                let limit = limits.run.as_secs_f64();
                let (events, planned) = state.simulation.progress();
                let progress = match events < planned {
                    true => format!("it had come to event {events} of {planned}"),
                    false => format!("its {planned} events were over, and its tasks were ending"),
                };
                (
                    FailureKind::TimeLimit,
                    format!(
                        "a run took longer than {limit} s; {progress}; --run-limit gives it more time"
                    ),
                )
            }
            Self::Memory => (
                FailureKind::MemoryLimit,
                format!(
                    "it wanted more than {} MiB of memory; --memory-limit gives it more",
                    limits.memory >> 20
                ),
            ),
            Self::Handles => (
                FailureKind::HandleLimit,
                format!(
                    "it had {} handles, those lent to `poll` included, and wanted more; --handle-limit gives it more",
                    limits.handles
                ),
            ),
            Self::Output => (
                FailureKind::OutputLimit,
                format!(
                    "it printed more than {} KiB; --output-limit lets it print more",
                    limits.output >> 10
                ),
            ),
        };
        Failure { kind, message }
    }
}
