use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use pollbench_executor::{Handle, PollHost, Pollable, Token};

use crate::Executor;
use crate::reactor::TIMER;
use crate::timers::TimerKey;

/// Waits for handles and a timer, and resolves to the member that completed the wait. It
/// registers when it is first polled; dropping it before it resolves cancels it.
pub(crate) struct WaitFuture<'a, H: PollHost> {
    executor: &'a Executor<H>,
    handles: Handles,
    nanoseconds: Option<u64>,
    /// How many of the members have to happen: one or all.
    missing: u32,
    begun: Option<(Token, Option<TimerKey>)>,
}

/// Most waits are for one handle, which must not cost an allocation.
enum Handles {
    None,
    One([Handle; 1]),
    Many(Rc<[Handle]>),
}

impl Handles {
    fn as_slice(&self) -> &[Handle] {
        match self {
            Self::None => &[],
            Self::One(handle) => handle,
            Self::Many(handles) => handles,
        }
    }
}

/// A duration in nanoseconds, at most `u64::MAX`, which is 584 years.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl<'a, H: PollHost> WaitFuture<'a, H> {
    pub fn one(executor: &'a Executor<H>, handle: Handle) -> Self {
        Self::new(executor, Handles::One([handle]), None, 1)
    }

    pub fn timer(executor: &'a Executor<H>, nanoseconds: u64) -> Self {
        Self::new(executor, Handles::None, Some(nanoseconds), 1)
    }

    pub fn one_or_timer(executor: &'a Executor<H>, handle: Handle, nanoseconds: u64) -> Self {
        Self::new(executor, Handles::One([handle]), Some(nanoseconds), 1)
    }

    pub fn any(executor: &'a Executor<H>, pollables: &[Pollable<H>]) -> Self {
        Self::new(executor, many(pollables), None, 1)
    }

    pub fn all(executor: &'a Executor<H>, pollables: &[Pollable<H>]) -> Self {
        Self::new(executor, many(pollables), None, pollables.len() as u32)
    }

    fn new(
        executor: &'a Executor<H>,
        handles: Handles,
        nanoseconds: Option<u64>,
        missing: u32,
    ) -> Self {
        Self { executor, handles, nanoseconds, missing, begun: None }
    }
}

fn many<H: PollHost>(pollables: &[Pollable<H>]) -> Handles {
    Handles::Many(pollables.iter().map(Pollable::handle).collect())
}

impl<H: PollHost> Future for WaitFuture<'_, H> {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let mut reactor = self.executor.reactor().borrow_mut();
        let Some((token, timer)) = self.begun else {
            let token = match &self.handles {
                Handles::Many(handles) if self.missing > 1 => {
                    reactor.begin_join(handles.clone(), cx.waker())
                }
                _ => reactor.begin(cx.waker()),
            };
            for (member, handle) in (0..TIMER).zip(self.handles.as_slice()) {
                reactor.add(token, *handle, member);
            }
            let timer = self.nanoseconds.map(|duration| reactor.add_timer(token, duration));
            drop(reactor);
            self.begun = Some((token, timer));
            return Poll::Pending;
        };
        let Some(winner) = reactor.winner(token, cx.waker()) else { return Poll::Pending };
        match (&self.handles, timer) {
            // The registration ended when the handle was reported.
            (Handles::One(_), None) => reactor.end(token, &[], None),
            (handles, timer) => reactor.end(token, handles.as_slice(), timer),
        }
        drop(reactor);
        self.begun = None;
        Poll::Ready(winner)
    }
}

impl<H: PollHost> Drop for WaitFuture<'_, H> {
    fn drop(&mut self) {
        if let Some((token, timer)) = self.begun {
            self.executor.reactor().borrow_mut().end(token, self.handles.as_slice(), timer);
        }
    }
}
