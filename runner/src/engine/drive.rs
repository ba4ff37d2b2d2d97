use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Polls a call by hand. Whoever makes it pending has woken it already, so it is
/// polled again at once.
pub fn drive<R>(call: impl Future<Output = R>) -> R {
    let mut call = pin!(call);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = call.as_mut().poll(&mut context) {
            return result;
        }
    }
}
