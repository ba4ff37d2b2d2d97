//! A side of a comparison: its cells, and where they come from.

use std::collections::{BTreeMap, BTreeSet};

use pollbench_reports::comparison::{self, Metric, SideGuest};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::{self, KnobValue, Record, Status};

use super::block::Runner;
use super::entry::{Counts, Entry};
use crate::baseline::{Baseline, BaselineError};
use crate::engine::{Lane, RunLimits};
use crate::matrix::{Group, InputError};
use crate::worker::{GuestSource, Job, Load, Program, WhyNot, Worker, WorkerError};

/// A side of a comparison.
#[derive(Clone, Debug)]
pub struct Side {
    /// What the comparison says of the side.
    pub described: comparison::Side,
    /// The side's cells.
    pub entries: Vec<Entry>,
    /// How the side's guests describe themselves.
    pub guests: Vec<record::Guest>,
    /// Whether the side's counters come from a record of an earlier run.
    pub is_past: bool,
}

/// A guest that has been started and has described itself, and what runs it.
#[derive(Clone, Debug)]
pub struct StartedGuest {
    /// What the side is called.
    pub label: String,
    /// How the guest describes itself.
    pub guest: record::Guest,
    /// The version of pollbench that runs the guest.
    pub pollbench: String,
    /// The engine that runs the guest, with its version.
    pub engine: String,
    /// What runs the guest; its host is the first of those asked for.
    pub runner: Runner,
    /// The knobs that were given values, by name.
    pub knobs: BTreeMap<String, KnobValue>,
}

impl StartedGuest {
    /// Starts the guest once, to get its description and to check that it has these knobs.
    pub fn start(
        program: &Program,
        source: &GuestSource,
        knobs: BTreeMap<String, KnobValue>,
        host: &str,
        limits: RunLimits,
    ) -> Result<Self, WorkerError> {
        let runner = Runner::new(program, source.clone(), host);
        let load = Load { knobs: knobs.clone(), ..runner.load(true, limits, None) };
        runner.announce(Lane::Counted);
        let (_, loaded) = Worker::start(program, load)?;
        let runner = Runner { sha256: Some(loaded.guest.sha256.clone()), ..runner };
        let mut label = loaded.guest.name.clone();
        knobs.iter().for_each(|(name, value)| label += &format!(" {name}={value}"));
        let (pollbench, engine, guest) = (loaded.pollbench, loaded.engine, loaded.guest);
        Ok(Self { label, guest, pollbench, engine, runner, knobs })
    }

    /// The same guest under the name that it was given, if it was given one.
    pub fn named(mut self, name: Option<&str>) -> Self {
        if let Some(name) = name {
            self.label.replace_range(..self.guest.name.len(), name);
            self.guest.name = name.into();
        }
        self
    }

    /// A side with a cell for every group on every host.
    pub fn side_of_groups(self, groups: &[Group], hosts: &[&str]) -> Side {
        let entry = |host: &str, group: &Group| Entry {
            guest: self.guest.name.clone(),
            label: self.label.clone(),
            host: host.into(),
            job: Job::new(group, self.knobs.clone()),
            runner: Some(Runner { host: host.into(), ..self.runner.clone() }),
            counted: None,
            identical: false,
        };
        let entries =
            hosts.iter().flat_map(|host| groups.iter().map(|group| entry(host, group))).collect();
        self.side(entries)
    }

    /// A side with the cells of another side, run by this guest.
    pub fn side_like(self, others: &[Entry]) -> Side {
        let entry = |it: &Entry| {
            let runner = self.runner.clone();
            it.of_guest(&self.guest.name, &self.label, runner, self.knobs.clone())
        };
        let entries = others.iter().map(entry).collect();
        self.side(entries)
    }

    /// A side with the cells that this guest has in an earlier side. Knobs that had their
    /// defaults then have the defaults of now; the others keep their values.
    pub fn side_repeating(self, past: &Side) -> Result<Side, InputError> {
        let then = past.guests.iter().find(|it| it.name == self.guest.name);
        let had_default = |name: &str, value: &KnobValue| {
            let knobs = then.into_iter().flat_map(|it| &it.knobs);
            knobs.into_iter().any(|knob| knob.name == name && knob.default == *value)
        };
        let mut entries = Vec::new();
        for it in past.entries.iter().filter(|entry| entry.guest == self.guest.name) {
            let mut knobs = it.job.knobs.clone();
            knobs.retain(|name, value| !had_default(name, value));
            self.check_knobs(&knobs)?;
            entries.push(it.of_guest(&self.guest.name, &it.label, self.runner.clone(), knobs));
        }
        Ok(self.side(entries))
    }

    fn check_knobs(&self, knobs: &BTreeMap<String, KnobValue>) -> Result<(), InputError> {
        let known = |name: &String| self.guest.knobs.iter().any(|it| it.name == *name);
        match knobs.keys().find(|name| !known(name)) {
            None => Ok(()),
            Some(knob) => {
                Err(InputError::GoneKnob { guest: self.guest.name.clone(), knob: knob.clone() })
            }
        }
    }

    fn side(self, entries: Vec<Entry>) -> Side {
        let described = comparison::Side {
            label: self.label,
            pollbench: self.pollbench,
            engine: self.engine,
            guests: vec![side_guest(&self.guest)],
        };
        Side { described, entries, guests: vec![self.guest], is_past: false }
    }
}

impl Side {
    /// The cells of a record. Cells of old records, which don't say how much work a cell
    /// was, can't be compared and are left out.
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
                job: Job::of_cell(cell)?,
                runner: None,
                counted: counts(cell),
                identical: false,
            })
        };
        let environments = || record.all_environments();
        let hosts = environments().flat_map(|it| it.hosts.values());
        let guests: Vec<record::Guest> = record.guests().into_iter().cloned().collect();
        let described = comparison::Side {
            label: label.into(),
            pollbench: each_once(environments().map(|it| it.pollbench.as_str())),
            engine: each_once(hosts.map(|it| it.engine.as_str())),
            guests: guests.iter().map(side_guest).collect(),
        };
        let entries = record.cells.iter().filter_map(entry).collect();
        Self { described, entries, guests, is_past: true }
    }

    /// The cells of a baseline, with what runs them again.
    pub fn of_baseline(
        name: &str,
        baseline: &Baseline,
        program: &Program,
    ) -> Result<Self, BaselineError> {
        let mut side = Self::of_record(name, &baseline.record);
        for guest in &baseline.record.environment.guests {
            let source = GuestSource::File(baseline.component(guest)?);
            for entry in side.entries.iter_mut().filter(|entry| entry.guest == guest.name) {
                let runner = Runner::new(program, source.clone(), &entry.host);
                entry.runner = Some(Runner { sha256: Some(guest.sha256.clone()), ..runner });
            }
        }
        Ok(side)
    }

    /// The labels of the side's cells, each once.
    pub fn labels(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.label.as_str()).collect()
    }

    /// Drops the counts of the cells that can be counted again.
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

/// Joins the versions under which the runs of a record were made; mostly there is one.
fn each_once<'a>(versions: impl Iterator<Item = &'a str>) -> String {
    Vec::from_iter(versions.collect::<BTreeSet<_>>()).join(", ")
}

fn side_guest(guest: &record::Guest) -> SideGuest {
    SideGuest {
        name: guest.name.clone(),
        sha256: guest.sha256.clone(),
        compiler: guest.compiler.clone(),
    }
}
