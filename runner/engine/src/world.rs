//! The two worlds of the contract.

use pollbench_reports::record::Interface;
use wasmtime::component::{Component, InstancePre};
use wasmtime::error::Context as _;
use wasmtime::{Engine, Result, Store};

use super::bindings::exports::pollbench::bench::executor;
use super::bindings::{GuestStreams as Guest, GuestStreamsPre as GuestPre};
use super::contract::{self, WorldKind};
use super::drive::Drive;
use super::host_state::HostState;
use super::p3;
use super::ticker::Deadline;

/// Why a component that could be linked is no guest all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It ends before it can be asked.
    #[error("it ends while it starts")]
    Start,
    /// A function of it is another than in the contract.
    #[error("its `describe` or its `run` has another type than in the contract")]
    Type,
}

/// A linked component of one of the worlds.
#[derive(Clone)]
pub enum World {
    /// WASI 0.2: the guest runs its event loop over `poll`.
    Poll(GuestPre<HostState>),
    /// WASI 0.3: the engine runs the event loop.
    Async(p3::GuestP3Pre<HostState>),
}

impl World {
    /// Checks that a component's exports fit the world it is of.
    pub fn new(kind: WorldKind, instance: InstancePre<HostState>) -> Result<Self> {
        Ok(match kind {
            WorldKind::Poll => Self::Poll(GuestPre::new(instance)?),
            WorldKind::Async => Self::Async(p3::GuestP3Pre::new(instance)?),
        })
    }

    /// The engine that the component was compiled for.
    pub fn engine(&self) -> &Engine {
        match self {
            Self::Poll(guest) => guest.engine(),
            Self::Async(guest) => guest.engine(),
        }
    }

    /// The compiled component.
    pub fn component(&self) -> &Component {
        match self {
            Self::Poll(guest) => guest.instance_pre().component(),
            Self::Async(guest) => guest.instance_pre().component(),
        }
    }

    /// The interface that the guest waits with.
    pub fn interface(&self) -> Interface {
        match self {
            Self::Poll(_) if contract::is_experimental(self.component(), self.engine()) => {
                Interface::PollSet
            }
            Self::Poll(_) => Interface::Poll,
            Self::Async(_) => Interface::Async,
        }
    }

    /// Whether the time outside the guest and its calls is that of the engine's event loop.
    pub fn has_event_loop(&self) -> bool {
        matches!(self, Self::Async(_))
    }

    /// Asks the guest to describe itself.
    pub fn describe(
        &self,
        store: &mut Store<HostState>,
        deadline: &Deadline,
    ) -> Result<executor::Description> {
        match self {
            Self::Poll(guest) => {
                let call = async {
                    let instance = guest.instance_pre().instantiate_async(&mut *store).await;
                    let instance = instance.context(Unfit::Start)?;
                    let guest = Guest::new(&mut *store, &instance).context(Unfit::Type)?;
                    guest.pollbench_bench_executor().call_describe(store).await
                };
                Drive::ByHand(deadline).drive(call)
            }
            Self::Async(guest) => p3::describe(store, guest, deadline),
        }
    }

    /// Runs the guest from instantiation until `run` has returned.
    pub fn run(
        &self,
        store: &mut Store<HostState>,
        tasks: u32,
        knobs: &[u64],
        drive: Drive<'_>,
    ) -> Result<Result<(), executor::Failure>> {
        match self {
            Self::Poll(_) => self.run_each(store, knobs, drive, &mut |_| false),
            Self::Async(guest) => p3::run(store, guest, tasks, knobs, drive),
        }
    }

    /// As [`World::run`], and calls `run` of the same instance again as long as there is
    /// `more` to do. A guest of WASI 0.3 is run once.
    pub fn run_each(
        &self,
        store: &mut Store<HostState>,
        knobs: &[u64],
        drive: Drive<'_>,
        more: &mut dyn FnMut(&mut HostState) -> bool,
    ) -> Result<Result<(), executor::Failure>> {
        let guest = match self {
            Self::Poll(guest) => guest,
            Self::Async(_) => {
                let tasks = store.data().simulation.tasks();
                return self.run(store, tasks, knobs, drive);
            }
        };
        let call = async {
            let guest: Guest = guest.instantiate_async(&mut *store).await?;
            loop {
                let tasks = store.data().simulation.tasks();
                let executor = guest.pollbench_bench_executor();
                let result = executor.call_run(&mut *store, tasks, knobs).await?;
                if result.is_err() || !more(store.data_mut()) {
                    return Ok(result);
                }
            }
        };
        drive.drive(call)
    }
}
