use std::fs;
use std::path::PathBuf;

use pollbench_guests::BuiltIn;
use pollbench_reports::record::{self, KnobValue};
use quanta::Clock;
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi_io::bindings::wasi::io::poll;

use super::bindings::exports::pollbench::bench::executor;
use super::bindings::pollbench::bench::driver;
use super::bindings::wasi::clocks::monotonic_clock;
use super::bindings::{Guest as World, GuestPre};
use super::configuration::{Configuration, Limits};
use super::contract;
use super::error::LoadError;
use super::host::{HostState, Observer};
use super::producers::producers;
use super::run::drive;
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

/// A component that can be run, with what it says of itself.
pub struct Guest {
    /// What it says of itself.
    pub description: Description,
    /// Where it comes from and what it was made with.
    pub record: record::Guest,
    pub(super) timed: GuestPre<HostState>,
    pub(super) counted: GuestPre<HostState>,
}

/// What a guest says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name on the command line.
    pub name: String,
    /// The kind of design.
    pub strategy: String,
    /// One line.
    pub summary: String,
    /// Its settings.
    pub knobs: Vec<Knob>,
}

/// A setting of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knob {
    /// Its name on the command line.
    pub name: String,
    /// What it means.
    pub summary: String,
    /// The values it can take.
    pub range: KnobRange,
    /// The value it has unless told otherwise.
    pub default: u64,
}

/// The values a knob can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobRange {
    /// Whole numbers, both ends included.
    Integer(u64, u64),
    /// One of these words, by position.
    Choice(Vec<String>),
}

impl Guest {
    /// Loads, checks and compiles a guest, and asks it to describe itself.
    pub fn load(source: &Source, configuration: &Configuration) -> Result<Self, LoadError> {
        let (label, bytes) = source.read()?;
        let not_a_guest = |reason| LoadError::NotAGuest { guest: label.clone(), reason };
        contract::check_header(&bytes).map_err(not_a_guest)?;
        let timed = prepare(&configuration.timed, &bytes).map_err(not_a_guest)?;
        let counted = prepare(&configuration.counted, &bytes).map_err(not_a_guest)?;

        let odd = |reason| LoadError::Description { guest: label.clone(), reason };
        let description = describe(&timed).map_err(|e| odd(e.root_cause().to_string()))?;
        let description = Description::try_from(description).map_err(odd)?;
        let record = source.record(&description, &bytes);
        Ok(Self { description, record, timed, counted })
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

    fn record(&self, description: &Description, bytes: &[u8]) -> record::Guest {
        let (origin, compiler) = match self {
            Self::BuiltIn(guest) => ("built in".into(), guest.compiler.into()),
            Self::File(path) => (path.display().to_string(), producers(bytes)),
        };
        record::Guest {
            name: description.name.clone(),
            strategy: description.strategy.clone(),
            summary: description.summary.clone(),
            origin,
            sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: bytes.len() as u64,
            compiler,
            knobs: description.knobs.iter().map(Knob::record).collect(),
        }
    }
}

fn prepare(engine: &Engine, bytes: &[u8]) -> Result<GuestPre<HostState>, String> {
    let component = Component::new(engine, bytes)
        .map_err(|error| format!("it is damaged or cut short: {}", error.root_cause()))?;
    contract::check_world(&component, engine)?;
    let linker = linker(engine).map_err(|error| error.to_string())?;
    let instance = linker
        .instantiate_pre(&component)
        .map_err(|error| format!("it imports what pollbench does not provide: {error:#}"))?;
    GuestPre::new(instance)
        .map_err(|error| format!("its exports do not fit the contract: {error:#}"))
}

fn linker(engine: &Engine) -> Result<Linker<HostState>> {
    let mut linker = Linker::new(engine);
    poll::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    monotonic_clock::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    driver::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    Ok(linker)
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

fn describe(guest: &GuestPre<HostState>) -> Result<executor::Description> {
    let simulation = Simulation::new(Box::new(NoTasks), None);
    let state = HostState::new(simulation, Observer::plain(Clock::new()), Limits::STOCK);
    let mut store = state.into_store(guest.engine(), Limits::STOCK);
    drive(async {
        let guest: World = guest.instantiate_async(&mut store).await?;
        guest.pollbench_bench_executor().call_describe(&mut store).await
    })
}

impl TryFrom<executor::Description> for Description {
    type Error = String;

    fn try_from(description: executor::Description) -> Result<Self, String> {
        let executor::Description { name, strategy, summary, knobs } = description;
        check_name("the guest", &name)?;
        let knobs = knobs.into_iter().map(Knob::try_from).collect::<Result<Vec<_>, _>>()?;
        if let Some(twice) =
            (1..knobs.len()).find(|i| knobs[..*i].iter().any(|knob| knob.name == knobs[*i].name))
        {
            return Err(format!("two knobs are called {:?}", knobs[twice].name));
        }
        Ok(Self { name, strategy, summary, knobs })
    }
}

impl TryFrom<executor::Knob> for Knob {
    type Error = String;

    fn try_from(knob: executor::Knob) -> Result<Self, String> {
        check_name("a knob", &knob.name)?;
        let range = match knob.range {
            executor::KnobRange::Integer((low, high)) => KnobRange::Integer(low, high),
            executor::KnobRange::Choice(words) => KnobRange::Choice(words),
        };
        if !range.contains(knob.default) {
            return Err(format!("the default of its knob {:?} is out of range", knob.name));
        }
        Ok(Self { name: knob.name, summary: knob.summary, range, default: knob.default })
    }
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if name.is_empty() || !name.chars().all(kebab) {
        return Err(format!("{what} is called {name:?}; names are in kebab-case"));
    }
    Ok(())
}

impl KnobRange {
    /// Whether a knob can take this value.
    pub fn contains(&self, value: u64) -> bool {
        match self {
            Self::Integer(low, high) => (*low..=*high).contains(&value),
            Self::Choice(words) => value < words.len() as u64,
        }
    }

    /// The value that a word of the command line means.
    pub fn parse(&self, word: &str) -> Option<u64> {
        let value = match self {
            Self::Integer(..) => word.parse().ok(),
            Self::Choice(words) => words.iter().position(|w| w == word).map(|p| p as u64),
        };
        value.filter(|value| self.contains(*value))
    }

    /// A value as the record has it.
    pub fn record(&self, value: u64) -> KnobValue {
        match self {
            Self::Integer(..) => KnobValue::Integer(value),
            Self::Choice(words) => KnobValue::Choice(words[value as usize].clone()),
        }
    }
}

impl std::fmt::Display for KnobRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(low, high) => write!(f, "{low} to {high}"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
        }
    }
}

impl Knob {
    fn record(&self) -> record::Knob {
        record::Knob {
            name: self.name.clone(),
            summary: self.summary.clone(),
            range: self.range.to_string(),
            default: self.range.record(self.default),
        }
    }
}
