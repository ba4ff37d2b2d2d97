//! What a run is made of, from the words of its command line.

use std::collections::BTreeSet;

use itertools::Itertools;
use pollbench_guests::BUILT_IN;

use super::arguments::RunArguments;
use super::error::Error;
use super::guest_file::GuestFile;
use super::guest_names::{Unnamed, distinct};
use super::{stop, streams};
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
    pub files: &'a [GuestFile],
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
    files: &[GuestFile],
    configurations: &[Configuration],
) -> Result<Vec<Guest>, Error> {
    let built_in = built_in(names)?.into_iter().map(|source| (source, None));
    let files = files.iter().map(|it| (Source::File(it.path.clone()), Some(it)));
    let mut loaded: Vec<(Vec<Guest>, Option<&GuestFile>)> = Vec::new();
    for (source, file) in built_in.chain(files) {
        loaded.push((Guest::load_for(&source, configurations)?, file));
    }
    let unnamed =
        loaded.iter().map(|(on_hosts, file)| Unnamed { own: on_hosts[0].name(), file: *file });
    let names = distinct(&unnamed.collect::<Vec<_>>())?;
    tell_renamed(&loaded, &names);
    let on_hosts = loaded.into_iter().zip(names);
    Ok(on_hosts
        .flat_map(|((all, _), name)| all.into_iter().map(move |it| it.named(&name)))
        .collect())
}

/// Says which guests are called otherwise than they call themselves, where nobody has asked
/// for that.
fn tell_renamed(loaded: &[(Vec<Guest>, Option<&GuestFile>)], names: &[String]) {
    let mut shared: BTreeSet<&str> = BTreeSet::new();
    let mut renamed: Vec<String> = Vec::new();
    for ((on_hosts, file), name) in loaded.iter().zip(names) {
        let Some(GuestFile { name: None, path }) = file else { continue };
        if on_hosts[0].name() != name {
            shared.insert(on_hosts[0].name());
            renamed.push(format!("{} is {name}", path.display()));
        }
    }
    if !renamed.is_empty() {
        let (shared, renamed) = (shared.iter().join(" and "), renamed.join(", "));
        streams::say(&format!(
            "pollbench: several guests call themselves {shared}: {renamed}; --guest NAME=FILE names them"
        ));
    }
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
