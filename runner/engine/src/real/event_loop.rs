use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Context;
use std::time::Duration;

use quanta::Clock;
use wasmtime::Result;

use super::Real;
use crate::host_state::HostState;
use crate::observer::processor_time;

/// What happens between two turns of the engine's event loop on a real runtime.
pub struct Loop {
    clock: Clock,
    /// The time stamp and the CPU time at which the loop has returned to the runtime.
    paused: Cell<Option<(u64, Option<Duration>)>>,
}

impl Loop {
    /// `clock` is that of the run's observer.
    pub fn new(clock: Clock) -> Self {
        Self { clock, paused: Cell::default() }
    }

    /// Polls `run`, and notes when its loop returns to the runtime.
    pub async fn drive<R>(&self, run: impl Future<Output = R>) -> R {
        let mut run = pin!(run);
        poll_fn(|cx| {
            let polled = run.as_mut().poll(cx);
            if polled.is_pending() {
                self.paused.set(Some((self.clock.raw(), processor_time())));
            }
            polled
        })
        .await
    }

    /// Makes what is due in the simulation happen, from inside the loop; `cx` is woken when
    /// more is due.
    pub fn act(&self, state: &mut HostState, cx: &mut Context<'_>) -> Result<()> {
        let HostState { simulation, observer, real, .. } = state;
        if let Some((since, processor)) = self.paused.take() {
            observer.has_waited(since, processor);
        }
        let Some(real) = real else { return Ok(()) };
        observer.begin(crate::profile::Call::Driver);
        let world = Real::poll_world(real, simulation, cx);
        observer.end();
        world.map(drop)
    }
}
