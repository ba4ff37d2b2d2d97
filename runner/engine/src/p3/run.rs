use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wasmtime::{Result, Store};

use super::bindings::GuestP3Pre;
use super::simulated_loop::SimulatedLoop;
use crate::bindings::exports::pollbench::bench::executor;
use crate::drive::Drive;
use crate::host_state::HostState;
use crate::real::Loop;

/// Runs a guest from instantiation until `run` has returned.
pub fn run(
    store: &mut Store<HostState>,
    guest: &GuestP3Pre<HostState>,
    tasks: u32,
    knobs: &[u64],
    drive: Drive<'_>,
) -> Result<Result<(), executor::Failure>> {
    let simulated = SimulatedLoop::new(store.data().simulation.woken().clone());
    let real = Loop::new(store.data().observer.clock());
    let is_real = matches!(drive, Drive::Runtime(_));
    let call = async {
        let guest = guest.instantiate_async(&mut *store).await?;
        let executor = guest.pollbench_bench_async_executor();
        store
            .run_concurrent(async |store| {
                let mut call = pin!(executor.call_run(store, tasks, knobs.to_vec()));
                poll_fn(|cx| {
                    let acted = match is_real {
                        true => store.with(|mut store| real.act(store.get(), cx)),
                        false => simulated.act(store).map_err(wasmtime::Error::from),
                    };
                    match acted {
                        Ok(()) => call.as_mut().poll(cx),
                        Err(error) => Poll::Ready(Err(error)),
                    }
                })
                .await
            })
            .await?
    };
    let outcome = match drive {
        Drive::ByHand(deadline) => simulated.drive(call, deadline)?,
        Drive::Runtime(_) => drive.drive(real.drive(call))?,
    };
    store.data_mut().simulation.returned();
    Ok(outcome.map_err(executor::Failure::from))
}
