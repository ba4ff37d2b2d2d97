use wasmtime::error::Context as _;
use wasmtime::{Result, Store};

use super::bindings::exports::pollbench::bench::async_executor;
use super::bindings::{GuestP3, GuestP3Pre};
use crate::bindings::exports::pollbench::bench::executor;
use crate::drive::Drive;
use crate::host_state::HostState;
use crate::ticker::Deadline;
use crate::world::Unfit;

/// Asks a guest to describe itself.
pub fn describe(
    store: &mut Store<HostState>,
    guest: &GuestP3Pre<HostState>,
    deadline: &Deadline,
) -> Result<executor::Description> {
    let call = async {
        let instance = guest.instance_pre().instantiate_async(&mut *store).await;
        let instance = instance.context(Unfit::Start)?;
        let guest = GuestP3::new(&mut *store, &instance).context(Unfit::Type)?;
        guest.pollbench_bench_async_executor().call_describe(&mut *store).await
    };
    let description = Drive::ByHand(deadline).drive(call)?;
    let async_executor::Description { name, strategy, summary, knobs } = description;
    let knobs = knobs.into_iter().map(executor::Knob::from).collect();
    Ok(executor::Description { name, strategy, summary, knobs })
}

/// Each world has types of its own for the same description, because a guest of the second
/// world has no use for the first one's interface.
impl From<async_executor::Knob> for executor::Knob {
    fn from(knob: async_executor::Knob) -> Self {
        let async_executor::Knob { name, summary, range, default } = knob;
        let range = match range {
            async_executor::KnobRange::Integer(ends) => executor::KnobRange::Integer(ends),
            async_executor::KnobRange::Choice(words) => executor::KnobRange::Choice(words),
        };
        Self { name, summary, range, default }
    }
}

impl From<async_executor::Failure> for executor::Failure {
    fn from(failure: async_executor::Failure) -> Self {
        match failure {
            async_executor::Failure::NotSupported(reason) => Self::NotSupported(reason),
            async_executor::Failure::Failed(message) => Self::Failed(message),
        }
    }
}
