//! Why a run ended in an error, in words that say what to do.

use pollbench_reports::names::harmless;
use pollbench_reports::record::{Failure, FailureKind};
use pollbench_simulation::simulation::Violation;
use wasmtime::Trap;
use wasmtime::component::ResourceTableError;
use wasmtime_wasi::I32Exit;

use super::host_state::HostState;
use super::limits::LimitReached;
use super::place::Place;
use super::wasi::shown_lines;

/// What the engine's error says when a store has too many handles. It has no type of its
/// own.
const TOO_MANY_HANDLES: &str = "store handle limit exceeded";

/// How many characters of an error of the engine are shown.
const ERROR: usize = 400;
/// How many characters of what `run` returns are shown.
const RETURNED: usize = 1_000;
/// How many of those the file beside the record has.
const RETURNED_WHOLE: usize = 64 << 10;

/// Names the failure behind an error of the engine or of a host function, which `component`
/// has run into.
pub fn failure(error: &wasmtime::Error, component: &[u8], state: &HostState) -> Failure {
    let place = Place::of(error, component);
    let (kind, mut message, advice) = in_words(error, state);
    if !advice.is_empty() {
        message = format!("{message}; {advice}");
    }
    let step = state.simulation.tally().total.steps;
    let message = match (&kind, place.words()) {
        (FailureKind::Trap | FailureKind::Exit, Some(place)) => {
            format!("at step {step}, {place}: {message}")
        }
        _ => format!("at step {step}: {message}"),
    };
    with_what_is_known(Failure::new(kind, message), &place, None, state)
}

/// What is wrong with a guest that can't even describe itself.
pub fn why_not_described(error: &wasmtime::Error, component: &[u8], state: &HostState) -> String {
    let place = Place::of(error, component);
    let (kind, message) = match state.simulation.violation() {
        Some(violation) => (violation.kind, violation.message.clone()),
        None => {
            let (kind, message, _) = in_words(error, state);
            (kind, message)
        }
    };
    let message = match (kind, place.words()) {
        (FailureKind::TimeLimit, _) => {
            format!("it took longer than {} s", state.limits.run.as_secs_f64())
        }
        (_, Some(place)) => format!("it ended {place}: {message}"),
        (_, None) => message,
    };
    with_what_is_known(Failure::new(kind, message), &place, None, state).in_one_line()
}

/// The failure of a guest whose `run` has returned an error.
pub fn returned(message: &str, state: &HostState) -> Failure {
    let step = state.simulation.tally().total.steps;
    let shown = harmless(message, RETURNED);
    let failure = Failure::new(
        FailureKind::GuestError,
        format!("at step {step}: `run` returned an error: {shown}"),
    );
    with_what_is_known(failure, &Place::default(), Some(message), state)
}

/// A violation of the contract, with where the guest was and what it had printed.
pub fn violation(
    violation: &Violation,
    error: Option<&wasmtime::Error>,
    component: &[u8],
    state: &HostState,
) -> Failure {
    let place = error.map(|error| Place::of(error, component)).unwrap_or_default();
    with_what_is_known(violation.clone().into(), &place, None, state)
}

/// Why a guest does not support a step, in its own words.
pub fn not_supported(reason: &str) -> String {
    harmless(reason, RETURNED)
}

/// What was seen of an error, and what to do where that is known.
fn in_words(error: &wasmtime::Error, state: &HostState) -> (FailureKind, String, &'static str) {
    if let Some(limit) = limit_reached(error) {
        return limit.in_words(state);
    }
    match error.downcast_ref::<I32Exit>() {
        Some(I32Exit(status)) => (FailureKind::Exit, format!("it called exit({status})"), ""),
        None => (FailureKind::Trap, harmless(&error.root_cause().to_string(), ERROR), ""),
    }
}

fn with_what_is_known(
    failure: Failure,
    place: &Place,
    returned: Option<&str>,
    state: &HostState,
) -> Failure {
    let [stdout, stderr] = state.wasi.printed();
    let returned = returned.filter(|it| it.chars().count() > RETURNED);
    let mut whole = format!("{}: {}\n", failure.kind, failure.message);
    if let Some(returned) = returned {
        let returned: String = returned.chars().take(RETURNED_WHOLE).collect();
        whole += &section("what `run` returned", &returned);
    }
    let functions: String = place.functions.iter().map(|it| format!("{it}\n")).collect();
    whole += &section("the functions that were running, the innermost first", &functions);
    whole += &section("standard error", &stderr);
    whole += &section("standard output", &stdout);
    let is_more = returned.is_some()
        || [&functions, &stderr, &stdout].into_iter().any(|text| !text.is_empty());
    Failure {
        printed: shown_lines(&stderr),
        backtrace: place.functions.clone(),
        whole: is_more.then(|| whole.into()),
        ..failure
    }
}

/// A part of the file beside the record, whose lines stay lines.
fn section(title: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let lines = text.lines().map(|line| format!("{}\n", harmless(line, usize::MAX)));
    format!("\n== {title}\n{}", lines.collect::<String>())
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
    /// What was seen, and what to do where the limit was given for a run.
    fn in_words(&self, state: &HostState) -> (FailureKind, String, &'static str) {
        let limits = &state.limits;
        match self {
            Self::Run => {
                let limit = limits.run.as_secs_f64();
                let (events, planned) = state.simulation.progress();
                let progress = match events < planned {
                    true => format!("it had come to event {events} of {planned}"),
                    false => format!("its {planned} events were over, and its tasks were ending"),
                };
                (
                    FailureKind::TimeLimit,
                    format!("a run took longer than {limit} s; {progress}"),
                    "--run-limit gives it more time",
                )
            }
            Self::Memory => (
                FailureKind::MemoryLimit,
                format!("it wanted more than {} MiB of memory", limits.memory >> 20),
                "--memory-limit gives it more",
            ),
            Self::Handles => (
                FailureKind::HandleLimit,
                format!(
                    "it had {} handles, those lent to `poll` included, and wanted more",
                    limits.handles
                ),
                "--handle-limit gives it more",
            ),
            Self::Output => (
                FailureKind::OutputLimit,
                format!("it printed more than {} KiB", limits.output >> 10),
                "--output-limit lets it print more",
            ),
        }
    }
}
