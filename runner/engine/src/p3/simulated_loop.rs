//! What happens between two turns of the engine's event loop.

use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll};

use pollbench_simulation::agenda::Woken;
use pollbench_simulation::simulation::Violation;
use wasmtime::Result;
use wasmtime::component::Accessor;

use crate::host_state::HostState;
use crate::limits::LimitReached;
use crate::profile::Call;
use crate::ticker::Deadline;

/// Polls the event loop by hand, and lets the host yield to its runtime in between.
pub struct SimulatedLoop {
    woken: Woken,
    /// Whether the loop has returned, because it has nothing to do or lets the embedder
    /// run, and now goes on.
    has_paused: Cell<bool>,
}

impl SimulatedLoop {
    /// For a simulation that notes in `woken` whether the loop has something to do.
    pub fn new(woken: Woken) -> Self {
        Self { woken, has_paused: Cell::new(false) }
    }

    /// Polls `run` until it ends or its time is up. Each poll of it has to call
    /// [`SimulatedLoop::act`].
    pub fn drive<R>(&self, run: impl Future<Output = Result<R>>, deadline: &Deadline) -> Result<R> {
        let mut run = pin!(run);
        let waker = self.woken.waker();
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(result) = run.as_mut().poll(&mut context) {
                return result;
            }
            if deadline.is_over() {
                return Err(LimitReached::Time.into());
            }
            self.has_paused.set(true);
        }
    }

    /// After a pause, lets the host yield to its runtime, from inside the event loop.
    pub fn act(&self, store: &Accessor<HostState>) -> std::result::Result<(), Violation> {
        if !self.has_paused.take() {
            return Ok(());
        }
        let acted = store.with(|mut store| self.go_on(store.get()));
        self.woken.clear();
        acted
    }

    /// What the host's runtime finds is the host's work; that time jumps is the driver's.
    fn go_on(&self, state: &mut HostState) -> std::result::Result<(), Violation> {
        if self.woken.is_set() {
            state.simulation.turn()?;
        }
        while !state.simulation.host_yields() {
            state.observed(Call::Driver, |state| state.simulation.jump())?;
        }
        Ok(())
    }
}
