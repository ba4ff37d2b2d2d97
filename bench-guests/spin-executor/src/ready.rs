use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake};

use futures_util::task::AtomicWaker;
use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use wasi::io::poll::Pollable;

/// Resolves once a pollable is ready. spin-executor tells by waking, and only
/// that, so each wait has a waker of its own; dropping the token cancels it.
pub struct Ready {
    pollable: Option<Pollable>,
    token: Option<CancelOnDropToken>,
    woken: Arc<Woken>,
}

#[derive(Default)]
struct Woken {
    is_ready: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_ready.store(true, Relaxed);
        self.task.wake();
    }
}

impl Ready {
    pub fn new(pollable: Pollable) -> Self {
        Self { pollable: Some(pollable), token: None, woken: Arc::default() }
    }
}

impl Future for Ready {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.woken.task.register(cx.waker());
        if let Some(pollable) = self.pollable.take() {
            let token = push_waker_and_get_token(pollable, self.woken.clone().into());
            self.token = Some(token.into());
        }
        if self.woken.is_ready.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
    }
}
