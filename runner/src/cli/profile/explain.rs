//! Shows one turn of a guest's loop, part by part, from a real run of few tasks.

use pollbench_reports::format;
use pollbench_reports::record::Interface;

use super::{ProfileArguments, guest};
use crate::cli::error::Exit;
use crate::cli::{Done, streams};
use crate::engine::RunLimits;
use crate::profile::{ACTIVE, FewTasks, ProfiledCell, TASKS, WORKLOAD};

/// Explains a turn of a guest.
pub fn explain(given: &str, arguments: &ProfileArguments) -> Done {
    let (source, knobs) = guest(given)?;
    let limits = RunLimits::from(&arguments.limits);
    let host = arguments.host.clone();
    let cell = ProfiledCell { source, host, job: FewTasks::job(knobs), limits };
    let FewTasks { replay, turn } = FewTasks::run(&cell.load()?, limits)?;
    let described = &replay.guest;
    let mut lines = vec![
        format!("{}, {}: {}", described.name, described.strategy, described.summary),
        format!(
            "{TASKS} tasks wait, {ACTIVE} of them with an event under way (workload {WORKLOAD}, host {}).",
            arguments.host
        ),
        String::new(),
    ];
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
