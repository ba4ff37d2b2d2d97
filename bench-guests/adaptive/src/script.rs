use std::time::Duration;

use pollbench_adaptive_executor::{Executor, yield_now};
use pollbench_executor::{Driver, Failure, Handle, Pollable, Step, Stream};

/// Runs tasks 0 up to `tasks`, and those they spawn.
pub fn run<H: Driver>(executor: Executor<H>, tasks: u32) -> Result<(), Failure> {
    for number in 0..tasks {
        executor.spawn_detached(task(executor.clone(), number));
    }
    executor.run().map_err(|stalled| Failure::Failed(stalled.to_string()))
}

async fn task<H: Driver>(executor: Executor<H>, number: u32) {
    // SAFETY: the handles come from steps, and the host gives their pollables away.
    let own = |handle: Handle| unsafe { Pollable::adopt(executor.host(), handle) };
    let mut kept = None;
    let mut outcome = 0;
    loop {
        let step = executor.host().next(number, outcome);
        if step != Step::Again {
            kept = None;
        }
        outcome = 0;
        match step {
            Step::Wait(handle) => executor.ready(kept.insert(own(handle))).await,
            Step::Again => {
                executor.ready(kept.as_ref().expect("`again` follows `wait` or `again`")).await;
            }
            Step::Sleep(nanoseconds) => executor.sleep(Duration::from_nanos(nanoseconds)).await,
            Step::Timeout(handle, nanoseconds) => {
                let limit = Duration::from_nanos(nanoseconds);
                outcome = u32::from(!executor.ready_within(&own(handle), limit).await);
            }
            Step::Yield => yield_now().await,
            Step::Race(handles) => {
                let pollables: Vec<_> = handles.into_iter().map(own).collect();
                outcome = executor.ready_any(&pollables).await as u32;
            }
            Step::Join(handles) => {
                let pollables: Vec<_> = handles.into_iter().map(own).collect();
                executor.ready_all(&pollables).await;
            }
            Step::Spawn(other) => executor.spawn_detached(task(executor.clone(), other)),
            Step::Read(handle) => {
                // SAFETY: the host has given the stream away with the step.
                let mut stream = unsafe { Stream::adopt(executor.host(), handle) };
                executor.ready(stream.pollable()).await;
                while !stream.read() {
                    executor.ready(stream.pollable()).await;
                }
                outcome = stream.outcome();
            }
            Step::Done => return,
        }
    }
}
