//! What a run is made of, from the words of its command line.

use std::path::PathBuf;

use itertools::Itertools;
use pollbench_guests::BUILT_IN;

use super::arguments::RunArguments;
use super::error::Error;
use super::stop;
use crate::engine::{Configuration, Guest, Host, LoadError, Source};
use crate::matrix::{InputError, RunPlan, Selection, hosts_named};
use crate::session::Budget;

/// Hosts, guests and cells.
pub struct Setup {
    /// The engines of the hosts.
    pub configurations: Vec<Configuration>,
    /// Every guest for every host; the entries of one guest are side by side.
    pub guests: Vec<Guest>,
    /// The cells.
    pub plan: RunPlan,
}

/// What a command asks for.
pub struct Wanted<'a> {
    /// Names of built-in guests, or `all`.
    pub built_in: &'a [String],
    /// Component files.
    pub files: &'a [PathBuf],
    /// Names of hosts, or `all`.
    pub hosts: &'a [String],
    /// Workloads and sizes.
    pub selection: Selection,
}

impl Setup {
    /// Loads all that a run is made of.
    pub fn of_run(arguments: &RunArguments) -> Result<Self, Error> {
        let mut setup = Self::new(Wanted {
            built_in: &arguments.guests,
            files: &arguments.guest,
            hosts: &arguments.host,
            selection: selection(arguments),
        })?;
        let has_workers = setup.guests.iter().any(|it| it.host == Host::Real);
        if has_workers && arguments.pin.is_some() {
            return Err(InputError::PinnedWorkers.into());
        }
        if let Some(partition) = arguments.partition {
            partition.apply(&mut setup.plan);
        }
        Ok(setup)
    }

    /// Loads what is wanted.
    pub fn new(wanted: Wanted) -> Result<Self, Error> {
        let hosts = hosts_named(wanted.hosts)?.into_iter();
        let configurations: Vec<Configuration> =
            hosts.map(Configuration::of).collect::<Result<_, LoadError>>()?;
        configurations.iter().for_each(|it: &Configuration| it.stop_when(&stop::STOP));
        let guests = load_guests(wanted.built_in, wanted.files, &configurations)?;
        let plan = RunPlan::new(&wanted.selection, &guests)?;
        Ok(Self { configurations, guests, plan })
    }

    /// How many cells there are, in words.
    pub fn summary(&self) -> String {
        let hosts = self.configurations.len();
        format!(
            "{} cells, {} workloads of a size by {} guests{}",
            self.plan.cells(),
            self.plan.groups.len(),
            self.plan.contenders.len() / hosts,
            if hosts == 1 { String::new() } else { format!(" on {hosts} hosts") },
        )
    }
}

/// Every guest for every host; the entries of one guest are side by side.
fn load_guests(
    names: &[String],
    files: &[PathBuf],
    configurations: &[Configuration],
) -> Result<Vec<Guest>, Error> {
    let built_in = built_in(names)?;
    let files = files.iter().cloned().map(Source::File);
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
    names.iter().unique().map(find).collect()
}

fn selection(arguments: &RunArguments) -> Selection {
    Selection {
        workloads: arguments.workloads.clone(),
        pollables: arguments.pollables(),
        active: arguments.active.clone(),
        knobs: arguments.knobs.clone(),
        parameters: arguments.parameters.clone(),
        effort: arguments.effort(),
    }
}

/// How often cells are repeated.
pub fn budget(arguments: &RunArguments) -> Budget {
    arguments.repetitions.map_or_else(|| Budget::Time(arguments.time()), Budget::Repetitions)
}
