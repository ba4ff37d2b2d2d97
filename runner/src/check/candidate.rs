use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pollbench_reports::record::{Guest, Interface, KnobValue};
use pollbench_simulation::script::Workload;
use pollbench_simulation::scripted::{Scripted, TaskScripts};
use pollbench_simulation::simulation::Kept;
use pollbench_simulation::workload::{Kind, Shape};

use super::CheckError;
use crate::engine::{CheckedRun, Configuration, Host, Lane, OneLane, RunLimits, Source};
use crate::worker::knob_values;

/// A guest that is checked: compiled once, and run many times.
pub struct Candidate {
    guest: OneLane,
    configuration: Configuration,
    knobs: Vec<u64>,
    limits: RunLimits,
}

impl Candidate {
    /// Loads and compiles a guest.
    ///
    /// # Errors
    ///
    /// If it is none, or has no such knobs.
    pub fn load(
        source: Source,
        host: Host,
        knobs: &BTreeMap<String, KnobValue>,
        limits: RunLimits,
    ) -> Result<Self, CheckError> {
        let configuration = Configuration::of(host)?;
        let guest = OneLane::load(&source, &configuration, Lane::Counted)?;
        let knobs = knob_values(&guest.description, knobs).map_err(CheckError::Knobs)?;
        Ok(Self { guest, configuration, knobs, limits })
    }

    /// Makes every run end soon after `stop` is set.
    pub fn stop_when(&self, stop: &'static AtomicBool) {
        self.configuration.stop_when(stop);
    }

    /// What a record says of the guest.
    pub fn record(&self) -> &Guest {
        &self.guest.record
    }

    /// The values of its knobs.
    pub fn knobs(&self) -> BTreeMap<String, KnobValue> {
        self.guest.description.name_values(&self.knobs)
    }

    /// How often one instance can be run.
    pub fn most_runs(&self) -> u32 {
        // The engine runs the loop of an instance of WASI 0.3 until it ends.
        if self.guest.record.interface == Interface::Async { 1 } else { u32::MAX }
    }

    /// Runs some scripts, and keeps what the guest does if that is wanted.
    pub fn run(&self, scripts: &TaskScripts, kept: Option<Kept>) -> CheckedRun {
        self.run_limited(scripts, kept, self.limits)
    }

    /// Runs some scripts, and ends the run when this much real time has passed.
    pub fn run_within(&self, scripts: &TaskScripts, time: Duration) -> CheckedRun {
        let limits = RunLimits { run: time.min(self.limits.run), ..self.limits };
        self.run_limited(scripts, None, limits)
    }

    fn run_limited(
        &self,
        scripts: &TaskScripts,
        kept: Option<Kept>,
        limits: RunLimits,
    ) -> CheckedRun {
        let workload = || -> Box<dyn Workload> { Box::new(Scripted::new(scripts)) };
        self.guest.program.check(&workload, scripts.runs, &self.knobs, kept, limits)
    }

    /// Runs a workload.
    pub fn run_workload(&self, kind: &Kind, shape: &Shape, kept: Option<Kept>) -> CheckedRun {
        let workload = || (kind.build)(shape);
        self.guest.program.check(&workload, 1, &self.knobs, kept, self.limits)
    }
}
