use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::runtime::Runtime;
use wasmtime::Result;

use super::limits::LimitReached;
use super::ticker::Deadline;

/// What polls a call into the guest.
#[derive(Clone, Copy)]
pub enum Drive<'a> {
    /// This thread, again and again: a pending call has always been woken already.
    ByHand(&'a Deadline),
    /// A real runtime. The host on it ends a run whose time is up.
    Runtime(&'a Runtime),
}

impl Drive<'_> {
    /// Polls a call until it has returned or its time is up.
    pub fn drive<R>(self, call: impl Future<Output = Result<R>>) -> Result<R> {
        let deadline = match self {
            Self::ByHand(deadline) => deadline,
            Self::Runtime(runtime) => return runtime.block_on(call),
        };
        let mut call = pin!(call);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(result) = call.as_mut().poll(&mut context) {
                return result;
            }
            if deadline.is_over() {
                return Err(LimitReached::Time.into());
            }
        }
    }
}
