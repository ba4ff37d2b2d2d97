//! The command line.

mod arguments;
mod baseline;
mod calibrate;
mod check;
mod checkpoints;
mod command_line;
mod compare;
mod draft;
mod duration;
mod error;
mod failures;
mod gate;
mod guest_file;
mod guest_names;
mod history;
mod judging;
mod limits;
mod list;
mod live;
mod merge;
mod mix;
mod names;
mod output;
mod profile;
mod progress;
mod report;
mod results;
mod resume;
mod run;
mod seed;
mod selection;
mod self_test;
mod serve;
mod setup;
mod shell;
mod site;
mod stop;
mod streams;
mod trace;
mod tunable_knobs;
mod tune;
mod usage;
mod writing;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use jiff::Timestamp;

use arguments::{Arguments, Command};
use command_line::command_line;
use error::{Error, Exit};
use usage::complaint;

use crate::engine::keep_compiled;
use crate::worker::{end_with_parent, serve};

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    keep_compiled(streams::say);
    let done = match arguments.command.unwrap_or_else(|| Command::Run(Box::default())) {
        Command::Run(arguments) => run::run(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Baseline(command) => baseline::baseline(&command),
        Command::Gate(arguments) => gate::gate(&arguments),
        Command::SelfTest(arguments) => self_test::self_test(&arguments),
        Command::Tune(arguments) => tune::tune(&arguments),
        Command::Profile(arguments) => profile::profile(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Trace(arguments) => trace::trace(&arguments),
        Command::Live(command) => live::live(&command),
        Command::LiveServer { order } => live::serve(&order),
        Command::LiveUpstream { order } => live::answer(&order),
        Command::LiveLoad { order } => live::generate(&order),
        Command::Calibrate(arguments) => calibrate::calibrate(&arguments),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::Worker => work(),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::History(command) => history::history(&command),
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Site(arguments) => site::site(&arguments),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) if error.is_interruption() => Exit::Interrupted.into(),
        Err(error) => {
            streams::say(&format!("pollbench: {error}"));
            error.exit().into()
        }
    }
}

/// Answers the requests of another pollbench until there are no more.
fn work() -> Done {
    if !end_with_parent() {
        return Ok(Exit::Fine);
    }
    // If an answer can't be written, the other pollbench is gone.
    let _ = serve(io::stdin().lock(), io::stdout().lock());
    Ok(Exit::Fine)
}

/// Help goes to standard output, a complaint in one line to standard error.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // If this can't be printed, nobody is left to be told.
        let _ = error.print();
        return Exit::Fine.into();
    }
    let complaint = complaint(error);
    streams::say(&format!("pollbench: {complaint}; `pollbench --help` shows what there is"));
    Exit::BadInput.into()
}

type Done = Result<Exit, Error>;

/// The directory that baselines are in by default.
const BASELINES: &str = "pollbench-baselines";

/// A moment as records have it.
fn timestamp(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
