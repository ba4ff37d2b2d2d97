use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wasmtime::{Result, Store};

use super::bindings::GuestP3Pre;
use super::turns::Turns;
use crate::engine::bindings::exports::pollbench::bench::executor;
use crate::engine::host::HostState;
use crate::engine::ticker::Deadline;

/// Runs a guest from instantiation until `run` has returned.
pub fn run(
    store: &mut Store<HostState>,
    guest: &GuestP3Pre<HostState>,
    tasks: u32,
    knobs: &[u64],
    deadline: &Deadline,
) -> Result<Result<(), executor::Failure>> {
    let turns = Turns::new(store.data().simulation.woken().clone());
    let call = async {
        let guest = guest.instantiate_async(&mut *store).await?;
        let executor = guest.pollbench_bench_async_executor();
        store
            .run_concurrent(async |store| {
                let mut call = pin!(executor.call_run(store, tasks, knobs.to_vec()));
                poll_fn(|cx| match turns.act(store) {
                    Ok(()) => call.as_mut().poll(cx),
                    Err(violation) => Poll::Ready(Err(violation.into())),
                })
                .await
            })
            .await?
    };
    let outcome = turns.drive(call, deadline)?;
    store.data_mut().simulation.returned();
    Ok(outcome.map_err(executor::Failure::from))
}
