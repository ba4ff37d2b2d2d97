use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use pollbench_executor::{Driver, Handle, Pollable, Step, Stream};

use crate::event_loop::{Callback, EventLoop};
use crate::holder::{Holder, Promise, Then};
use crate::timer_queue::MILLISECOND;

/// Runs a task: asks the host for the next step and does it, until the task is done.
pub async fn task<H: Driver>(event_loop: EventLoop<H>, number: u32) {
    // SAFETY: the handles come from steps, and the host gives their pollables away.
    let own = |handle: Handle| unsafe { Pollable::adopt(event_loop.host(), handle) };
    let mut kept = None;
    let mut outcome = 0;
    loop {
        let step = event_loop.host().next(number, outcome);
        if step != Step::Again {
            kept = None;
        }
        outcome = match step {
            Step::Wait(handle) => {
                kept = Some(own(handle));
                wait(&event_loop, handle).await
            }
            Step::Again => {
                let pollable: &Pollable<H> = kept.as_ref().expect("`again` follows `wait`");
                wait(&event_loop, pollable.handle()).await
            }
            Step::Sleep(nanoseconds) => {
                let promise = event_loop.promise(1);
                event_loop.set_timer(milliseconds(nanoseconds), Callback::Resolve(promise.clone()));
                resolved(&promise).await
            }
            Step::Timeout(handle, nanoseconds) => {
                timeout(&event_loop, own(handle), nanoseconds).await
            }
            Step::Yield => yield_now(&event_loop).await,
            Step::Race(handles) => when_any(&event_loop, handles.into_iter().map(own)).await,
            Step::Join(handles) => {
                let promise = event_loop.promise(handles.len());
                register_all(&event_loop, handles.into_iter().map(own), &promise);
                resolved(&promise).await;
                0
            }
            Step::Spawn(other) => {
                event_loop.start(other);
                0
            }
            Step::Read(handle) => {
                // SAFETY: the host has given the stream away with the step.
                let mut stream = unsafe { Stream::adopt(event_loop.host(), handle) };
                loop {
                    wait(&event_loop, stream.pollable().handle()).await;
                    if stream.read() {
                        break stream.outcome();
                    }
                }
            }
            Step::Done => return,
        };
    }
}

/// Resolves to the number of the event that resolved the promise.
async fn resolved(promise: &Promise) -> u32 {
    poll_fn(|_| promise.outcome().map_or(Poll::Pending, Poll::Ready)).await
}

/// `RegisterWasiPollable` with `ownsPollable: false`.
async fn wait<H: Driver>(event_loop: &EventLoop<H>, handle: Handle) -> u32 {
    let promise = event_loop.promise(1);
    event_loop.register(Holder::borrowing(handle, Then::Resolve(promise.clone(), 0)));
    resolved(&promise).await
}

/// `RegisterWasiPollable` with the token of a `CancellationTokenSource(TimeSpan)`,
/// which is disposed of at the end.
async fn timeout<H: Driver>(
    event_loop: &EventLoop<H>,
    pollable: Pollable<H>,
    nanoseconds: u64,
) -> u32 {
    let promise = event_loop.promise(1);
    let holder = Holder::owning(pollable, Then::Resolve(promise.clone(), 0));
    let holder = event_loop.register(holder);
    let timer = event_loop.set_timer(milliseconds(nanoseconds), Callback::Cancel(holder));
    let outcome = resolved(&promise).await;
    event_loop.delete_timer(timer);
    outcome
}

/// `Task.WhenAny`; the other waits are cancelled afterwards.
async fn when_any<H: Driver>(
    event_loop: &EventLoop<H>,
    pollables: impl Iterator<Item = Pollable<H>>,
) -> u32 {
    let promise = event_loop.promise(1);
    let holders = register_all(event_loop, pollables, &promise);
    let first = resolved(&promise).await;
    for holder in holders {
        holder.dispose();
    }
    first
}

fn register_all<H: Driver>(
    event_loop: &EventLoop<H>,
    pollables: impl Iterator<Item = Pollable<H>>,
    promise: &Rc<Promise>,
) -> Vec<Rc<Holder<H>>> {
    let register = |(number, pollable)| {
        let then = Then::Resolve(promise.clone(), number);
        event_loop.register(Holder::owning(pollable, then))
    };
    (0..).zip(pollables).map(register).collect()
}

/// `Task.Yield`: the task goes to the end of the queue.
async fn yield_now<H: Driver>(event_loop: &EventLoop<H>) -> u32 {
    let mut yielded = false;
    poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(0);
        }
        event_loop.queue_running();
        Poll::Pending
    })
    .await
}

/// .NET's timers count whole milliseconds of a clock that is rounded down, so a task that
/// must not wake early asks for one millisecond more.
fn milliseconds(nanoseconds: u64) -> u64 {
    nanoseconds.div_ceil(MILLISECOND) + 1
}
