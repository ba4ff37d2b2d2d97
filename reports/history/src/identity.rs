use std::collections::BTreeMap;

use pollbench_reports::document::Document;
use pollbench_reports::record::{Cell, Cpu, Environment, KnobValue};
use serde::Serialize;

use crate::packed::digest;

/// What tells a cell from the others of a record, and so what a series is of. It is that of
/// [`Cell::id`], with names of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Identity {
    /// The guest's name.
    pub guest: String,
    /// Its knobs, defaults included.
    pub knobs: BTreeMap<String, KnobValue>,
    /// The host configuration.
    pub host: String,
    /// The workload's name.
    pub workload: String,
    /// The workload's further parameters.
    pub parameters: BTreeMap<String, KnobValue>,
    /// N.
    pub pollables: u32,
    /// A.
    pub active: u32,
    /// How much work a repetition was to be, about.
    pub effort: Option<u64>,
}

impl Identity {
    /// That of a cell.
    pub fn of(cell: &Cell) -> Self {
        Self {
            guest: cell.guest.clone(),
            knobs: cell.knobs.clone(),
            host: cell.host.clone(),
            workload: cell.workload.clone(),
            parameters: cell.parameters.clone(),
            pollables: cell.pollables,
            active: cell.active,
            effort: cell.effort,
        }
    }

    pub(crate) fn digest(&self) -> String {
        digest(&json(self))
    }

    /// As it comes back from the columns.
    pub(crate) fn in_columns(&self) -> Self {
        Self {
            guest: column_text(&self.guest),
            host: column_text(&self.host),
            workload: column_text(&self.workload),
            ..self.clone()
        }
    }
}

/// The conditions of a run which tell whether its times can be held against those of
/// another: what [`Environment::difference`] looks at, but for the guests and settings. What a
/// record does not tell is an empty text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conditions {
    /// The version of pollbench.
    pub pollbench: String,
    /// The compiler of the runner.
    pub compiler: String,
    /// The processor.
    pub cpu: String,
    /// Logical cores the run could use.
    pub cores: u32,
    /// The frequency governor, where the system tells.
    pub governor: Option<String>,
    /// The operating system and its kernel.
    pub kernel: String,
    /// The clock behind every duration.
    pub clock: String,
    /// The engine of each host configuration.
    pub engines: BTreeMap<String, String>,
}

impl Conditions {
    /// Those of a record; of a merged one, the first of them.
    pub fn of(document: &Document) -> Self {
        match document {
            Document::Record(it) => Self::of_environment(&it.environment),
            Document::Tuning(it) => {
                Self::of_one_host(&it.pollbench, &it.cpu, &it.kernel, (&it.host, &it.engine))
            }
            Document::Profile(it) => {
                Self::of_one_host(&it.pollbench, &it.cpu, &it.kernel, (&it.host, &it.engine))
            }
            Document::Live(it) => {
                let host = (it.settings.host.name(), it.engine.as_str());
                Self::of_one_host(&it.pollbench, &it.cpu, &it.kernel, host)
            }
        }
    }

    /// Those of a record that names no compiler and no clock, and one host with its engine.
    fn of_one_host(pollbench: &str, cpu: &Cpu, kernel: &str, (host, engine): (&str, &str)) -> Self {
        Self {
            pollbench: pollbench.into(),
            compiler: String::new(),
            cpu: cpu.model.clone(),
            cores: cpu.cores,
            governor: cpu.governor.clone(),
            kernel: kernel.into(),
            clock: String::new(),
            engines: BTreeMap::from([(host.into(), engine.into())]),
        }
    }

    /// Those of an environment.
    pub fn of_environment(environment: &Environment) -> Self {
        let engine = |(name, host): (&String, &pollbench_reports::record::Host)| {
            (name.clone(), host.engine.clone())
        };
        Self {
            pollbench: environment.pollbench.clone(),
            compiler: environment.compiler.clone(),
            cpu: environment.cpu.model.clone(),
            cores: environment.cpu.cores,
            governor: environment.cpu.governor.clone(),
            kernel: environment.kernel.clone(),
            clock: environment.clock.source.clone(),
            engines: environment.hosts.iter().map(engine).collect(),
        }
    }

    pub(crate) fn digest(&self) -> String {
        digest(&json(self))
    }

    /// As they come back from the columns.
    pub(crate) fn in_columns(&self) -> Self {
        Self {
            pollbench: column_text(&self.pollbench),
            compiler: column_text(&self.compiler),
            cpu: column_text(&self.cpu),
            governor: self.governor.as_deref().map(column_text),
            kernel: column_text(&self.kernel),
            clock: column_text(&self.clock),
            ..self.clone()
        }
    }
}

pub(crate) fn json(of: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(of).expect("names and numbers are JSON")
}

pub(crate) fn json_text(of: &impl Serialize) -> String {
    String::from_utf8(json(of)).expect("JSON is text")
}

/// A name as it is kept in a column: PostgreSQL has no texts with a NUL in them. Records
/// keep it as it is.
pub(crate) fn column_text(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}
