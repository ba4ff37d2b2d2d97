use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// One wait in a crate that tells by waking, and only that, that a pollable is ready: each has
/// a waker of its own.
#[derive(Default)]
pub struct Woken(Arc<State>);

#[derive(Default)]
struct State {
    is_ready: AtomicBool,
    task: AtomicWaker,
}

impl Wake for State {
    fn wake(self: Arc<Self>) {
        self.is_ready.store(true, Relaxed);
        self.task.wake();
    }
}

impl Woken {
    /// The waker to hand to the crate.
    pub fn waker(&self) -> Waker {
        self.0.clone().into()
    }

    /// Resolves once the waker has been woken.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.task.register(cx.waker());
        if self.0.is_ready.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
    }
}
