//! Looks at a guest's stack at regular times.
//!
//! A thread moves the engine's epoch while the guest runs, and the guest notices that where
//! it enters a function or begins a round of a loop, or when it calls the host. Its stack is
//! looked at there. What the host does is not sampled: a tick comes only while the guest's own
//! code runs.

mod pacer;
mod stacks;

use std::sync::Arc;

use pollbench_simulation::simulation::Edge;
use wasmtime::{CallHook, Result, Store, StoreContextMut, UpdateDeadline, WasmBacktrace};

use super::host_state::HostState;
use super::limits::LimitReached;
use super::ticker::Deadline;
pub use pacer::{PERIOD, Pacer, Ticks};
pub use stacks::{SampledNode, StackSamples};

/// What samples a run.
pub struct Sampler {
    ticks: Arc<Ticks>,
    within: bool,
    deadline: Deadline,
    samples: StackSamples,
}

impl Sampler {
    /// Begins to sample the run of a store, whose engine has epochs.
    pub(super) fn watch(store: &mut Store<HostState>, deadline: &Deadline) -> Pacer {
        let ticks = Arc::<Ticks>::default();
        store.data_mut().sampler = Some(Box::new(Self {
            ticks: ticks.clone(),
            within: false,
            deadline: deadline.clone(),
            samples: StackSamples::default(),
        }));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|store| {
            sample(store)?;
            Ok(UpdateDeadline::Continue(1))
        });
        let crossed = ticks.clone();
        store.call_hook(move |store, hook| {
            // The last chance: after this the guest's stack is another one.
            if matches!(hook, CallHook::CallingHost) {
                sample(store)?;
            }
            crossed.cross(hook);
            Ok(())
        });
        Pacer::start(store.engine(), ticks)
    }

    /// Notes that the measured window opens or closes.
    pub(super) fn at_edge(&mut self, edge: Edge) {
        self.within = edge == Edge::Opens;
    }

    /// What was seen in the measured window.
    pub(super) fn finish(self) -> StackSamples {
        self.samples
    }
}

/// Looks at the stack, if a tick has come since the guest was entered.
///
/// # Errors
///
/// If the time of the run is up, which ends it.
fn sample(mut store: StoreContextMut<'_, HostState>) -> Result<()> {
    let Some(sampler) = store.data().sampler.as_ref().filter(|it| it.ticks.take()) else {
        return Ok(());
    };
    if sampler.deadline.is_over() {
        return Err(LimitReached::Time.into());
    }
    if !sampler.within {
        return Ok(());
    }
    let stack = WasmBacktrace::capture(&store);
    if let Some(sampler) = &mut store.data_mut().sampler {
        sampler.samples.add(&stack);
    }
    Ok(())
}
