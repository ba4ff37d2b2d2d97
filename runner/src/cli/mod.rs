//! The command line.

mod arguments;
mod list;
mod progress;
mod report;
mod run;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::error::{Error, Exit};
use arguments::{Arguments, Command, RunArguments};

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let done = match arguments.command.unwrap_or_else(|| Command::Run(RunArguments::default())) {
        Command::Run(arguments) => run::run(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Report(arguments) => report::report(&arguments),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("pollbench: {error}");
            Exit::BadInput.into()
        }
    }
}

/// What clap has to say: help to standard output, complaints to standard error.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell that it can't be printed.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Fine.into(),
        _ => Exit::BadInput.into(),
    }
}

type Done = Result<Exit, Error>;
