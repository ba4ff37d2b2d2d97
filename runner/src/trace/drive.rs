use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use quanta::Clock;
use tokio::task::{JoinHandle, Unconstrained, unconstrained};

use super::pause::Pause;
use super::run::Limits;
use super::stop::{Stopped, until};

/// Awaits what a component does, until everything is to stop.
pub struct Driver {
    stopped: Pin<Box<Unconstrained<JoinHandle<Stopped>>>>,
    clock: Clock,
    pause: Pause,
}

impl Driver {
    /// Begins to count the time that the component has. How long it is suspended is added to
    /// `pause`.
    pub fn new(limits: Limits, clock: Clock, pause: Pause) -> Self {
        // It takes nothing of tokio's budget, which `poll` would report less for.
        let stopped = Box::pin(unconstrained(tokio::spawn(until(limits.time, limits.stop))));
        Self { stopped, clock, pause }
    }

    /// What comes of a future, or why everything is to stop before.
    pub async fn drive<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Stopped> {
        let Self { stopped, clock, pause } = self;
        let mut future = pin!(future);
        let mut suspended = None;
        poll_fn(|cx| {
            if let Some(since) = suspended.take() {
                pause.add(clock.raw().saturating_sub(since));
            }
            if let Poll::Ready(Ok(why)) = stopped.as_mut().poll(cx) {
                return Poll::Ready(Err(why));
            }
            let polled = future.as_mut().poll(cx).map(Ok);
            if polled.is_pending() {
                suspended = Some(clock.raw());
            }
            polled
        })
        .await
    }
}
