use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Executor, Handle, PollHost, Pollable, Reactor, TimerHeap, TimerKey, Timers, Token};

/// Resolves once a pollable is ready. Dropping it earlier cancels the wait.
pub struct Ready<'a, R: Reactor, H: PollHost, T: Timers<Token> = TimerHeap<Token>> {
    executor: &'a Executor<R, H, T>,
    handle: Handle,
    state: Waiting<R::Key>,
}

/// The state of a [`Ready`], which registers when it is first polled.
enum Waiting<K> {
    Start,
    Registered(Token, K),
    Finished,
}

/// Resolves once a time has passed. Dropping it earlier cancels the timer.
pub struct Sleep<'a, R: Reactor, H: PollHost, T: Timers<Token> = TimerHeap<Token>> {
    executor: &'a Executor<R, H, T>,
    state: Sleeping<'a, R, H, T>,
}

/// The state of a [`Sleep`], which reads the clock when it is first polled.
enum Sleeping<'a, R: Reactor, H: PollHost, T: Timers<Token>> {
    /// Not polled yet, with the duration in nanoseconds.
    Start(u64),
    /// Waiting in the executor's timers.
    Queued(Token, TimerKey),
    /// Waiting for a pollable of its own, which must be dropped after the registration.
    Own(Ready<'a, R, H, T>, Pollable<H>),
    Finished,
}

// No field is ever pinned, whatever the host is.
impl<R: Reactor, H: PollHost, T: Timers<Token>> Unpin for Sleep<'_, R, H, T> {}

impl<'a, R: Reactor, H: PollHost, T: Timers<Token>> Ready<'a, R, H, T> {
    pub(crate) fn new(executor: &'a Executor<R, H, T>, handle: Handle) -> Self {
        Self { executor, handle, state: Waiting::Start }
    }

    fn register(&mut self, cx: &Context<'_>) {
        let (token, key) = self.executor.register(self.handle, cx.waker());
        self.state = Waiting::Registered(token, key);
    }
}

impl<'a, R: Reactor, H: PollHost, T: Timers<Token>> Sleep<'a, R, H, T> {
    pub(crate) fn new(executor: &'a Executor<R, H, T>, nanoseconds: u64) -> Self {
        Self { executor, state: Sleeping::Start(nanoseconds) }
    }

    fn start(&mut self, nanoseconds: u64, cx: &mut Context<'_>) {
        let deadline = self.executor.host().now().saturating_add(nanoseconds);
        if self.executor.timers_are_pollables() {
            return self.start_own(deadline, cx);
        }
        let (token, key) = self.executor.register_timer(deadline, cx.waker());
        self.state = Sleeping::Queued(token, key);
    }

    #[cold]
    fn start_own(&mut self, deadline: u64, cx: &mut Context<'_>) {
        let host = self.executor.host();
        let pollable = Pollable::timer(host, deadline);
        let mut ready = Ready::new(self.executor, pollable.handle());
        ready.register(cx);
        self.state = Sleeping::Own(ready, pollable);
    }
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Future for Ready<'_, R, H, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.state {
            Waiting::Start => self.register(cx),
            Waiting::Registered(token, _) => {
                if self.executor.take_completion(token, cx.waker()) {
                    self.state = Waiting::Finished;
                    return Poll::Ready(());
                }
            }
            Waiting::Finished => return Poll::Ready(()),
        }
        Poll::Pending
    }
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Future for Sleep<'_, R, H, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let executor = self.executor;
        match &mut self.state {
            Sleeping::Start(nanoseconds) => {
                let nanoseconds = *nanoseconds;
                self.start(nanoseconds, cx);
            }
            Sleeping::Queued(token, _) => {
                if executor.take_completion(*token, cx.waker()) {
                    self.state = Sleeping::Finished;
                    return Poll::Ready(());
                }
            }
            Sleeping::Own(ready, _) => return Pin::new(ready).poll(cx),
            Sleeping::Finished => return Poll::Ready(()),
        }
        Poll::Pending
    }
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Drop for Ready<'_, R, H, T> {
    fn drop(&mut self) {
        if let Waiting::Registered(token, key) = self.state {
            self.executor.deregister(token, key);
        }
    }
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Drop for Sleep<'_, R, H, T> {
    fn drop(&mut self) {
        if let Sleeping::Queued(token, key) = self.state {
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
