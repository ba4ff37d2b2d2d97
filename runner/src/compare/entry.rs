use std::collections::{BTreeMap, BTreeSet};

use pollbench_reports::comparison::{Identity, Metric};
use pollbench_reports::record::{Counters, KnobValue};

use super::block::Runner;
use crate::worker::{Job, WhyNot};

/// A cell of one side.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The guest's name.
    pub guest: String,
    /// The name, and those knobs which are not at their default.
    pub label: String,
    /// The host configuration.
    pub host: String,
    /// What it is asked to do.
    pub job: Job,
    /// What runs it, if it can be run here.
    pub runner: Option<Runner>,
    /// What it counted, if that is known.
    pub counted: Option<Counts>,
}

/// What a cell counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The counters, or why there are none.
    pub result: Result<Counters, WhyNot>,
    /// Those which were not the same in all processes.
    pub noisy: BTreeSet<Metric>,
}

/// What cells of either side must share to be held against each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    workload: String,
    pollables: u32,
    active: u32,
    parameters: BTreeMap<String, KnobValue>,
    effort: u64,
    host: String,
}

impl Entry {
    /// What it can be compared by.
    pub fn key(&self) -> Key {
        let Job { workload, pollables, active, parameters, effort, .. } = self.job.clone();
        Key { workload, pollables, active, parameters, effort, host: self.host.clone() }
    }

    /// The same cell for another guest.
    pub fn of_guest(
        &self,
        guest: &str,
        label: &str,
        runner: Runner,
        knobs: BTreeMap<String, KnobValue>,
    ) -> Self {
        Self {
            guest: guest.into(),
            label: label.into(),
            host: self.host.clone(),
            job: Job { knobs, ..self.job.clone() },
            runner: Some(Runner { host: self.host.clone(), ..runner }),
            counted: None,
        }
    }

    /// What the comparison calls it and its counterpart.
    pub fn identity(&self, candidate: &Self) -> Identity {
        let Job { workload, pollables, active, parameters, effort, .. } = self.job.clone();
        Identity {
            base_guest: self.label.clone(),
            candidate_guest: candidate.label.clone(),
            workload,
            pollables,
            active,
            parameters,
            host: self.host.clone(),
            effort,
        }
    }
}
