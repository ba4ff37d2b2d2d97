//! What can be named on the command line, for the help. The names come from where they are
//! defined, so that none is forgotten.

use itertools::Itertools as _;
use pollbench_guests::BUILT_IN;
use pollbench_reports::comparison::output::Format;
use pollbench_simulation::workload;

use crate::engine::Host;

/// Help for an option that takes hosts.
pub fn hosts(what: &str) -> String {
    help(what, Host::ALL.iter().map(|host| host.name()))
}

/// Help for an option that takes one host.
pub fn host(what: &str) -> String {
    format!("{what}: {}", Host::ALL.iter().map(|host| host.name()).join(", "))
}

/// Help for an option that takes one simulated host.
pub fn simulated_host(what: &str) -> String {
    let simulated = Host::ALL.iter().filter(|host| host.runtime().is_none());
    format!("{what}: {}", simulated.map(|host| host.name()).join(", "))
}

/// Help for an option that takes built-in guests.
pub fn guests(what: &str) -> String {
    help(what, BUILT_IN.iter().map(|guest| guest.name))
}

/// Help for an option that takes workloads.
pub fn workloads(what: &str) -> String {
    help(what, workload::all().map(|kind| kind.name))
}

/// Help for an option that takes a format.
pub fn formats(what: &str) -> String {
    format!("{what}: {}", Format::ALL.map(Format::name).join(", "))
}

fn help<'a>(what: &str, mut names: impl Iterator<Item = &'a str>) -> String {
    format!("{what}, or `all`: {}", names.join(", "))
}
