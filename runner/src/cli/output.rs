//! Where results go: a directory, and standard output.

use std::path::Path;
use std::{fs, io};

use console::Term;
use pollbench_reports::record::{Record, Status, WriteError, directory_of};
use pollbench_reports::{html, table};

use super::Done;
use super::error::Exit;
use super::results::Results;

/// Makes a directory and sees whether files can be written into it.
pub fn prepare(directory: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(directory)
        .and_then(|()| tempfile::tempfile_in(directory).map(drop))
        .map_err(|source| WriteError { path: directory.into(), source })
}

/// Makes a file's directory and sees whether it can be written there.
pub fn prepare_file(path: &Path) -> Result<(), WriteError> {
    if path.is_dir() {
        let source = io::ErrorKind::IsADirectory.into();
        return Err(WriteError { path: path.into(), source });
    }
    prepare(directory_of(path))
}

/// The report in a directory of results.
pub const REPORT: &str = "report.html";

/// Writes the record and its report, and shows the table.
pub fn publish(record: &Record, results: &Results) -> Done {
    record.write(&results.record)?;
    let exit = report(record, &results.directory)?;
    println!("record: {}", results.record.display());
    Ok(exit)
}

/// Writes the record and its report, and shows nothing.
pub fn keep(record: &Record, results: &Results) -> Done {
    record.write(&results.record)?;
    html::write(record, &results.directory.join(REPORT))?;
    Ok(exit(record))
}

/// Writes the report of a record and shows the table.
pub fn report(record: &Record, directory: &Path) -> Done {
    let path = directory.join(REPORT);
    html::write(record, &path)?;
    let columns = Term::stdout().size_checked().map(|(_, columns)| columns.into());
    print!("{}", table::render(record, columns));
    println!("\nreport: {}", path.display());
    Ok(exit(record))
}

/// What a record says of its run.
fn exit(record: &Record) -> Exit {
    if record.interrupted {
        Exit::Interrupted
    } else if record.cells.iter().any(|cell| cell.status == Status::Failed) {
        Exit::GuestFailed
    } else {
        Exit::Fine
    }
}
