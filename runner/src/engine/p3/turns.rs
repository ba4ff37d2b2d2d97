//! What happens between two turns of the engine's event loop.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use wasmtime::Result;
use wasmtime::component::Accessor;

use crate::engine::host::HostState;
use crate::engine::limits::LimitReached;
use crate::engine::profile::Call;
use crate::engine::ticker::Deadline;
use pollbench_simulation::simulation::{Simulation, Violation};

/// Polls the event loop by hand, and lets time jump when nothing is left to do.
#[derive(Default)]
pub struct Turns {
    pause: Cell<Option<Pause>>,
}

/// Why the loop came back.
#[derive(Clone, Copy)]
enum Pause {
    /// It has nothing to do: whatever goes on waits for an event.
    Idle,
    /// The guest gave up its turn, and the loop lets the embedder run.
    Yielded,
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl Turns {
    /// Polls `run`, in which something calls [`Turns::act`] each time, to its end or until its
    /// time is up.
    pub fn drive<R>(&self, run: impl Future<Output = Result<R>>, deadline: &Deadline) -> Result<R> {
        let mut run = pin!(run);
        let woken = Arc::new(Flag::default());
        let waker = Waker::from(woken.clone());
        let mut context = Context::from_waker(&waker);
        loop {
            woken.0.store(false, Relaxed);
            if let Poll::Ready(result) = run.as_mut().poll(&mut context) {
                return result;
            }
            if deadline.is_over() {
                return Err(LimitReached::Time.into());
            }
            let again = woken.0.load(Relaxed);
            self.pause.set(Some(if again { Pause::Yielded } else { Pause::Idle }));
        }
    }

    /// Does, inside the event loop, what is to be done after a pause.
    pub fn act(&self, store: &Accessor<HostState>) -> std::result::Result<(), Violation> {
        let act = match self.pause.take() {
            None => return Ok(()),
            Some(Pause::Idle) => Simulation::jump,
            Some(Pause::Yielded) => Simulation::turn,
        };
        store.with(|mut store| {
            store.get().observed(Call::Driver, |state| act(&mut state.simulation))
        })
    }
}
