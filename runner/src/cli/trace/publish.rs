//! Shows what a trace has seen, and writes its files.

use std::fs;
use std::io::BufWriter;
use std::path::Path;

use jiff::Timestamp;
use pollbench_reports::html;
use pollbench_reports::record::write_whole;
use pollbench_reports::shown::{Format, Shown as _, render};
use pollbench_reports::trace::{
    Around, Component, Head, Recording, TraceFile, TraceRecord, Waits, WrittenFile, write_events,
};

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
    let Traced { ended, nanoseconds, counts, times, wake_up, served, recording, functions } =
        traced;
    let functions = functions.transpose().unwrap_or_else(|why| {
        streams::say(&format!("pollbench: the functions can't be told from each other: {why}"));
        None
    });
    let around = Around {
        command: command_line(),
        bytes: component.bytes,
        network: arguments.network.to_string(),
        ended,
        time: times,
        wake_up,
        http: served,
        functions,
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
    let (file, kept) = match (&recording, &arguments.output) {
        (Some(recording), Some(path)) => match write(recording, &head, path) {
            Ok(file) => (Some(file), Ok(())),
            Err(error) => (None, Err(error)),
        },
        _ => (None, Ok(())),
    };
    let (mut bytes, is_shown) = (Vec::new(), arguments.shows_waits());
    let shown = recording.filter(|_| is_shown).map(|it| it.write(&head, &mut bytes));
    let record = TraceRecord::new(head, around, counts, file);
    streams::say(record.text().trim_end());
    let shown = shown.map(|it| {
        it.map_err(|error| error.to_string())
            .and_then(|()| TraceFile::read(bytes))
            .map_err(|it| InputError::Trace(it).into())
            .and_then(|file| show_waits(&record, &file, arguments))
    });
    let shown = shown.unwrap_or(Ok(()));
    output::first_failure(write_others(&record, arguments).chain([kept, shown]))
}

/// Shows what a trace file tells.
pub fn show(file: &Path, arguments: &TraceArguments) -> Result<(), Error> {
    let read = TraceRecord::read(file);
    let (record, file) = read.map_err(|it| InputError::Trace(it.to_string()))?;
    streams::print(&record.text())?;
    let shown = match arguments.shows_waits() {
        true => show_waits(&record, &file, arguments),
        false => Ok(()),
    };
    output::first_failure(write_others(&record, arguments).chain([shown]))
}

/// Writes what shows each wait of a trace.
fn show_waits(
    record: &TraceRecord,
    file: &TraceFile,
    arguments: &TraceArguments,
) -> Result<(), Error> {
    let waits = Waits::of(file).map_err(InputError::Trace)?;
    if let Some(path) = &arguments.report {
        html::trace::write(record, &waits, path)?;
    }
    if let Some(path) = &arguments.trace_events {
        write_whole(path, |to| write_events(record, &waits, &mut BufWriter::new(to)))?;
    }
    Ok(())
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
