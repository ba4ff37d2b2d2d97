//! The host's script as a future.

use std::pin::pin;

use futures::future::{Either, join_all, select, select_all};

use crate::component::bindings::pollbench::bench::async_driver::{Step, next, ready, sleep};
use crate::tasks::Tasks;

/// Runs a task: asks the host for the next step and does it, until the task is done.
pub async fn task(tasks: Tasks, number: u32) {
    let mut outcome = 0;
    loop {
        outcome = match next(number, outcome).await {
            Step::Resumed => 0,
            Step::Sleep(nanoseconds) => {
                sleep(nanoseconds).await;
                0
            }
            Step::Timeout((event, nanoseconds)) => timeout(event, nanoseconds).await,
            Step::Yield => {
                wit_bindgen::yield_async().await;
                0
            }
            Step::Race(events) => race(events).await,
            Step::Join(events) => {
                join_all(events.into_iter().map(ready)).await;
                0
            }
            Step::Spawn(other) => {
                tasks.spawn(other);
                0
            }
            Step::Done => return,
        };
    }
}

/// Resolves to 0 when the event has happened, and to 1 when the time limit passed first.
async fn timeout(event: u32, nanoseconds: u64) -> u32 {
    match select(pin!(ready(event)), pin!(sleep(nanoseconds))).await {
        Either::Left(_) => 0,
        Either::Right(_) => 1,
    }
}

/// Resolves to the position of the first event that has happened.
async fn race(events: Vec<u32>) -> u32 {
    let (_, first, _) = select_all(events.into_iter().map(|event| Box::pin(ready(event)))).await;
    first as u32
}
