use std::sync::Arc;

use pollbench_reports::record::Interface;
use quanta::Clock;
use wasmtime::component::Component;

use super::bindings::exports::pollbench::bench::executor;
use super::configuration::Configuration;
use super::description::Description;
use super::error::LoadError;
use super::failure::why_not_described;
use super::host_state::{FUEL, HostState};
use super::hosts::Host;
use super::limits::RunLimits;
use super::link::link;
use super::observer::Observer;
use super::refusal;
use super::run::Lane;
use super::ticker::Ticker;
use super::world::{Unfit, World};
use pollbench_simulation::script::{Plan, Script, Step, Workload};
use pollbench_simulation::simulation::Simulation;

/// A component compiled for one lane of a host.
#[derive(Clone)]
pub struct CompiledGuest {
    pub(super) host: Host,
    pub(super) world: World,
    pub(super) ticker: Ticker,
    /// The component, which tells what a guest was doing when it failed.
    pub(super) bytes: Arc<[u8]>,
}

impl CompiledGuest {
    /// Compiles a component for a lane. The error says why it is no guest.
    ///
    /// A guest of WASI 0.3 can't even be compiled for a host without concurrent calls. It
    /// is compiled for the stock host instead, and is not run.
    pub fn compile(
        bytes: &[u8],
        configuration: &Configuration,
        lane: Lane,
    ) -> Result<Self, String> {
        let host = configuration.host;
        match Self::compile_for(bytes, configuration, lane) {
            Err(reason) if !host.is_concurrent() => {
                let stock = Configuration::new().map_err(|error| error.to_string())?;
                match Self::compile_for(bytes, &stock, lane) {
                    Ok(program) if program.is_concurrent() => Ok(program.on(host)),
                    _ => Err(reason),
                }
            }
            compiled => compiled,
        }
    }

    fn compile_for(
        bytes: &[u8],
        configuration: &Configuration,
        lane: Lane,
    ) -> Result<Self, String> {
        let world = link(configuration.engine(lane), bytes)?;
        let ticker = configuration.ticker.clone();
        Ok(Self { host: configuration.host, world, ticker, bytes: bytes.into() })
    }

    fn is_concurrent(&self) -> bool {
        self.interface() == Interface::Async
    }

    /// The same code, run on another host.
    pub(super) fn on(self, host: Host) -> Self {
        Self { host, ..self }
    }

    /// The interface that the guest waits with.
    pub fn interface(&self) -> Interface {
        self.world.interface()
    }

    pub(super) fn component(&self) -> &Component {
        self.world.component()
    }

    /// Why the guest can't run on its host, if it can't.
    pub(super) fn not_supported(&self) -> Option<&'static str> {
        match self.interface() {
            Interface::Async if !self.host.is_concurrent() => {
                Some("WASI 0.3 needs the engine's concurrency support, which is off on this host")
            }
            Interface::PollSet if self.host != Host::Lean => Some(
                "a poll set knows the pollables of the host `lean` only: compare it with others there",
            ),
            _ => None,
        }
    }

    /// Asks the guest, which errors call by `label`, what it is.
    pub fn describe(&self, label: &str) -> Result<Description, LoadError> {
        let described = self.described(label)?;
        Description::try_from(described)
            .map_err(|broken| LoadError::Rules { guest: label.into(), broken })
    }

    fn described(&self, label: &str) -> Result<executor::Description, LoadError> {
        let limits = RunLimits::default();
        let simulation = Simulation::timed(Box::new(NoTasks), self.host.model(), None);
        let deadline = self.ticker.deadline(limits.run);
        let state = HostState::new(simulation, Observer::plain(Clock::new()), limits);
        let mut store = state.into_store(self.world.engine(), &deadline);
        // The timed lane has no fuel to set.
        let _ = store.set_fuel(FUEL);
        let described = self.world.describe(&mut store, &deadline);
        described.map_err(|error| {
            let guest = label.to_string();
            let unfit = error.downcast_ref::<Unfit>().copied();
            let why = || why_not_described(&error, &self.bytes, store.data());
            match unfit {
                None => LoadError::Description { guest, reason: why() },
                Some(unfit @ Unfit::Start) => {
                    LoadError::NotAGuest { guest, reason: format!("{unfit}: {}", why()) }
                }
                Some(unfit @ Unfit::Type) => {
                    let reason =
                        format!("{unfit}: {}; build it from wit/bench.wit", refusal::shown(&error));
                    LoadError::NotAGuest { guest, reason }
                }
            }
        })
    }
}

/// A workload without tasks, for a guest that is only asked to describe itself.
struct NoTasks;

impl Workload for NoTasks {
    fn plan(&self) -> Plan {
        Plan::io(0, 1, 0)
    }

    fn next(&mut self, _task: u32, _outcome: u32, _script: &mut Script<'_>) -> Step {
        Step::Done
    }
}
