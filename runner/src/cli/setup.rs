//! What a run is made of, from the words of its command line.

use pollbench_guests::BUILT_IN;

use super::arguments::RunArguments;
use crate::engine::{Configuration, Guest, Host, LoadError, Source};
use crate::error::Error;
use crate::matrix::{InputError, Matrix, Selection};
use crate::session::Budget;

/// Hosts, guests and cells.
pub struct Setup {
    /// The engines of the hosts.
    pub configurations: Vec<Configuration>,
    /// Every guest for every host, those of one guest side by side.
    pub guests: Vec<Guest>,
    /// The cells.
    pub matrix: Matrix,
}

impl Setup {
    /// Loads all of it.
    pub fn new(arguments: &RunArguments) -> Result<Self, Error> {
        let configurations = configurations(&arguments.host)?;
        let guests = load_guests(arguments, &configurations)?;
        let mut matrix = Matrix::new(&selection(arguments), &guests)?;
        if let Some(partition) = arguments.partition {
            partition.apply(&mut matrix);
        }
        Ok(Self { configurations, guests, matrix })
    }

    /// How much it is, in words.
    pub fn summary(&self) -> String {
        let hosts = self.configurations.len();
        format!(
            "{} cells, {} workloads of a size by {} guests{}",
            self.matrix.cells(),
            self.matrix.groups.len(),
            self.matrix.contenders.len() / hosts,
            if hosts == 1 { String::new() } else { format!(" on {hosts} hosts") },
        )
    }
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

/// How often cells are repeated.
pub fn budget(arguments: &RunArguments) -> Budget {
    arguments.repetitions.map_or_else(|| Budget::Time(arguments.time()), Budget::Repetitions)
}
