//! The event loop and the timers of .NET for WASI 0.2, written afresh after dotnet/runtime:
//! `WasiEventLoop.cs`, `TimerQueue.Wasi.cs` and `Timer.cs` in
//! `src/libraries/System.Private.CoreLib/src/System/Threading/`. Names are those of .NET
//! where a reader may want to compare.

mod event_loop;
mod holder;
mod task;
mod timer_queue;

use pollbench_executor::{Description, Driver, Failure, Strategy, component};

use event_loop::EventLoop;

/// .NET's event loop as a strategy.
pub struct DotNet;

impl Strategy for DotNet {
    const DESCRIPTION: Description = Description {
        name: "dotnet",
        strategy: "vector scan, as .NET has it",
        summary: "rebuilds the poll list each turn, runs a task as soon as its pollable is found ready",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        let event_loop = EventLoop::new(host);
        (0..tasks).for_each(|number| event_loop.start(number));
        event_loop.run()
    }
}

component!(DotNet);
