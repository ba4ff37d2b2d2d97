use pollbench_reports::trace::PollableKind;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::clocks::{WasiClocksCtxView, WasiClocksView};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::Host;
use wasmtime_wasi_io::poll::DynPollable;

use super::view::TraceView;
use crate::engine::Call;

impl Host for TraceView<'_> {
    fn now(&mut self) -> Result<u64> {
        self.clock(|clock| Host::now(clock))
    }

    fn resolution(&mut self) -> Result<u64> {
        self.clock(|clock| Host::resolution(clock))
    }

    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<DynPollable>> {
        let (now, pollable) = self.clock(|clock| {
            Ok::<_, wasmtime::Error>((Host::now(clock)?, Host::subscribe_instant(clock, when)?))
        })?;
        self.watch.made(pollable.rep(), PollableKind::Timer, Some(when.saturating_sub(now)));
        Ok(pollable)
    }

    fn subscribe_duration(&mut self, duration: u64) -> Result<Resource<DynPollable>> {
        let pollable = self.clock(|clock| Host::subscribe_duration(clock, duration))?;
        self.watch.made(pollable.rep(), PollableKind::Timer, Some(duration));
        Ok(pollable)
    }
}

impl TraceView<'_> {
    /// Calls a stock clock.
    fn clock<R>(&mut self, call: impl FnOnce(&mut WasiClocksCtxView<'_>) -> R) -> R {
        self.watch.begin(Call::Other);
        let result = call(&mut self.clocks());
        self.watch.end();
        result
    }
}
