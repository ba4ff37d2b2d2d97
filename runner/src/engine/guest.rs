use std::fs;
use std::path::PathBuf;

use pollbench_guests::BuiltIn;
use pollbench_reports::record::{self, Failure, FailureKind, Interface};
use quanta::Clock;
use sha2::{Digest, Sha256};

use super::bindings::exports::pollbench::bench::executor;
use super::configuration::Configuration;
use super::contract;
use super::description::{Description, Knob};
use super::error::LoadError;
use super::failure::failure;
use super::host::{FUEL, HostState, Observer};
use super::hosts::Host;
use super::imports::Imports;
use super::limits::Limits;
use super::link::link;
use super::producers::producers;
use super::ticker::Ticker;
use super::world::World;
use crate::simulation::Simulation;
use crate::workload::{Plan, Script, Step, Workload};

/// Where a guest comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Embedded in the program.
    BuiltIn(BuiltIn),
    /// A component file.
    File(PathBuf),
}

/// A component compiled for a host, with what it says of itself.
#[derive(Clone)]
pub struct Guest {
    /// What it runs on.
    pub host: Host,
    /// What it says of itself.
    pub description: Description,
    /// Where it comes from and what it was made with.
    pub record: record::Guest,
    /// What it imports.
    pub imports: Imports,
    pub(super) timed: World,
    pub(super) counted: World,
    pub(super) ticker: Ticker,
}

impl Guest {
    /// Loads, checks and compiles a guest, and asks it to describe itself.
    pub fn load(source: &Source, configuration: &Configuration) -> Result<Self, LoadError> {
        let (label, bytes) = source.read()?;
        let not_a_guest = |reason| LoadError::NotAGuest { guest: label.clone(), reason };
        contract::check_header(&bytes).map_err(not_a_guest)?;
        let timed = link(&configuration.timed, &bytes).map_err(not_a_guest)?;
        let counted = link(&configuration.counted, &bytes).map_err(not_a_guest)?;

        let odd = |reason| LoadError::Description { guest: label.clone(), reason };
        let ticker = configuration.ticker.clone();
        let description = describe(&counted, &ticker).map_err(odd)?;
        let description = Description::try_from(description).map_err(odd)?;
        let record = source.record(&description, counted.interface(), &bytes);
        let imports = Imports::of(counted.component());
        let host = configuration.host;
        Ok(Self { host, description, record, imports, timed, counted, ticker })
    }

    /// Loads a guest for each of some hosts; those with the same engine share its
    /// code.
    pub fn load_for(
        source: &Source,
        configurations: &[Configuration],
    ) -> Result<Vec<Self>, LoadError> {
        let mut guests: Vec<Self> = Vec::new();
        for configuration in configurations {
            let host = configuration.host;
            let has_code = |guest: &&Self| guest.is_concurrent() || host.runs_code_of(guest.host);
            guests.push(match guests.iter().find(has_code) {
                Some(guest) => Self { host, ..guest.clone() },
                None => Self::load_on(source, configuration)?,
            });
        }
        Ok(guests)
    }

    /// A guest of WASI 0.3 can't even be compiled for a host without concurrent
    /// calls. It has the code for another there, and is not run.
    fn load_on(source: &Source, configuration: &Configuration) -> Result<Self, LoadError> {
        let host = configuration.host;
        let loaded = Self::load(source, configuration);
        match loaded {
            Err(error) if !host.is_concurrent() => {
                match Self::load(source, &Configuration::new()?) {
                    Ok(guest) if guest.is_concurrent() => Ok(Self { host, ..guest }),
                    _ => Err(error),
                }
            }
            loaded => loaded,
        }
    }

    fn is_concurrent(&self) -> bool {
        self.record.interface == Interface::Async
    }

    /// Why the guest can't run on its host, if it can't.
    pub(super) fn not_supported(&self) -> Option<&'static str> {
        (self.is_concurrent() && !self.host.is_concurrent())
            .then_some("WASI 0.3 needs the engine's concurrency support, which is off on this host")
    }
}

impl Source {
    fn read(&self) -> Result<(String, Vec<u8>), LoadError> {
        match self {
            Self::BuiltIn(guest) => Ok((guest.name.into(), guest.component.into())),
            Self::File(path) => match fs::read(path) {
                Ok(bytes) => Ok((path.display().to_string(), bytes)),
                Err(source) => Err(LoadError::Read { path: path.clone(), source }),
            },
        }
    }

    fn record(
        &self,
        description: &Description,
        interface: Interface,
        bytes: &[u8],
    ) -> record::Guest {
        let (origin, compiler) = match self {
            Self::BuiltIn(guest) => ("built in".into(), guest.compiler.into()),
            Self::File(path) => (path.display().to_string(), producers(bytes)),
        };
        record::Guest {
            name: description.name.clone(),
            strategy: description.strategy.clone(),
            summary: description.summary.clone(),
            interface,
            origin,
            sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: bytes.len() as u64,
            compiler,
            knobs: description.knobs.iter().map(Knob::record).collect(),
        }
    }
}

/// The world of a guest which is not to run anything.
struct NoTasks;

impl Workload for NoTasks {
    fn plan(&self) -> Plan {
        Plan { tasks: 0, warm_up: 1, measured: 0 }
    }

    fn next(&mut self, _task: u32, _outcome: u32, _script: &mut Script<'_>) -> Step {
        Step::Done
    }
}

/// Asks a guest, compiled for the counted lane, what it is.
fn describe(guest: &World, ticker: &Ticker) -> Result<executor::Description, String> {
    let limits = Limits::default();
    let simulation = Simulation::new(Box::new(NoTasks), None);
    let deadline = ticker.deadline(limits.run);
    let state = HostState::new(simulation, Observer::plain(Clock::new()), limits);
    let mut store = state.into_store(guest.engine(), &deadline);
    store.set_fuel(FUEL).expect("the engine of the counted lane has fuel");
    let described = guest.describe(&mut store, &deadline);
    described.map_err(|error| match failure(&error, store.data(), &limits) {
        Failure { kind: FailureKind::TimeLimit, .. } => {
            format!("it took longer than {} s", limits.run.as_secs())
        }
        failure => failure.message,
    })
}
