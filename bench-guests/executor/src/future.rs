use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::timers::TimerKey;
use crate::{Executor, Handle, PollHost, Reactor, Token};

/// Resolves once a pollable is ready. Dropping it earlier cancels the wait.
pub struct Ready<'a, R: Reactor, H: PollHost> {
    executor: &'a Executor<R, H>,
    handle: Handle,
    state: State<R::Key>,
}

/// Resolves once a time has passed. Dropping it earlier cancels the timer.
pub struct Sleep<'a, R: Reactor, H: PollHost> {
    executor: &'a Executor<R, H>,
    nanoseconds: u64,
    state: State<TimerKey>,
}

enum State<K> {
    Start,
    Waiting(Token, K),
    Finished,
}

impl<'a, R: Reactor, H: PollHost> Ready<'a, R, H> {
    pub(crate) fn new(executor: &'a Executor<R, H>, handle: Handle) -> Self {
        Self { executor, handle, state: State::Start }
    }
}

impl<'a, R: Reactor, H: PollHost> Sleep<'a, R, H> {
    pub(crate) fn new(executor: &'a Executor<R, H>, nanoseconds: u64) -> Self {
        Self { executor, nanoseconds, state: State::Start }
    }
}

impl<K: Copy> State<K> {
    /// Registers when first polled, then waits for the completion.
    fn poll<R: Reactor, H: PollHost>(
        &mut self,
        executor: &Executor<R, H>,
        cx: &Context<'_>,
        register: impl FnOnce() -> (Token, K),
    ) -> Poll<()> {
        match *self {
            Self::Start => {
                let (token, key) = register();
                *self = Self::Waiting(token, key);
                Poll::Pending
            }
            Self::Waiting(token, _) if executor.take_completion(token, cx.waker()) => {
                *self = Self::Finished;
                Poll::Ready(())
            }
            Self::Waiting(..) => Poll::Pending,
            Self::Finished => Poll::Ready(()),
        }
    }
}

impl<R: Reactor, H: PollHost> Future for Ready<'_, R, H> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (executor, handle) = (self.executor, self.handle);
        self.state.poll(executor, cx, || executor.register(handle, cx.waker()))
    }
}

impl<R: Reactor, H: PollHost> Future for Sleep<'_, R, H> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (executor, nanoseconds) = (self.executor, self.nanoseconds);
        self.state.poll(executor, cx, || {
            let deadline = executor.host().now().saturating_add(nanoseconds);
            executor.register_timer(deadline, cx.waker())
        })
    }
}

impl<R: Reactor, H: PollHost> Drop for Ready<'_, R, H> {
    fn drop(&mut self) {
        if let State::Waiting(token, key) = self.state {
            self.executor.deregister(token, key);
        }
    }
}

impl<R: Reactor, H: PollHost> Drop for Sleep<'_, R, H> {
    fn drop(&mut self) {
        if let State::Waiting(token, key) = self.state {
            self.executor.deregister_timer(token, key);
        }
    }
}

/// Resolves when every task that was runnable has run.
#[derive(Default)]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
