//! Repeats a cell that failed, and shows the last turns before it did.

use pollbench_reports::profile::Culprit;
use pollbench_reports::record::Record;
use pollbench_simulation::simulation::Kept;

use super::ProfileArguments;
use super::which_cell::WhichCell;
use crate::cli::error::Exit;
use crate::cli::{Done, streams};
use crate::engine::RunLimits;
use crate::profile::{ProfiledCell, Replay};

/// Repeats a cell of a record.
pub fn failure(which: &WhichCell, arguments: &ProfileArguments) -> Done {
    let record = Record::read(&which.path())?;
    let (number, cell) = which.find(&record)?;
    let limits = RunLimits::from(&arguments.limits);
    let profiled = ProfiledCell::of_record(&record, cell, limits).ok_or_else(|| which.is_old())?;
    let replay = Replay::run(&profiled, Kept::Last(arguments.turns as usize))?;

    let mut lines = vec![format!("cell {number}: {}", cell.id())];
    let then = record.guests().into_iter().find(|it| it.name == cell.guest);
    if then.is_some_and(|then| then.sha256 != replay.guest.sha256) {
        lines.push("The guest is another build than the one in the record.".into());
    }
    let Some(failure) = &replay.failure else {
        lines.push("It passes now, and there is no failure to show.".into());
        streams::print(&text(&lines))?;
        return Ok(Exit::Fine);
    };
    lines.push(format!("{}: {}", failure.kind, failure.message));
    lines.extend(failure.details());
    lines.extend(replay.log.culprit.iter().flat_map(Culprit::sentences));
    lines.push(String::new());
    lines.push("The last turns, in virtual time:".into());
    lines.extend(replay.log.lines());
    streams::print(&text(&lines))?;
    Ok(Exit::GuestFailed)
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
