//! Shows what a trace has seen, and writes its files.

use std::fs;

use jiff::Timestamp;
use pollbench_reports::record::write_whole;
use pollbench_reports::shown::{Format, Shown as _, render};
use pollbench_reports::trace::{
    Component, Head, Recording, SCHEMA, TraceRecord, WrittenFile, diagnose,
};

use super::TraceArguments;
use crate::cli::error::Error;
use crate::cli::writing::Writing;
use crate::cli::{command_line, output, streams, timestamp};
use crate::engine::engine_version;
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
    let head = Head {
        component: component.file.clone(),
        sha256: component.sha256.clone(),
        started: timestamp(started),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: engine_version(),
        nanoseconds,
        ..Head::default()
    };
    let (file, kept) = match recording.map(|it| write(&it, &head, arguments)).transpose() {
        Ok(file) => (file.flatten(), Ok(())),
        Err(error) => (None, Err(error)),
    };
    let findings = diagnose(&counts);
    let record = TraceRecord {
        trace_schema: SCHEMA,
        started: head.started,
        command: command_line(),
        pollbench: head.pollbench,
        engine: head.engine,
        component: component.clone(),
        network: arguments.network.to_string(),
        ended,
        seconds: nanoseconds as f64 / 1e9,
        time: times,
        wake_up,
        http: served,
        counts,
        findings,
        file,
    };
    streams::say(record.text().trim_end());
    let written = arguments.write.iter().map(|Writing { format, file }: &Writing<Format>| {
        let text = render(&record, *format)?;
        Ok(write_whole(file, |to| to.write_all(text.as_bytes()))?)
    });
    output::first_failure(written.chain([kept]))
}

/// Writes the trace file, and says what is in it.
fn write(
    recording: &Recording,
    head: &Head,
    arguments: &TraceArguments,
) -> Result<Option<WrittenFile>, Error> {
    let Some(path) = &arguments.output else { return Ok(None) };
    write_whole(path, |mut to| recording.write(head, &mut to))?;
    let (events, lost) = recording.events();
    let bytes = fs::metadata(path).map_or(0, |it| it.len());
    Ok(Some(WrittenFile { path: path.display().to_string(), bytes, events, lost }))
}
