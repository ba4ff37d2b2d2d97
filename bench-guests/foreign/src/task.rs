use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, join_all, select, select_all};
use pollbench_executor::{Driver, Failure, Step, StreamHandle, StreamHost, YieldNow};

use crate::{Runtime, Spawn};

/// A task's life: asks the host what to do and does it.
pub async fn task<H: Driver, R: Runtime>(
    host: H,
    runtime: R,
    tasks: impl Spawn,
    number: u32,
) -> Result<(), Failure> {
    let mut kept = None;
    let mut outcome = 0;
    loop {
        let step = host.next(number, outcome);
        if step != Step::Again {
            kept = None;
        }
        outcome = match step {
            Step::Wait(handle) => {
                runtime.ready(kept.insert(runtime.own(handle))).await;
                0
            }
            Step::Again => {
                supported("again", R::AGAIN)?;
                let pollable = kept.as_mut().expect("`again` follows `wait` or `again`");
                runtime.ready(pollable).await;
                0
            }
            Step::Sleep(nanoseconds) => {
                runtime.sleep(nanoseconds).await;
                0
            }
            Step::Timeout(handle, nanoseconds) => {
                runtime.timeout(&mut runtime.own(handle), nanoseconds).await
            }
            Step::Yield => {
                supported("yield", R::YIELD)?;
                YieldNow::default().await;
                0
            }
            Step::Race(handles) => {
                let mut pollables: Vec<_> = handles.into_iter().map(|it| runtime.own(it)).collect();
                // The futures end before what they wait for.
                let first = select_all(pollables.iter_mut().map(|it| Box::pin(runtime.ready(it))));
                first.await.1 as u32
            }
            Step::Join(handles) => {
                let mut pollables: Vec<_> = handles.into_iter().map(|it| runtime.own(it)).collect();
                join_all(pollables.iter_mut().map(|it| runtime.ready(it))).await;
                0
            }
            Step::Spawn(other) => {
                tasks.spawn(other);
                0
            }
            Step::Read(stream) => read(host.streams(), &runtime, stream).await,
            Step::Done => return Ok(()),
        };
    }
}

/// Reads a stream to its end, and drops it. Each wait takes a new pollable, for a crate may
/// drop one that has been ready.
async fn read<R: Runtime>(host: &impl StreamHost, runtime: &R, stream: StreamHandle) -> u32 {
    let mut bytes = 0;
    loop {
        runtime.ready(&mut runtime.own(host.subscribe(stream))).await;
        match host.read(stream) {
            Some(more) => bytes += more,
            None => break,
        }
    }
    host.drop(stream);
    bytes as u32
}

fn supported(step: &str, way: Result<(), &str>) -> Result<(), Failure> {
    way.map_err(|reason| Failure::NotSupported(format!("`{step}`: {reason}")))
}

/// 0 if `ready` resolves first, 1 if `sleep` does.
pub(crate) async fn timeout(
    ready: impl Future<Output = ()>,
    sleep: impl Future<Output = ()>,
) -> u32 {
    match select(pin!(ready), pin!(sleep)).await {
        Either::Left(_) => 0,
        Either::Right(_) => 1,
    }
}
