//! Completions for shells, and manual pages.

use clap::CommandFactory;
use pollbench_reports::record::WriteError;

use super::arguments::{Arguments, CompletionArguments, ManArguments};
use super::error::Exit;
use super::{Done, output, streams};

/// Prints completions for a shell.
pub fn completions(arguments: &CompletionArguments) -> Done {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "pollbench", &mut script);
    streams::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}

/// Writes a manual page for the program and for each of its commands.
pub fn man(arguments: &ManArguments) -> Done {
    let directory = &arguments.directory;
    output::prepare(directory)?;
    clap_mangen::generate_to(Arguments::command(), directory)
        .map_err(|source| WriteError { path: directory.clone(), source })?;
    streams::print(&format!("manual pages: {}\n", directory.display()))?;
    Ok(Exit::Fine)
}
