//! Where results go: a directory, and standard output.

use std::path::Path;
use std::{fs, io};

use console::Term;
use pollbench_reports::record::{
    Record, STANDARD, Status, WriteError, directory_of, followed, write_whole,
};
use pollbench_reports::tuning::{self, Tuning};
use pollbench_reports::{csv, html, table};

use super::Done;
use super::arguments::Printed;
use super::error::{Error, Exit};
use super::results::{Results, TUNING};
use super::streams::{self, PrintError};

/// Makes a directory, and checks that files can be written into it.
pub fn prepare(directory: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(directory)
        .and_then(|()| tempfile::tempfile_in(directory).map(drop))
        .map_err(|source| WriteError { path: directory.into(), source })
}

/// Makes a file's directory, and checks that the file can be written there.
pub fn prepare_file(path: &Path) -> Result<(), WriteError> {
    if path == Path::new(STANDARD) {
        return Ok(());
    }
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => {
            let source = io::ErrorKind::IsADirectory.into();
            Err(WriteError { path: path.into(), source })
        }
        // A device or a pipe; to open a pipe would wait for its reader.
        Ok(there) if !there.is_file() => Ok(()),
        _ => {
            let target =
                followed(path).map_err(|source| WriteError { path: path.into(), source })?;
            prepare(directory_of(&target))
        }
    }
}

/// The name of the report in a directory of results.
pub const REPORT: &str = "report.html";

/// Shows a record, and writes it and its report. After a table, their paths follow on
/// standard output; other formats are for programs, and the paths go to standard error.
pub fn publish(record: &Record, printed: Printed, results: &Results) -> Done {
    let tell = match printed {
        Printed::Table => streams::print,
        Printed::Csv => |places: &str| {
            streams::say(places.trim());
            Ok(())
        },
    };
    publish_with(&text_of(record, printed), record, results, tell)
}

/// Shows a text, and writes the record and its report. If one of these fails, the others
/// are still tried. The first failure is returned, and further ones are printed.
pub fn publish_with(
    text: &str,
    record: &Record,
    results: &Results,
    tell: fn(&str) -> Result<(), PrintError>,
) -> Done {
    let report = results.directory.join(REPORT);
    let shown = streams::print(text).map_err(Error::from);
    let kept = record.write(&results.record).map_err(Error::from);
    let reported = html::write(record, &report).map_err(Error::from);
    let mut places = String::new();
    if reported.is_ok() {
        places += &format!("\nreport: {}\n", report.display());
    }
    if kept.is_ok() {
        places += &format!("record: {}\n", results.record.display());
        places += &failures_hint(record, &results.record);
    }
    let told = tell(&places).map_err(Error::from);
    first_failure([shown, kept, reported, told])?;
    Ok(exit(record))
}

/// The command that shows what a guest did before it failed, if one has.
fn failures_hint(record: &Record, path: &Path) -> String {
    let failed = record.cells.iter().zip(1..).filter(|(cell, _)| cell.status == Status::Failed);
    let numbers: Vec<u32> = failed.map(|(_, number)| number).collect();
    let path = path.display().to_string();
    let Ok(path) = shlex::try_quote(&path) else { return String::new() };
    match numbers.as_slice() {
        [] => String::new(),
        [_] => format!("why it failed: pollbench profile --failure {path}\n"),
        [first, ..] => format!("why one failed: pollbench profile --failure {path}#{first}\n"),
    }
}

/// Shows a tuning, and writes its record and its report.
pub fn publish_tuning(tuning: &Tuning, results: &Results) -> Result<(), Error> {
    let path = results.directory.join(TUNING);
    let shown = streams::print(&tuning::text::render(tuning)).map_err(Error::from);
    let report = results.directory.join(REPORT);
    let kept = write_whole(&path, |file| Ok(serde_json::to_writer_pretty(file, tuning)?));
    let reported = html::tuning::write(tuning, &report);
    let mut places = String::new();
    if reported.is_ok() {
        places += &format!("\nreport: {}\n", report.display());
    }
    if kept.is_ok() {
        places += &format!("record: {}\n", path.display());
    }
    let told = streams::print(&places).map_err(Error::from);
    first_failure([shown, kept.map_err(Error::from), reported.map_err(Error::from), told])
}

/// Shows the text of a record that is no matrix of cells, and writes its report.
pub fn report_other(
    text: &str,
    directory: &Path,
    write: impl FnOnce(&Path) -> Result<(), WriteError>,
) -> Result<(), Error> {
    let path = directory.join(REPORT);
    let shown = streams::print(text);
    write(&path)?;
    shown?;
    Ok(streams::print(&format!("\nreport: {}\n", path.display()))?)
}

/// The first failure of several things that were each tried. The others are printed to
/// standard error.
pub fn first_failure(results: impl IntoIterator<Item = Result<(), Error>>) -> Result<(), Error> {
    let mut failures = results.into_iter().filter_map(Result::err);
    let Some(first) = failures.next() else { return Ok(()) };
    failures.for_each(|error| streams::say(&format!("pollbench: {error}")));
    Err(first)
}

/// Shows the table and writes the report of a record.
pub fn report(record: &Record, directory: &Path) -> Done {
    let path = directory.join(REPORT);
    let shown = streams::print(&text_of(record, Printed::Table));
    html::write(record, &path)?;
    shown?;
    streams::print(&format!("\nreport: {}\n", path.display()))?;
    Ok(exit(record))
}

/// What is printed of a record. A table is as wide as the terminal, if there is one.
pub fn text_of(record: &Record, printed: Printed) -> String {
    match printed {
        Printed::Csv => csv::render(record),
        Printed::Table => {
            let columns = Term::stdout().size_checked().map(|(_, columns)| columns.into());
            table::render(record, columns)
        }
    }
}

/// The exit code for the run of a record.
pub fn exit(record: &Record) -> Exit {
    if record.interrupted {
        Exit::Interrupted
    } else if record.cells.iter().any(|cell| cell.status == Status::Failed) {
        Exit::GuestFailed
    } else {
        Exit::Fine
    }
}
