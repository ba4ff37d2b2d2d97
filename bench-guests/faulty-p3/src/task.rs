//! The host's script as a future that makes a mistake.

use std::future::pending;
use std::pin::pin;

use futures::future::{Either, join, join_all, select, select_all};

use crate::Fault;
use crate::component::bindings::pollbench::bench::async_driver::{Step, next, ready, sleep};

/// Does what the host says, but for `fault`. It spawns no tasks.
pub async fn task(number: u32, fault: Fault) {
    let mut outcome = 0;
    loop {
        outcome = match step(number, outcome, fault).await {
            Step::Resumed if fault == Fault::LoseWakeup => pending().await,
            Step::Resumed if fault == Fault::WrongOutcome => 7,
            Step::Resumed => 0,
            Step::Sleep(_) if fault == Fault::ForgetSleep => pending().await,
            Step::Sleep(nanoseconds) => {
                sleep(if fault == Fault::SleepHalf { nanoseconds / 2 } else { nanoseconds }).await;
                0
            }
            Step::Timeout((event, nanoseconds)) => timeout(event, nanoseconds, fault).await,
            Step::Yield => {
                yielded(fault).await;
                0
            }
            Step::Race(events) => {
                select_all(events.into_iter().map(|event| Box::pin(ready(event)))).await.1 as u32
            }
            Step::Join(events) => {
                join_all(events.into_iter().map(ready)).await;
                0
            }
            Step::Spawn(_) => panic!("not part of these tests"),
            Step::Done => return,
        };
    }
}

async fn step(number: u32, outcome: u32, fault: Fault) -> Step {
    match fault {
        Fault::UnknownTask => next(number + 1_000, outcome).await,
        Fault::NextTwice => join(next(number, outcome), next(number, outcome)).await.0,
        _ => next(number, outcome).await,
    }
}

async fn yielded(fault: Fault) {
    match fault {
        Fault::Panic => panic!("broken on purpose"),
        Fault::UnknownEvent => ready(u32::MAX).await,
        Fault::YieldForEver => loop {
            wit_bindgen::yield_async().await;
        },
        _ => wit_bindgen::yield_async().await,
    }
}

async fn timeout(event: u32, nanoseconds: u64, fault: Fault) -> u32 {
    // A call that never returns keeps wit-bindgen's runtime from trapping when it
    // has nothing to wait for.
    if matches!(fault, Fault::ForgetCancel | Fault::ForgetSleep) {
        let (_, winner, loser) = select_all([
            Either::Left(Box::pin(ready(event))),
            Either::Right(Box::pin(sleep(nanoseconds))),
        ])
        .await;
        std::mem::forget(loser);
        return winner as u32;
    }
    match select(pin!(ready(event)), pin!(sleep(nanoseconds))).await {
        Either::Left(_) => 0,
        Either::Right(_) => 1,
    }
}
