use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use quanta::Clock;

/// Notes when the host's runtime wakes a component that waits. That is the moment from which
/// the host knows that something is ready.
#[derive(Default)]
pub struct Wakes {
    /// What wakes the runtime's task, kept from one wait to the next.
    kept: Option<(Waker, Arc<Stamping>)>,
}

struct Stamping {
    inner: Waker,
    clock: Clock,
    /// The time stamp of the first wake since it was taken; 0 for none.
    woken: AtomicU64,
}

impl Wakes {
    /// A waker that notes the time and then wakes the task of `cx`.
    pub fn waker(&mut self, cx: &Context<'_>, clock: &Clock) -> Waker {
        match &self.kept {
            Some((waker, stamping)) if stamping.inner.will_wake(cx.waker()) => waker.clone(),
            _ => {
                let (inner, clock) = (cx.waker().clone(), clock.clone());
                let stamping = Arc::new(Stamping { inner, clock, woken: AtomicU64::new(0) });
                let waker = Waker::from(stamping.clone());
                self.kept = Some((waker.clone(), stamping));
                waker
            }
        }
    }

    /// The time stamp of the first wake since this was last asked.
    pub fn take(&self) -> Option<u64> {
        let (_, stamping) = self.kept.as_ref()?;
        Some(stamping.woken.swap(0, Relaxed)).filter(|it| *it != 0)
    }
}

impl Wake for Stamping {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.woken.load(Relaxed) == 0 {
            self.woken.store(self.clock.raw(), Relaxed);
        }
        self.inner.wake_by_ref();
    }
}
