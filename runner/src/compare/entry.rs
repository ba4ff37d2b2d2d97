use std::collections::{BTreeMap, BTreeSet};

use pollbench_reports::comparison::{Identity, Metric};
use pollbench_reports::record::{Cell, Counters, KnobValue, Measures, Status};
use pollbench_simulation::workload::{self, Kind};

use super::block::Runner;
use crate::worker::{Job, WhyNot};

/// A cell of one side.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The guest's name.
    pub guest: String,
    /// The guest's name, and the knobs whose values are not the defaults.
    pub label: String,
    /// The host configuration.
    pub host: String,
    /// The run that the guest is asked for.
    pub job: Job,
    /// What runs the guest, if it can be run here.
    pub runner: Option<Runner>,
    /// What the cell counted, if that is known.
    pub counted: Option<Counts>,
    /// Whether the other side has the same cell of the same component, so that there is
    /// nothing to measure.
    pub identical: bool,
}

/// What a cell counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The counters, or why there are none.
    pub result: Result<Counters, WhyNot>,
    /// The metrics whose counts were not the same in all processes.
    pub noisy: BTreeSet<Metric>,
}

impl Entry {
    /// Whether two cells can be compared: both are the same work on the same host.
    pub fn fits(&self, other: &Self) -> bool {
        self.host == other.host && self.job.is_same_work(&other.job)
    }

    /// A copy of this cell for another guest, which is not counted yet.
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
            identical: false,
        }
    }

    /// Whether the cell has been counted, and nothing was wrong.
    pub fn has_passed(&self) -> bool {
        self.counted.as_ref().is_some_and(|it| it.result.is_ok())
    }

    /// Whether the cell has to be counted, and can be.
    pub fn is_to_count(&self) -> bool {
        self.counted.is_none() && self.runner.is_some() && !self.identical
    }

    /// The cell for the record of a baseline, if it has been counted.
    pub fn into_record(self) -> Option<Cell> {
        let Counts { result, noisy } = self.counted?;
        let (status, counters, failure, not_supported) = match result {
            Ok(counters) => (Status::Ok, Some(counters), None, None),
            Err(WhyNot::Failed(failure)) => (Status::Failed, None, Some(failure), None),
            Err(WhyNot::NotSupported(why)) => (Status::NotSupported, None, None, Some(why)),
        };
        let measured = workload::find(&self.job.workload);
        Some(Cell {
            guest: self.guest,
            workload: self.job.workload,
            pollables: self.job.pollables,
            active: self.job.active,
            parameters: self.job.parameters,
            effort: Some(self.job.effort),
            knobs: self.job.knobs,
            host: self.host,
            environment: None,
            measures: measured.map_or_else(Measures::default, Kind::measures),
            status,
            failure,
            not_supported,
            counters,
            poll_instructions: None,
            noisy: noisy.into_iter().map(|metric| metric.to_string()).collect(),
            time: None,
            latency_ns: None,
            latency_polls: None,
            lateness_ns: None,
            still_waiting: 0,
            cold_latency_ns: None,
            cold_latency_polls: None,
        })
    }

    /// How a comparison identifies this cell and its counterpart, `candidate`.
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
