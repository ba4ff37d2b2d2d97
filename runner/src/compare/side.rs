//! A side of a comparison: its cells, and where they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pollbench_reports::comparison::{self, Metric, SideGuest};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::{self, Environment, Record, Status};

use super::block::Runner;
use super::entry::{Counts, Entry};
use crate::baseline::{Baseline, BaselineError};
use crate::engine::Limits;
use crate::matrix::Group;
use crate::worker::{GuestSource, Job, WhyNot, Worker, WorkerError};

/// A side and its cells.
#[derive(Clone, Debug)]
pub struct Side {
    /// What the comparison says of it.
    pub described: comparison::Side,
    /// Its cells.
    pub entries: Vec<Entry>,
    /// What its counters were counted under, where that is past.
    pub environment: Option<Environment>,
}

/// A guest that answers, and what runs it.
#[derive(Clone, Debug)]
pub struct Live {
    /// What the side is called.
    pub label: String,
    /// What the guest says of itself.
    pub guest: record::Guest,
    /// The version of pollbench that runs it.
    pub pollbench: String,
    /// Its engine.
    pub engine: String,
    /// What runs it; the host is the first of those asked for.
    pub runner: Runner,
    /// Knobs that are not to have their defaults.
    pub knobs: BTreeMap<String, record::KnobValue>,
}

impl Live {
    /// Starts the guest once, to hear what it is.
    pub fn start(
        program: &Path,
        source: &GuestSource,
        knobs: BTreeMap<String, record::KnobValue>,
        host: &str,
        limits: Limits,
    ) -> Result<Self, WorkerError> {
        let runner = Runner { program: program.into(), guest: source.clone(), host: host.into() };
        let (_, loaded) = Worker::start(program, runner.load(true, limits, None))?;
        let mut label = loaded.guest.name.clone();
        knobs.iter().for_each(|(name, value)| label += &format!(" {name}={value}"));
        let (pollbench, engine, guest) = (loaded.pollbench, loaded.engine, loaded.guest);
        Ok(Self { label, guest, pollbench, engine, runner, knobs })
    }

    /// Its cells: every group on every host.
    pub fn side_of_groups(self, groups: &[Group], hosts: &[&str]) -> Side {
        let entry = |host: &str, group: &Group| Entry {
            guest: self.guest.name.clone(),
            label: self.label.clone(),
            host: host.into(),
            job: Job::new(group, self.knobs.clone()),
            runner: Some(Runner { host: host.into(), ..self.runner.clone() }),
            counted: None,
        };
        let entries =
            hosts.iter().flat_map(|host| groups.iter().map(|group| entry(host, group))).collect();
        self.side(entries)
    }

    /// Its cells: those of another side, but for the guest.
    pub fn side_like(self, others: &[Entry]) -> Side {
        let entry = |it: &Entry| {
            let runner = self.runner.clone();
            it.of_guest(&self.guest.name, &self.label, runner, self.knobs.clone())
        };
        let entries = others.iter().map(entry).collect();
        self.side(entries)
    }

    /// Its cells: those of its name in the past, knobs and all.
    pub fn side_of_past(self, past: &[Entry]) -> Side {
        let own = past.iter().filter(|entry| entry.guest == self.guest.name);
        let entry = |it: &Entry| {
            let knobs = it.job.knobs.clone();
            it.of_guest(&self.guest.name, &it.label, self.runner.clone(), knobs)
        };
        let entries = own.map(entry).collect();
        self.side(entries)
    }

    fn side(self, entries: Vec<Entry>) -> Side {
        let described = comparison::Side {
            label: self.label,
            pollbench: self.pollbench,
            engine: self.engine,
            guests: vec![side_guest(&self.guest)],
        };
        Side { described, entries, environment: None }
    }
}

impl Side {
    /// The cells of a record. Those from before records said how much work a cell was
    /// can't be compared, and are left out.
    pub fn of_record(label: &str, record: &Record) -> Self {
        let matrix = Matrix::new(record);
        let label_of = |cell: &record::Cell| {
            let variant = matrix.variants.iter().find(|it| it.is_of(cell));
            variant.map_or_else(|| cell.guest.clone(), |it| it.label.clone())
        };
        let entry = |cell: &record::Cell| {
            Some(Entry {
                guest: cell.guest.clone(),
                label: label_of(cell),
                host: cell.host.clone(),
                job: Job {
                    workload: cell.workload.clone(),
                    pollables: cell.pollables,
                    active: cell.active,
                    parameters: cell.parameters.clone(),
                    effort: cell.effort?,
                    knobs: cell.knobs.clone(),
                },
                runner: None,
                counted: counts(cell),
            })
        };
        let environment = &record.environment;
        let engines: BTreeSet<&str> =
            environment.hosts.values().map(|host| host.engine.as_str()).collect();
        let described = comparison::Side {
            label: label.into(),
            pollbench: environment.pollbench.clone(),
            engine: Vec::from_iter(engines).join(", "),
            guests: environment.guests.iter().map(side_guest).collect(),
        };
        let entries = record.cells.iter().filter_map(entry).collect();
        Self { described, entries, environment: Some(environment.clone()) }
    }

    /// The cells of a baseline, which can be run again.
    pub fn of_baseline(
        name: &str,
        baseline: &Baseline,
        program: &Path,
    ) -> Result<Self, BaselineError> {
        let mut side = Self::of_record(name, &baseline.record);
        for guest in &baseline.record.environment.guests {
            let source = GuestSource::File(baseline.component(guest)?);
            for entry in side.entries.iter_mut().filter(|entry| entry.guest == guest.name) {
                let host = entry.host.clone();
                entry.runner =
                    Some(Runner { program: program.into(), guest: source.clone(), host });
            }
        }
        Ok(side)
    }

    /// What its guests are called.
    pub fn labels(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.label.as_str()).collect()
    }

    /// Forgets what was counted, where it can be counted anew.
    pub fn forget_counts(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.runner.is_some()) {
            entry.counted = None;
        }
    }
}

fn counts(cell: &record::Cell) -> Option<Counts> {
    let result = match (cell.status, &cell.counters) {
        (Status::Ok, counters) => Ok(counters.clone()?),
        (Status::Failed, _) => Err(WhyNot::Failed(cell.failure.clone()?)),
        (Status::NotSupported, _) => Err(WhyNot::NotSupported(cell.not_supported.clone()?)),
    };
    let noisy = cell.noisy.iter().filter_map(|name| name.parse::<Metric>().ok()).collect();
    Some(Counts { result, noisy })
}

fn side_guest(guest: &record::Guest) -> SideGuest {
    SideGuest {
        name: guest.name.clone(),
        sha256: guest.sha256.clone(),
        compiler: guest.compiler.clone(),
    }
}
