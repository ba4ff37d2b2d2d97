//! `pollbench trace`: what does this component do with its pollables?

mod publish;
mod requests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, value_parser};
use jiff::Timestamp;
use pollbench_reports::shown::Format;
use pollbench_reports::trace::{Component, Ended, Recording};

use super::duration::duration;
use super::error::Exit;
use super::writing::Writing;
use super::{Done, output, stop, streams};
use crate::command::{CommandError, Directory, Network, Surroundings, Variable};
use crate::trace::{Kept, Limits, Traceable, TraceableHandler, Traced};
use requests::RequestArguments;

pub const EXAMPLES: &str = "\
Examples:
  pollbench trace app.wasm                     what does it do with its pollables?
  pollbench trace --for 10s --network loopback server.wasm 127.0.0.1:8080
                                               a server, for ten seconds or until Ctrl-C
  pollbench trace --dir data --env RUST_LOG=info app.wasm --verbose in.txt
                                               with a directory, a variable and arguments
  pollbench trace --http --requests 50 --path '/a?b=c' handler.wasm
                                               a handler of wasi:http
  pollbench trace --report app.html app.wasm   which functions burn, and every wait on a timeline
  pollbench trace -o app.trace app.wasm        keep every event in a file
  pollbench trace --read app.trace --report app.html
                                               and show its summary and its timeline again
  pollbench trace --write json=trace.json app.wasm
                                               the counts and findings, for a program

The component runs on stock wasmtime-wasi, with real sockets, files and clocks, and needs not
be changed: any component that exports wasi:cli/run of WASI 0.2 will do, and with --http any that
exports wasi:http/incoming-handler. It has the standard streams of this process; the summary
goes to standard error when it has ended. A handler gets its requests at a port of this machine,
and each in an instance of its own, one after the other.

Exit codes: that of the component, 0 when --for has ended it or all requests have been handled,
2 bad input, 4 a trap or a request without an answer, 130 interrupted";

#[derive(Args)]
pub struct TraceArguments {
    /// A variable of the component's environment, as NAME=VALUE, or NAME for the value that it
    /// has here; may be repeated.
    #[arg(long = "env", value_name = "NAME[=VALUE]")]
    pub environment: Vec<Variable>,
    /// A directory that the component can use, and its name there; may be repeated.
    #[arg(long = "dir", value_name = "HOST_DIR[::GUEST_DIR]")]
    pub directories: Vec<Directory>,
    /// What the component can reach of the network: none, loopback, all. With `loopback`, no
    /// names are looked up.
    #[arg(long, value_name = "NETWORK", default_value = "none")]
    pub network: Network,
    /// The component is a handler of HTTP: listen on a port of this machine, and send it requests.
    #[arg(long, conflicts_with = "arguments")]
    pub http: bool,
    #[command(flatten)]
    pub requests: RequestArguments,
    /// End the component after so long, such as 10s or 2m.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub time: Option<Duration>,
    /// Write every event to this trace file.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a report to this HTML file: every wait on a timeline, and which functions of the
    /// component take its time, for which its stack is looked at.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write every wait to this file as trace events, for Perfetto (ui.perfetto.dev) and others.
    #[arg(long, value_name = "FILE")]
    pub trace_events: Option<PathBuf>,
    /// Mebibytes that the events may have. When there are more, the first ones go.
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = value_parser!(u64).range(1..=1 << 10))]
    pub output_limit: u64,
    /// Handles alive at once; a poll lends each handle of its list once more. The default is
    /// that of wasmtime.
    #[arg(long, value_name = "COUNT", default_value_t = 100_000, value_parser = value_parser!(u64).range(1..=100_000_000))]
    pub handle_limit: u64,
    /// Write the summary in another format too, as FORMAT=FILE, of table and json; may be
    /// repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub write: Vec<Writing<Format>>,
    /// Show the summary of this trace file again, and run nothing.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["component", "output", "http", "time"])]
    pub read: Option<PathBuf>,
    /// The component file.
    #[arg(value_name = "COMPONENT", required_unless_present = "read")]
    pub component: Option<PathBuf>,
    /// What to pass to the component.
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

impl TraceArguments {
    /// Whether something is to be written that has each wait.
    fn shows_waits(&self) -> bool {
        self.report.is_some() || self.trace_events.is_some()
    }
}

/// Runs a component, and says what it does with its pollables.
pub fn trace(arguments: &TraceArguments) -> Done {
    let started = Timestamp::now();
    let written = arguments.write.iter().map(|it| &it.file);
    let written = written.chain(&arguments.output).chain(&arguments.report);
    let written = written.chain(&arguments.trace_events);
    written.into_iter().try_for_each(|file| output::prepare_file(file))?;
    if let Some(file) = &arguments.read {
        publish::show(file, arguments)?;
        return Ok(Exit::Fine);
    }
    let path = arguments.component.as_deref().expect("a component, where no file is read");
    let (traced, component) = match arguments.http {
        true => handler(path, arguments),
        false => program(path, arguments),
    }?;
    let exit = exit(&traced);
    publish::publish(traced, &component, arguments, started)?;
    Ok(exit)
}

fn program(path: &Path, arguments: &TraceArguments) -> Result<(Traced, Component), CommandError> {
    let program = Traceable::load(path.to_path_buf())?;
    stop::catch();
    let surroundings = surroundings(path, arguments);
    let traced = program.trace(&surroundings, limits(arguments), kept(arguments))?;
    Ok((traced, program.component().clone()))
}

fn handler(path: &Path, arguments: &TraceArguments) -> Result<(Traced, Component), CommandError> {
    let handler = TraceableHandler::load(path.to_path_buf())?;
    stop::catch();
    let traced = handler.trace(
        &surroundings(path, arguments),
        limits(arguments),
        arguments.requests.requests(),
        kept(arguments),
        |address| streams::say(&format!("pollbench: listening on http://{address}")),
    )?;
    Ok((traced, handler.component().clone()))
}

fn limits(arguments: &TraceArguments) -> Limits {
    Limits {
        time: arguments.time,
        stop: &stop::STOP,
        handles: usize::try_from(arguments.handle_limit).unwrap_or(usize::MAX),
    }
}

fn kept(arguments: &TraceArguments) -> Kept {
    let TraceArguments { output, report, output_limit, .. } = arguments;
    let limit = usize::try_from(output_limit << 20).unwrap_or(usize::MAX);
    let is_recorded = output.is_some() || arguments.shows_waits();
    let recording = is_recorded.then(|| Recording::new(limit));
    Kept { recording, functions: report.is_some() }
}

fn surroundings(component: &Path, arguments: &TraceArguments) -> Surroundings {
    // As `wasmtime run` names it.
    let name = component.file_name().unwrap_or(component.as_os_str());
    let name = name.to_string_lossy().into_owned();
    Surroundings {
        arguments: [name].into_iter().chain(arguments.arguments.iter().cloned()).collect(),
        environment: arguments.environment.clone(),
        directories: arguments.directories.clone(),
        network: arguments.network,
    }
}

fn exit(traced: &Traced) -> Exit {
    let has_failed = traced.served.as_ref().is_some_and(|it| it.failed > 0);
    match traced.ended {
        Ended::Exited(code) => Exit::Component(code),
        Ended::Interrupted => Exit::Interrupted,
        Ended::Trapped(_) => Exit::GuestFailed,
        Ended::Answered | Ended::TimeUp if has_failed => Exit::GuestFailed,
        Ended::Answered | Ended::TimeUp => Exit::Fine,
    }
}
