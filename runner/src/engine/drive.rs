use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::Result;

use super::limits::LimitReached;
use super::ticker::Deadline;

/// Polls a call by hand until its time is up. Whoever makes it pending has woken it
/// already, so it is polled again at once.
pub fn drive<R>(call: impl Future<Output = Result<R>>, deadline: &Deadline) -> Result<R> {
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
