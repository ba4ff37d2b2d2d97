//! Shows one turn of a guest's loop, part by part, from a real run of few tasks.

use std::collections::BTreeMap;

use pollbench_reports::format;
use pollbench_reports::profile::anatomy;
use pollbench_reports::record::Interface;
use pollbench_simulation::simulation::Kept;

use super::{ProfileArguments, guest};
use crate::cli::error::Exit;
use crate::cli::{Done, streams};
use crate::engine::RunLimits;
use crate::profile::{ProfiledCell, Replay};
use crate::worker::Job;

/// So few tasks that a turn can be read.
const TASKS: u32 = 8;
/// How many of them have an event under way.
const ACTIVE: u32 = 2;
/// In this workload every event also drops a pollable and makes one, and a timer.
const WORKLOAD: &str = "churn";
/// The first turns have the start of the tasks in them.
const AFTER: u64 = 4;
/// How many turns are kept: by then a task has run in one.
const KEPT: usize = 64;

/// Explains a turn of a guest.
pub fn explain(given: &str, arguments: &ProfileArguments) -> Done {
    let (source, knobs) = guest(given)?;
    let job = Job {
        workload: WORKLOAD.into(),
        pollables: TASKS,
        active: ACTIVE,
        parameters: BTreeMap::new(),
        effort: 10_000,
        knobs,
    };
    let limits = RunLimits::from(&arguments.limits);
    let cell = ProfiledCell { source, host: arguments.host.clone(), job, limits };
    let replay = Replay::run(&cell, Kept::First(KEPT))?;
    let described = &replay.guest;
    let mut lines = vec![
        format!("{}, {}: {}", described.name, described.strategy, described.summary),
        format!(
            "{TASKS} tasks wait, {ACTIVE} of them with an event under way (workload {WORKLOAD}, host {}).",
            arguments.host
        ),
        String::new(),
    ];
    let turn = anatomy(&replay.log, TASKS, AFTER);
    if described.interface == Interface::Poll && !turn.is_empty() {
        lines.extend(turn);
    } else {
        lines.push("It passes no lists to `poll`: the host tells it what is ready.".into());
        lines.extend(replay.log.lines().into_iter().take(4 * TASKS as usize));
    }
    lines.push(String::new());
    if let Some(failure) = &replay.failure {
        lines.push(format!("It fails in this workload: {}: {}", failure.kind, failure.message));
    }
    if let Some(window) = replay.counters.as_ref().map(|it| &it.window) {
        let per_event = |count| window.per_event(count).map_or("-".into(), format::quantity);
        lines.push(format!(
            "Over {} events: {} polls, {} handles and {} units of fuel an event.",
            format::count(window.events),
            per_event(window.poll_calls),
            per_event(window.handles_passed),
            per_event(window.guest_fuel),
        ));
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    streams::print(&text)?;
    Ok(if replay.failure.is_some() { Exit::GuestFailed } else { Exit::Fine })
}
