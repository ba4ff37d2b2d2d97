//! Shows what a check has found, and writes the scripts that fail.

use std::iter;

use jiff::Timestamp;
use pollbench_reports::check::{CheckRecord, Finding, Format, SCHEMA, ShrunkScript, render};
use pollbench_reports::record::write_whole;

use super::CheckArguments;
use crate::check::{Checked, Fault, ScriptFile, Way};
use crate::cli::error::Error;
use crate::cli::results::Results;
use crate::cli::writing::Writing;
use crate::cli::{command_line, output, streams, timestamp};
use crate::engine::engine_version;

/// Writes the scripts and the other files, and prints the result. What can't be written takes
/// nothing else with it.
pub fn publish(
    checked: Checked,
    arguments: &CheckArguments,
    started: Timestamp,
) -> Result<(), Error> {
    let (findings, kept) = findings(&checked, arguments, started);
    let Checked { guest, knobs, checks, not_supported, longest_wait, against_floor, .. } = checked;
    let record = CheckRecord {
        check_schema: SCHEMA,
        started: timestamp(started),
        command: command_line(),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: engine_version(),
        host: arguments.host.clone(),
        seed: arguments.seed,
        guest,
        knobs,
        checks,
        not_supported,
        longest_wait,
        against_floor,
        findings,
    };
    let print =
        || -> Result<(), Error> { Ok(streams::print(&render(&record, arguments.format)?)?) };
    let write = |Writing { format, file }: &Writing<Format>| -> Result<(), Error> {
        let text = render(&record, *format)?;
        Ok(write_whole(file, |to| to.write_all(text.as_bytes()))?)
    };
    let written = arguments.write.iter().map(write);
    output::first_failure(iter::once(print()).chain(written).chain(iter::once(kept)))
}

/// The findings, whose scripts are written to files unless they come from one.
fn findings(
    checked: &Checked,
    arguments: &CheckArguments,
    started: Timestamp,
) -> (Vec<Finding>, Result<(), Error>) {
    let has_script = |it: &Fault| matches!(it.way, Way::Scripts(_));
    let results = match &arguments.output {
        _ if arguments.script.is_some() || !checked.faults.iter().any(has_script) => Ok(None),
        Some(directory) => Results::at(directory).map(Some),
        None => Results::fresh(started).map(Some),
    };
    let (results, mut kept) = match results {
        Ok(results) => (results, Ok(())),
        Err(error) => (None, Err(error)),
    };
    let finding = |fault: &Fault| {
        let (script, written) = script(fault, results.as_ref());
        if let (Ok(()), Err(error)) = (&kept, written) {
            kept = Err(error);
        }
        let file = script.as_ref().and_then(|it| it.file.clone());
        Finding {
            kind: fault.failure.kind,
            message: fault.failure.message.clone(),
            checks: fault.checks.clone(),
            script,
            culprit: fault.culprit(),
            turns: fault.turns(),
            again: again(arguments, file),
        }
    };
    (checked.faults.iter().map(finding).collect(), kept)
}

/// The script of a fault, and its file where there is a place for one.
fn script(fault: &Fault, results: Option<&Results>) -> (Option<ShrunkScript>, Result<(), Error>) {
    let Way::Scripts(scripts) = &fault.way else { return (None, Ok(())) };
    let kind = fault.failure.kind;
    let path = results.map(|it| it.directory.join(format!("{kind}.json")));
    let written = match &path {
        Some(path) => ScriptFile::of_fault(kind, scripts.clone()).write(path),
        None => Ok(()),
    };
    let file = path.filter(|_| written.is_ok()).map(|it| it.display().to_string());
    let script = ShrunkScript {
        written: scripts.written(),
        steps: scripts.steps(),
        from: fault.steps_before,
        lines: scripts.lines(),
        file,
    };
    (Some(script), written.map_err(Error::from))
}

/// The command that shows a fault again. All but the random scripts are the same every time.
fn again(arguments: &CheckArguments, file: Option<String>) -> String {
    let script = arguments.script.as_ref().map(|it| it.display().to_string());
    let mut words = vec!["pollbench".to_string(), "check".into(), arguments.guest.clone()];
    if let Some(file) = file.or(script) {
        words.extend(["--script".into(), file]);
    }
    if arguments.host != "stock" {
        words.extend(["--host".into(), arguments.host.clone()]);
    }
    let quoted = shlex::try_join(words.iter().map(String::as_str));
    quoted.unwrap_or_else(|_| words.join(" "))
}
