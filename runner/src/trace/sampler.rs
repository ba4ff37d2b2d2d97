use std::sync::Arc;
use std::time::Duration;

use quanta::Clock;
use wasmtime::{CallHook, Engine, Result, StoreContextMut, UpdateDeadline, WasmBacktrace};

use super::view::view;
use crate::command::Host;
use crate::engine::{Pacer, StackSamples, Ticks};

/// How often it is looked whether a component is to be ended, while it runs.
const LOOK: Duration = Duration::from_millis(50);

/// Looks at a component's stack at regular times, in all of its instances.
pub struct Sampler {
    ticks: Arc<Ticks>,
    samples: StackSamples,
    _pacer: Pacer,
}

impl Sampler {
    /// Begins to move the epoch of an engine.
    pub fn start(engine: &Engine) -> Self {
        let ticks = Arc::<Ticks>::default();
        let pacer = Pacer::start(engine, ticks.clone());
        Self { ticks, samples: StackSamples::default(), _pacer: pacer }
    }

    /// Whether a tick has come since the component was entered. It counts once.
    pub fn takes(&self) -> bool {
        self.ticks.take()
    }

    /// Notes a crossing between component and host.
    pub fn cross(&self, hook: CallHook) {
        self.ticks.cross(hook);
    }

    /// Adds what was seen.
    pub fn add(&mut self, stack: &WasmBacktrace) {
        self.samples.add(stack);
    }

    /// What was seen.
    pub fn finish(self) -> StackSamples {
        self.samples
    }
}

/// Looks at the component's stack, if a tick has come since it was entered.
pub fn sample(store: &mut StoreContextMut<'_, Host>) {
    if view(store.data_mut()).watch.begins_to_sample() {
        let stack = WasmBacktrace::capture(&*store);
        view(store.data_mut()).watch.sampled(&stack);
    }
}

/// What is done when the epoch moves while the component runs: from time to time it is suspended,
/// so that it can be ended.
pub fn at_epoch(clock: Clock) -> impl FnMut(StoreContextMut<'_, Host>) -> Result<UpdateDeadline> {
    let mut looked = clock.raw();
    move |mut store| {
        // The engine calls this as it calls a function of the host, so that the stack was looked at
        // when the component was left.
        view(store.data_mut()).watch.is_at_epoch();
        let now = clock.raw();
        if clock.delta(looked, now) < LOOK {
            return Ok(UpdateDeadline::Continue(1));
        }
        looked = now;
        Ok(UpdateDeadline::Yield(1))
    }
}
