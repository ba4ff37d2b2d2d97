use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use jiff::Timestamp;
use pollbench_guests::BUILT_IN;
use pollbench_reports::record::{Clock, Environment, LoadAverage, Record, SCHEMA};

use super::Done;
use super::arguments::RunArguments;
use super::output;
use super::progress::Display;
use crate::engine::{Configuration, Guest, Host, Limits, LoadError, Source};
use crate::environment;
use crate::error::Error;
use crate::matrix::{InputError, Matrix, Selection};
use crate::session::{Budget, Session};

/// Set by Ctrl-C.
static STOP: LazyLock<AtomicBool> = LazyLock::new(AtomicBool::default);

/// Measures, and writes the record and the report.
pub fn run(arguments: &RunArguments) -> Done {
    let started = Timestamp::now();
    let load_before = environment::load();
    let configurations = configurations(&arguments.host)?;
    let guests = load_guests(arguments, &configurations)?;
    let matrix = Matrix::new(&selection(arguments), &guests)?;
    let directory = output_directory(arguments, started)?;

    let display = Display::new();
    display.say(&format!(
        "pollbench: {} cells, {} workloads of a size by {} guests{}",
        matrix.cells(),
        matrix.groups.len(),
        matrix.contenders.len() / configurations.len(),
        match configurations.len() {
            1 => String::new(),
            hosts => format!(" on {hosts} hosts"),
        },
    ));
    // If it can't be caught, Ctrl-C ends the program as it would any other.
    let _ = ctrlc::set_handler(|| STOP.store(true, Relaxed));
    let limits = Limits::from(&arguments.limits);
    let hosts = configurations.iter().map(|configuration| configuration.describe(limits)).collect();
    let session = Session::new(&guests, &matrix, limits, budget(arguments), &STOP);
    let finished = session.run(&display);

    let record = Record {
        schema: SCHEMA,
        interrupted: finished.interrupted,
        environment: Environment {
            started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            command: command_line(),
            pollbench: env!("CARGO_PKG_VERSION").into(),
            compiler: env!("POLLBENCH_RUSTC").into(),
            cpu: environment::cpu(),
            load_average: LoadAverage { before: load_before, after: environment::load() },
            kernel: environment::kernel(),
            clock: Clock {
                source: "quanta (TSC where it is invariant)".into(),
                observation_ns: session.observation,
            },
            hosts,
            guests: guests.into_iter().step_by(configurations.len()).map(|it| it.record).collect(),
        },
        cells: finished.cells,
    };
    output::publish(&record, &directory)
}

fn configurations(names: &[String]) -> Result<Vec<Configuration>, Error> {
    let mut hosts: Vec<Host> = Vec::new();
    for name in names {
        let found: Vec<Host> =
            Host::ALL.into_iter().filter(|host| name == "all" || name == host.name()).collect();
        if found.is_empty() {
            return Err(InputError::Unknown {
                what: "host",
                name: name.clone(),
                known: Host::ALL.map(|host| host.name().into()).into(),
            }
            .into());
        }
        hosts.extend(found);
    }
    let hosts = Host::ALL.into_iter().filter(|host| hosts.contains(host));
    Ok(hosts.map(Configuration::of).collect::<Result<_, LoadError>>()?)
}

/// Every guest for every host, those of one guest side by side.
fn load_guests(
    arguments: &RunArguments,
    configurations: &[Configuration],
) -> Result<Vec<Guest>, Error> {
    let built_in = built_in(&arguments.guests)?;
    let files = arguments.guest.iter().cloned().map(Source::File);
    let mut guests: Vec<Guest> = Vec::new();
    for source in built_in.into_iter().chain(files) {
        let on_hosts = Guest::load_for(&source, configurations)?;
        let name = &on_hosts[0].description.name;
        if guests.iter().any(|other| other.description.name == *name) {
            return Err(InputError::SameName { name: name.clone() }.into());
        }
        guests.extend(on_hosts);
    }
    Ok(guests)
}

fn built_in(names: &[String]) -> Result<Vec<Source>, InputError> {
    if names == ["all"] {
        return Ok(BUILT_IN.iter().copied().map(Source::BuiltIn).collect());
    }
    let find = |name: &String| match BUILT_IN.iter().find(|guest| guest.name == name) {
        Some(guest) => Ok(Source::BuiltIn(*guest)),
        None => Err(InputError::Unknown {
            what: "guest",
            name: name.clone(),
            known: BUILT_IN.iter().map(|guest| guest.name.into()).collect(),
        }),
    };
    names.iter().map(find).collect()
}

fn selection(arguments: &RunArguments) -> Selection {
    let all = arguments.workloads == ["all"];
    Selection {
        workloads: if all { Vec::new() } else { arguments.workloads.clone() },
        pollables: arguments.pollables(),
        active: arguments.active.clone(),
        knobs: arguments.knobs.clone(),
        parameters: arguments.parameters.clone(),
        effort: arguments.effort(),
    }
}

fn budget(arguments: &RunArguments) -> Budget {
    arguments.repetitions.map_or_else(|| Budget::Time(arguments.time()), Budget::Repetitions)
}

/// Makes the directory before anything is measured: an hour's work is not to be
/// lost because it can't be written.
fn output_directory(arguments: &RunArguments, started: Timestamp) -> Result<PathBuf, Error> {
    let directory = arguments.output.clone().unwrap_or_else(|| {
        Path::new("pollbench-results").join(started.strftime("%Y-%m-%dT%H-%M-%SZ").to_string())
    });
    output::prepare(&directory)?;
    Ok(directory)
}

/// The command that repeats this run.
fn command_line() -> String {
    let words = std::env::args().skip(1);
    let line = shlex::try_join(
        ["pollbench"]
            .into_iter()
            .map(str::to_string)
            .chain(words)
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str),
    );
    // An argument with a NUL can't have come from a shell.
    line.unwrap_or_else(|_| "pollbench".into())
}
