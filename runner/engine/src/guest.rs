use pollbench_reports::profile::CallLog;
use pollbench_reports::record::{self, Interface};
use quanta::Clock;

use super::code_cache;
use super::compiled_guest::CompiledGuest;
use super::configuration::Configuration;
use super::description::Description;
use super::error::LoadError;
use super::hosts::Host;
use super::imports::Imports;
use super::limits::RunLimits;
use super::observation::Observation;
use super::one_lane::OneLane;
use super::profile::Recorded;
use super::run::{Lane, NoWindow, Outcome, Window};
use super::source::Source;
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::Kept;

/// A component compiled for both lanes of a host, with its description.
#[derive(Clone)]
pub struct Guest {
    /// The host that the guest runs on.
    pub host: Host,
    /// Where the guest comes from.
    pub source: Source,
    /// How the guest describes itself.
    pub description: Description,
    /// What a record says of the guest.
    pub record: record::Guest,
    /// The interfaces that the guest imports.
    pub imports: Imports,
    timed: CompiledGuest,
    counted: CompiledGuest,
}

impl Guest {
    /// Loads, checks and compiles a guest, and asks it to describe itself.
    pub fn load(source: &Source, configuration: &Configuration) -> Result<Self, LoadError> {
        let (label, bytes) = source.read()?;
        // It describes itself in the counted lane, where an endless loop is interrupted.
        let OneLane { program: counted, description, record } =
            OneLane::of(source, &label, &bytes, configuration, Lane::Counted)?;
        code_cache::announce(
            &configuration.timed,
            &label,
            &bytes,
            code_cache::purpose(Lane::Plain),
        );
        let timed = CompiledGuest::compile(&bytes, configuration, Lane::Plain)
            .map_err(|reason| LoadError::NotAGuest { guest: label, reason })?;
        let imports = Imports::of(counted.component());
        let host = configuration.host;
        let source = source.clone();
        let guest = Self { host, source, description, record, imports, timed, counted };
        Ok(guest.on(host))
    }

    /// What the guest is called.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// The same guest under another name.
    pub fn named(mut self, name: &str) -> Self {
        self.description.name = name.into();
        self.record.name = name.into();
        self
    }

    /// Loads a guest for each of some hosts; hosts with the same kind of engine share its
    /// compiled code.
    pub fn load_for(
        source: &Source,
        configurations: &[Configuration],
    ) -> Result<Vec<Self>, LoadError> {
        let mut guests: Vec<Self> = Vec::new();
        for configuration in configurations {
            let host = configuration.host;
            let has_code = |guest: &&Self| guest.is_concurrent() || host.runs_code_of(guest.host);
            guests.push(match guests.iter().find(has_code) {
                Some(guest) => guest.clone().on(host),
                None => Self::load(source, configuration)?,
            });
        }
        Ok(guests)
    }

    /// Runs the guest from instantiation to exit. `knobs` has a value for each of
    /// its knobs, in their order.
    ///
    /// A guest in an endless loop is interrupted in the counted lane only, which has to go
    /// first: the other lanes repeat its steps exactly.
    pub fn run(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        lane: Lane,
        limits: RunLimits,
        clock: &Clock,
    ) -> Outcome {
        let program = if lane == Lane::Counted { &self.counted } else { &self.timed };
        program.run(workload, knobs, lane, limits, clock)
    }

    /// As [`Guest::run`] in the counted lane, and keeps what the guest does. There is no log
    /// where the guest can't run.
    pub fn run_logged(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        kept: Kept,
        limits: RunLimits,
        clock: &Clock,
    ) -> (Outcome, Option<CallLog>) {
        self.counted.run_logged(workload, knobs, kept, limits, clock)
    }

    /// As [`Guest::run`] in the profiled lane, and records the first `most` turns of the
    /// guest's loop.
    pub fn run_with_turns(
        &self,
        workload: Box<dyn Workload>,
        knobs: &[u64],
        observation: Observation,
        most: usize,
        limits: RunLimits,
        clock: &Clock,
    ) -> Result<(Window, Recorded), NoWindow> {
        self.timed.run_with_turns(workload, knobs, observation, most, limits, clock)
    }

    /// The program of the lanes that take times.
    pub fn timed(&self) -> &CompiledGuest {
        &self.timed
    }

    fn on(self, host: Host) -> Self {
        let counted = self.counted.on(host.counting());
        Self { host, timed: self.timed.on(host), counted, ..self }
    }

    fn is_concurrent(&self) -> bool {
        self.record.interface == Interface::Async
    }
}
