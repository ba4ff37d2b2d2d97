//! A real host: stock pollables on a real tokio runtime. The events of a workload are
//! descriptors that the simulation writes to, and timers are real.

mod alarm;
mod descriptor;
mod event_loop;
mod limit;

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pollbench_simulation::simulation::Simulation;
use tokio::runtime::{Builder, Runtime};
use wasmtime::Result;
use wasmtime_wasi::clocks::WasiClocksCtx;

use alarm::Alarm;
pub use descriptor::{Descriptor, Pool};
pub use event_loop::Loop;
pub use limit::raise_descriptor_limit;

use super::limits::LimitReached;
use super::observer::Observer;
use super::profile::Call;
use super::ticker::Deadline;

/// One of tokio's runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// With worker threads, as `wasmtime run` has it.
    MultiThread,
    /// All on one thread.
    CurrentThread,
}

impl Flavor {
    /// Starts a runtime.
    pub fn start(self) -> io::Result<Runtime> {
        let mut builder = match self {
            Self::MultiThread => Builder::new_multi_thread(),
            Self::CurrentThread => Builder::new_current_thread(),
        };
        builder.enable_all().build()
    }
}

/// What a run on a real host has beside the simulation.
pub struct Real {
    /// The pool of descriptors for pollables.
    pub pool: Pool,
    /// The real clocks.
    pub clocks: WasiClocksCtx,
    /// Goes off at `planned`, the time of the next event.
    next: Alarm,
    planned: Option<u64>,
    /// Goes off when the run's time is up.
    limit: Alarm,
    /// The run's deadline, which is over too when everything is to stop.
    deadline: Deadline,
}

impl Real {
    /// For a run that may take `limit`, or until its deadline is over. Has to be called
    /// within a runtime.
    pub fn new(limit: Duration, deadline: Deadline) -> io::Result<Self> {
        let mut up = Alarm::new()?;
        up.set(Some(limit));
        let (pool, clocks) = (Pool::default(), WasiClocksCtx::default());
        Ok(Self { pool, clocks, next: Alarm::new()?, planned: None, limit: up, deadline })
    }

    /// Makes what is due in the simulation happen; `cx` is woken when more is due. Returns
    /// whether anything has happened, or the error that the time is up.
    pub fn poll_world(
        &mut self,
        simulation: &mut Simulation,
        cx: &mut Context<'_>,
    ) -> Result<bool> {
        if self.limit.poll(cx) || self.deadline.is_over() {
            return Err(LimitReached::Time.into());
        }
        let mut has_happened = false;
        loop {
            let (next, happened) = simulation.catch_up();
            has_happened |= happened;
            if self.planned != next {
                self.planned = next;
                self.next.set(next.map(|next| Duration::from_nanos(simulation.until(next))));
            }
            if !self.next.poll(cx) {
                return Ok(has_happened);
            }
            self.planned = None;
        }
    }
}

/// Awaits a host function that blocks. Before each poll of it, what is due in the
/// simulation happens; when the guest learns of that is up to the runtime.
pub async fn blocking<R>(
    body: impl Future<Output = Result<R>>,
    real: &mut Real,
    simulation: &mut Simulation,
    observer: &mut Observer,
    call: Call,
) -> Result<R> {
    let mut body = pin!(body);
    let mut has_looked = false;
    poll_fn(|cx| {
        observer.begin(Call::Driver);
        let world = real.poll_world(simulation, cx);
        observer.begin(call);
        match world {
            Err(error) => return Poll::Ready(Err(error)),
            // The runtime's driver wakes the body when it has found what was written.
            Ok(true) if has_looked => {
                observer.waits();
                return Poll::Pending;
            }
            Ok(_) => {}
        }
        has_looked = true;
        if call == Call::Poll {
            simulation.looked();
        }
        let looked = body.as_mut().poll(cx);
        if looked.is_pending() {
            observer.waits();
        }
        looked
    })
    .await
}
