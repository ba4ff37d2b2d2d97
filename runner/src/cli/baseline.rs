use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use pollbench_reports::record::{Cell, Record, Status};

use super::draft::Draft;
use super::error::{Error, Exit};
use super::guest_file::{self, GuestFile};
use super::limits::LimitArguments;
use super::progress::Display;
use super::selection::SelectionArguments;
use super::setup::{Setup, Wanted};
use super::{Done, names, stop, streams};
use crate::baseline::Baselines;
use crate::compare::{Entry, PROCESSES, Runner, count};
use crate::engine::{Guest, RunLimits, sha256};
use crate::matrix::{Setting, counting_hosts_named};
use crate::session::Progress as _;
use crate::worker::{GuestSource, Job, Program, WorkerError};

#[derive(Subcommand)]
pub enum BaselineCommand {
    /// Count every cell in three fresh processes, and keep the counters and the
    /// components under a name.
    Save(Box<SaveArguments>),
    /// Show what baselines there are.
    List(PlaceArguments),
    /// Remove a baseline, and the components that no other baseline has.
    Remove(RemoveArguments),
}

#[derive(Args)]
pub struct PlaceArguments {
    /// Where baselines are.
    #[arg(long, value_name = "DIR", default_value = super::BASELINES)]
    pub baselines: PathBuf,
}

#[derive(Args)]
pub struct RemoveArguments {
    /// The baseline's name.
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub place: PlaceArguments,
}

#[derive(Args)]
pub struct SaveArguments {
    /// The baseline's name; an earlier one of this name is replaced.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Built-in guests, or `all`.
    #[arg(long, value_name = "NAME", value_delimiter = ',', required_unless_present = "guest")]
    pub guests: Vec<String>,
    /// A component file, and what to call it; may be repeated.
    #[arg(long, value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest: Vec<GuestFile>,
    /// A guest's setting, as for `run`; may be repeated.
    #[arg(long = "knob", value_name = "SETTING")]
    pub knobs: Vec<Setting>,
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "stock", help = names::hosts("Hosts"))]
    pub host: Vec<String>,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub place: PlaceArguments,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Saves, shows or removes baselines.
pub fn baseline(command: &BaselineCommand) -> Done {
    match command {
        BaselineCommand::Save(arguments) => save(arguments),
        BaselineCommand::List(place) => list(&Baselines::new(&place.baselines)),
        BaselineCommand::Remove(arguments) => {
            Baselines::new(&arguments.place.baselines).remove(&arguments.name)?;
            Ok(Exit::Fine)
        }
    }
}

fn list(baselines: &Baselines) -> Done {
    let mut exit = Exit::Fine;
    let mut text = String::new();
    for name in baselines.names() {
        let record = match baselines.open(&name) {
            Ok(baseline) => baseline.record,
            Err(error) => {
                text += &format!("{name:20} {error}\n");
                exit = Exit::BadInput;
                continue;
            }
        };
        let environment = &record.environment;
        let engines: Vec<&str> =
            environment.hosts.values().map(|host| host.engine.as_str()).take(1).collect();
        text += &format!(
            "{name:20} {} cells of {} guests, {}, pollbench {}, {}\n",
            record.cells.len(),
            environment.guests.len(),
            environment.started,
            environment.pollbench,
            engines.concat(),
        );
    }
    streams::print(&text)?;
    Ok(exit)
}

fn save(arguments: &SaveArguments) -> Done {
    let SaveArguments { name, guests, guest, knobs, host, selection, place, .. } = arguments;
    let limits = RunLimits::from(&arguments.limits);
    let selection = selection.selection(knobs);
    let hosts = counting_hosts_named(host)?;
    let hosts: Vec<String> = hosts.into_iter().map(|host| host.name().into()).collect();
    let setup = Setup::new(Wanted { built_in: guests, files: guest, hosts: &hosts, selection })?;
    let baselines = Baselines::new(&place.baselines);
    baselines.prepare(name)?;
    let draft = Draft::new(&setup, limits);
    let mut entries = entries(&setup)?;
    let components = components(&setup)?;

    let display = Display::new();
    stop::catch();
    let cells = entries.len() as u64;
    let what = format!("counting {cells} cells in {PROCESSES} processes each");
    display.begin(&what, cells * PROCESSES);
    count(&mut entries, limits, stop::is_set, &display)?;
    display.end();
    if stop::is_set() {
        return Ok(Exit::Interrupted);
    }
    let cells: Vec<Cell> = entries.into_iter().filter_map(Entry::into_record).collect();
    let record = draft.record(cells, false);
    let path = baselines.save(name, &record, &components)?;
    streams::print(&told(&record, &path))?;
    let failed = record.cells.iter().any(|cell| cell.status == Status::Failed);
    Ok(if failed { Exit::GuestFailed } else { Exit::Fine })
}

/// The components that are counted, which are kept.
fn components(setup: &Setup) -> Result<Vec<Vec<u8>>, Error> {
    let read = |guest: &Guest| match guest.source.read()? {
        (_, bytes) if sha256(&bytes) == guest.record.sha256 => Ok(bytes),
        (name, _) => Err(WorkerError::Replaced { path: name.into() }.into()),
    };
    setup.guests.iter().map(read).collect()
}

/// Every cell of a plan, to be counted.
fn entries(setup: &Setup) -> Result<Vec<Entry>, Error> {
    let program = Program::this().map_err(Error::Program)?;
    let mut entries = Vec::new();
    for group in &setup.plan.groups {
        for contender in &setup.plan.contenders {
            let guest = &setup.guests[contender.guest];
            let host = guest.host.name();
            let runner = Runner::new(&program, GuestSource::from(&guest.source), host);
            entries.push(Entry {
                guest: guest.description.name.clone(),
                label: guest.description.name.clone(),
                host: host.into(),
                job: Job::new(group, contender.named_knobs(guest)),
                runner: Some(Runner { sha256: Some(guest.record.sha256.clone()), ..runner }),
                counted: None,
                identical: false,
            });
        }
    }
    Ok(entries)
}

/// What is printed of a baseline that was saved.
fn told(record: &Record, path: &Path) -> String {
    let mut text = String::new();
    for cell in &record.cells {
        let what = format!("{}, {}, {} pollables", cell.guest, cell.workload, cell.pollables);
        if let Some(failure) = &cell.failure {
            text += &format!("{what}: failed ({}): {}\n", failure.kind, failure.in_one_line());
        }
        if !cell.noisy.is_empty() {
            let counts = cell.noisy.join(", ");
            text += &format!("{what}: not the same in every process: {counts}\n");
        }
    }
    let guests = record.environment.guests.len();
    let (path, cells) = (path.display(), record.cells.len());
    text + &format!("baseline: {path}, {cells} cells of {guests} guests\n")
}
