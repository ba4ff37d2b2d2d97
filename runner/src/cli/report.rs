use std::fs;
use std::path::Path;

use pollbench_reports::record::{Record, WriteError};
use pollbench_reports::{html, table};

use super::Done;
use super::arguments::ReportArguments;
use super::run::{exit, terminal_width};

/// Shows the table of a record and writes its report.
pub fn report(arguments: &ReportArguments) -> Done {
    let record = Record::read(&arguments.record)?;
    prepare(&arguments.output)?;
    let path = arguments.output.join("report.html");
    html::write(&record, &path)?;
    print!("{}", table::render(&record, terminal_width()));
    println!("\nreport: {}", path.display());
    Ok(exit(&record))
}

/// Makes a directory and sees whether files can be written into it.
pub fn prepare(directory: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(directory)
        .and_then(|()| tempfile::tempfile_in(directory).map(drop))
        .map_err(|source| WriteError { path: directory.into(), source })
}
