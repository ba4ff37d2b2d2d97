use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Context;
use std::time::Duration;

use quanta::Clock;
use wasmtime::Result;

use super::Real;
use crate::engine::host::{HostState, processor_time};

/// What happens between two turns of the engine's event loop on a real runtime.
pub struct Loop {
    clock: Clock,
    /// When the loop has returned to the runtime, and its time on a processor then.
    paused: Cell<Option<(u64, Option<Duration>)>>,
}

impl Loop {
    /// With the clock of the run's observer.
    pub fn new(clock: Clock) -> Self {
        Self { clock, paused: Cell::default() }
    }

    /// Notes when the loop returns to the runtime.
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

    /// Inside the loop: what happens in the world happens, and `cx` is woken when more
    /// will.
    pub fn act(&self, state: &mut HostState, cx: &mut Context<'_>) -> Result<()> {
        let HostState { simulation, observer, real, .. } = state;
        if let Some((since, processor)) = self.paused.take() {
            observer.has_waited(since, processor);
        }
        let Some(real) = real else { return Ok(()) };
        observer.begin(crate::engine::profile::Call::Driver);
        let world = Real::poll_world(real, simulation, cx);
        observer.end();
        world.map(drop)
    }
}
