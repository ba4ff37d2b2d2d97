use wasmtime::Result;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::{Datetime, Host};

use crate::host_state::HostState;
use crate::profile::Call;

/// The wall clock shows the simulation's time, counted from 1970, so that runs repeat
/// exactly.
impl Host for HostState {
    fn now(&mut self) -> Result<Datetime> {
        self.observed(Call::Other, |state| {
            let now = state.guests_now()?;
            let (seconds, nanoseconds) = (now / 1_000_000_000, (now % 1_000_000_000) as u32);
            Ok(Datetime { seconds, nanoseconds })
        })
    }

    fn resolution(&mut self) -> Result<Datetime> {
        self.observed(Call::Other, |state| {
            state.simulation.clock_call()?;
            Ok(Datetime { seconds: 0, nanoseconds: 1 })
        })
    }
}
