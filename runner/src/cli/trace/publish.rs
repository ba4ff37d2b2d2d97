//! Shows what a trace has seen, and writes its files.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use pollbench_reports::record::write_whole;
use pollbench_reports::shown::{Format, Shown as _, render};
use pollbench_reports::trace::{Around, Component, Head, Recording, TraceRecord, WrittenFile};

use super::TraceArguments;
use crate::cli::error::Error;
use crate::cli::writing::Writing;
use crate::cli::{command_line, output, streams, timestamp};
use crate::engine::engine_version;
use crate::matrix::InputError;
use crate::trace::Traced;

/// Writes the trace file and the other files, and says what was seen on standard error. What
/// can't be written takes nothing else with it.
pub fn publish(
    traced: Traced,
    component: &Component,
    arguments: &TraceArguments,
    started: Timestamp,
) -> Result<(), Error> {
    let Traced { ended, nanoseconds, counts, times, wake_up, served, recording } = traced;
    let around = Around {
        command: command_line(),
        bytes: component.bytes,
        network: arguments.network.to_string(),
        ended,
        time: times,
        wake_up,
        http: served,
    };
    let head = Head {
        component: component.file.clone(),
        sha256: component.sha256.clone(),
        started: timestamp(started),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: engine_version(),
        nanoseconds,
        around: Some(around.clone()),
        ..Head::default()
    };
    let file = recording.zip(arguments.output.as_deref());
    let (file, kept) = match file.map(|(it, path)| write(&it, &head, path)).transpose() {
        Ok(file) => (file, Ok(())),
        Err(error) => (None, Err(error)),
    };
    let record = TraceRecord::new(head, around, counts, file);
    streams::say(record.text().trim_end());
    output::first_failure(write_others(&record, arguments).chain([kept]))
}

/// Shows what a trace file tells.
pub fn show(file: &Path, arguments: &TraceArguments) -> Result<(), Error> {
    let record = TraceRecord::read(file).map_err(|it| InputError::Trace(it.to_string()))?;
    streams::print(&record.text())?;
    output::first_failure(write_others(&record, arguments))
}

fn write_others(
    record: &TraceRecord,
    arguments: &TraceArguments,
) -> impl Iterator<Item = Result<(), Error>> {
    arguments.write.iter().map(move |Writing { format, file }: &Writing<Format>| {
        let text = render(record, *format)?;
        Ok(write_whole(file, |to| to.write_all(text.as_bytes()))?)
    })
}

/// Writes the trace file, and says what is in it.
fn write(recording: &Recording, head: &Head, path: &Path) -> Result<WrittenFile, Error> {
    write_whole(path, |mut to| recording.write(head, &mut to))?;
    let (events, lost) = recording.events();
    let bytes = fs::metadata(path).map_or(0, |it| it.len());
    Ok(WrittenFile { path: path.display().to_string(), bytes, events, lost })
}
