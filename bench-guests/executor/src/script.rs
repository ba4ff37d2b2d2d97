//! Runs the host's script: each task asks the driver what to do and does it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::{
    Driver, Executor, Failure, PollHost, Pollable, Reactor, Ready, Settings, Step, Stream,
    TimerChoice, Timers, Token, YieldNow,
};

/// Runs tasks 0 up to `tasks`, and those they spawn, over `reactor`.
pub fn run<R: Reactor, H: Driver>(host: H, reactor: R, tasks: u32) -> Result<(), Failure> {
    run_tasks(&Executor::new(host, reactor), tasks)
}

/// Like [`run`], on an executor with the given settings.
pub fn run_with<R: Reactor, H: Driver>(
    host: H,
    reactor: R,
    Settings { timers, busy_poll }: Settings,
    tasks: u32,
) -> Result<(), Failure> {
    let timers = TimerChoice::from(timers);
    run_tasks(&Executor::with(host, reactor, timers, busy_poll), tasks)
}

fn run_tasks<R: Reactor, H: Driver, T: Timers<Token>>(
    executor: &Executor<R, H, T>,
    tasks: u32,
) -> Result<(), Failure> {
    for number in 0..tasks {
        executor.spawn(task(executor.clone(), number));
    }
    executor.run().map_err(|_| "every task waits and nothing is registered".into())
}

async fn task<R: Reactor, H: Driver, T: Timers<Token>>(executor: Executor<R, H, T>, number: u32) {
    let mut kept = None;
    let mut outcome = 0;
    loop {
        let step = executor.host().next(number, outcome);
        if step != Step::Again {
            kept = None;
        }
        outcome = match step {
            Step::Wait(handle) => {
                // SAFETY: the host has given the pollable away with the step, which is used up.
                let pollable = unsafe { Pollable::adopt(executor.host(), handle) };
                let pollable = kept.insert(pollable);
                executor.ready(pollable).await;
                0
            }
            Step::Again => {
                let pollable = kept.as_ref().expect("`again` follows `wait` or `again`");
                executor.ready(pollable).await;
                0
            }
            Step::Sleep(nanoseconds) => {
                executor.sleep(nanoseconds).await;
                0
            }
            Step::Timeout(handle, nanoseconds) => {
                // SAFETY: the host has given the pollable away with the step, which is used up.
                let pollable = unsafe { Pollable::adopt(executor.host(), handle) };
                timeout(&executor, &pollable, nanoseconds).await
            }
            Step::Yield => {
                YieldNow::default().await;
                0
            }
            Step::Race(handles) => {
                // SAFETY: the host has given the pollable away with the step, which is used up.
                let pollables = unsafe { own(&executor, handles) };
                race(&executor, &pollables).await
            }
            Step::Join(handles) => {
                // SAFETY: the host has given the pollable away with the step, which is used up.
                let pollables = unsafe { own(&executor, handles) };
                join(&executor, &pollables).await;
                0
            }
            Step::Spawn(other) => {
                executor.spawn(task(executor.clone(), other));
                0
            }
            Step::Read(handle) => {
                // SAFETY: the host has given the stream away with the step, which is used up.
                let mut stream = unsafe { Stream::adopt(executor.host(), handle) };
                loop {
                    executor.ready(stream.pollable()).await;
                    if stream.read() {
                        break stream.outcome();
                    }
                }
            }
            Step::Done => return,
        };
    }
}

/// # Safety
/// That of [`Pollable::adopt`], for each handle.
unsafe fn own<R: Reactor, H: PollHost, T: Timers<Token>>(
    executor: &Executor<R, H, T>,
    handles: Vec<crate::Handle>,
) -> Vec<Pollable<H>> {
    // SAFETY: the caller upholds it for each handle.
    let adopt = |handle| unsafe { Pollable::adopt(executor.host(), handle) };
    handles.into_iter().map(adopt).collect()
}

/// Resolves to 0 when the pollable was ready, and to 1 when the time limit passed first.
async fn timeout<R: Reactor, H: PollHost, T: Timers<Token>>(
    executor: &Executor<R, H, T>,
    pollable: &Pollable<H>,
    nanoseconds: u64,
) -> u32 {
    let mut ready = executor.ready(pollable);
    let mut sleep = executor.sleep(nanoseconds);
    poll_fn(|cx| {
        if Pin::new(&mut ready).poll(cx).is_ready() {
            Poll::Ready(0)
        } else {
            Pin::new(&mut sleep).poll(cx).map(|()| 1)
        }
    })
    .await
}

/// Resolves to the position of the first pollable that is ready.
async fn race<R: Reactor, H: PollHost, T: Timers<Token>>(
    executor: &Executor<R, H, T>,
    pollables: &[Pollable<H>],
) -> u32 {
    let mut racers: Vec<Ready<R, H, T>> = pollables.iter().map(|p| executor.ready(p)).collect();
    poll_fn(|cx| {
        let first = racers.iter_mut().position(|racer| Pin::new(racer).poll(cx).is_ready());
        first.map_or(Poll::Pending, |position| Poll::Ready(position as u32))
    })
    .await
}

async fn join<R: Reactor, H: PollHost, T: Timers<Token>>(
    executor: &Executor<R, H, T>,
    pollables: &[Pollable<H>],
) {
    let mut waits: Vec<Ready<R, H, T>> = pollables.iter().map(|p| executor.ready(p)).collect();
    poll_fn(|cx| {
        waits.retain_mut(|wait| Pin::new(wait).poll(cx).is_pending());
        if waits.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
