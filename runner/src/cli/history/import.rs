use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use pollbench_history::Imported;
use pollbench_reports::format;
use pollbench_reports::record::STANDARD;

use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::Exit;
use crate::cli::{Done, streams};

#[derive(Args)]
pub struct ImportArguments {
    /// The export; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArguments,
}

/// An export can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("can't read the export {}: {source}", path.display())]
pub struct ImportError {
    path: PathBuf,
    source: io::Error,
}

/// Adds what an export has.
pub fn import(arguments: &ImportArguments) -> Done {
    let mut export = open(&arguments.file)
        .map_err(|source| ImportError { path: arguments.file.clone(), source })?;
    let opened = Opened::begun(arguments.place.place()?)?;
    let Imported { new, known } = opened.wait(opened.history.import(&mut *export))?;
    let [new, known] = [new, known].map(format::count);
    streams::print(&format!("runs added: {new}; there already: {known}\n"))?;
    Ok(Exit::Fine)
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    Ok(match path == Path::new(STANDARD) {
        true => Box::new(BufReader::new(io::stdin())),
        false => Box::new(BufReader::new(File::open(path)?)),
    })
}
