use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pollbench_foreign::Woken;
use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use wasi::io::poll::Pollable;

/// Resolves once a pollable is ready. Dropping the token ends the wait.
pub struct Ready {
    pollable: Option<Pollable>,
    token: Option<CancelOnDropToken>,
    woken: Woken,
}

impl Ready {
    pub fn new(pollable: Pollable) -> Self {
        Self { pollable: Some(pollable), token: None, woken: Woken::default() }
    }
}

impl Future for Ready {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pollable) = self.pollable.take() {
            let token = push_waker_and_get_token(pollable, self.woken.waker());
            self.token = Some(token.into());
        }
        self.woken.poll(cx)
    }
}
