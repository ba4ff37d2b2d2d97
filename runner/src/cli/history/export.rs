use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use pollbench_history::{CsvRows, Error as HistoryError, Place, SeriesFilter};
use pollbench_reports::format;
use pollbench_reports::record::{STANDARD, write_whole};

use super::filter::FilterArguments;
use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::{Error, Exit};
use crate::cli::{Done, output, streams};
use crate::matrix::InputError;

#[derive(Args)]
#[command(mut_group("FilterArguments", |filter| filter.requires("csv")))]
pub struct ExportArguments {
    /// The file to write; `-` is standard output.
    #[arg(long, short, value_name = "FILE", default_value = STANDARD)]
    output: PathBuf,
    /// Write a row of comma-separated values for each cell and metric.
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    filter: FilterArguments,
}

/// Writes everything that is kept, or the numbers of runs. The file has all of it or stays
/// as it was.
pub fn export(arguments: &ExportArguments) -> Done {
    let place = arguments.place.place()?;
    if is_of(&place, &arguments.output) {
        return Err(InputError::OverHistory { path: arguments.output.clone() }.into());
    }
    output::prepare_file(&arguments.output)?;
    let opened = Opened::existing(place)?;
    let filter = SeriesFilter { runs: arguments.filter.filter(&opened)?, ..Default::default() };
    let write = |to: &mut (dyn Write + Send)| match arguments.csv {
        true => opened.wait(opened.history.export_csv(&filter, CsvRows::WithValue, to)),
        false => opened.wait(opened.history.export(to)),
    };
    let written = write_with(arguments, write)?;
    if arguments.output != *STANDARD {
        let what = if arguments.csv { "rows" } else { "runs" };
        let (path, written) = (arguments.output.display(), format::count(written));
        streams::print(&format!("export: {path}, {written} {what}\n"))?;
    }
    Ok(Exit::Fine)
}

/// Whether a file is the one that a history is kept in.
fn is_of(place: &Place, file: &Path) -> bool {
    let history = place.path().and_then(|it| fs::canonicalize(it).ok());
    history.is_some() && history == fs::canonicalize(file).ok()
}

/// Writes the file. What is wrong with the history is told from what is wrong with the file.
fn write_with(
    arguments: &ExportArguments,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<u64, HistoryError>,
) -> Result<u64, Error> {
    let mut result = Ok(0);
    let done = write_whole(&arguments.output, |to| match write(to) {
        Err(HistoryError::Io(error)) => Err(error),
        other => {
            result = other;
            match &result {
                Ok(_) => Ok(()),
                Err(_) => Err(io::Error::other("the history can't be read")),
            }
        }
    });
    let written = result?;
    done?;
    Ok(written)
}
