use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// The time limit passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time was up")
    }
}

impl Error for Elapsed {}

/// Every task waits, and none of them for anything that the host could report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every task waits, and for nothing that the host could report")
    }
}

impl Error for Stalled {}

/// Resolves to the position and the output of the first future to end, and drops the
/// others. Each wake-up polls all of the futures, so for many pollables `ready_any` is
/// cheaper.
///
/// # Panics
/// If there are no futures.
pub async fn race<F: Future>(futures: impl IntoIterator<Item = F>) -> (usize, F::Output) {
    let mut futures: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    assert!(!futures.is_empty(), "nothing to wait for");
    poll_fn(|cx| {
        for (position, future) in futures.iter_mut().enumerate() {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready((position, output));
            }
        }
        Poll::Pending
    })
    .await
}

/// Resolves to the outputs of all futures, in their order. Each wake-up polls every future
/// that has not ended, so for many pollables `ready_all` is cheaper, and futures with much
/// work are better spawned as tasks.
pub async fn join<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<Joined<F>> =
        futures.into_iter().map(|future| Joined::Running(Box::pin(future))).collect();
    poll_fn(|cx| {
        let mut ended = true;
        for joined in &mut futures {
            if let Joined::Running(future) = joined {
                match future.as_mut().poll(cx) {
                    Poll::Ready(output) => *joined = Joined::Ended(output),
                    Poll::Pending => ended = false,
                }
            }
        }
        if ended { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let outputs = futures.into_iter().map(|joined| match joined {
        Joined::Ended(output) => output,
        Joined::Running(_) => unreachable!("all have ended"),
    });
    outputs.collect()
}

enum Joined<F: Future> {
    Running(Pin<Box<F>>),
    Ended(F::Output),
}
