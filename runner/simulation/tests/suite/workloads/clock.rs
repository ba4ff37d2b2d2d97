//! Guests ask the clock more or less often than others, as their languages have it. They meet
//! the same load.

use super::{events, workload};
use crate::support::native_host::{NativeHost, Order, measure};
use crate::support::spy::Spy;
use pollbench_executor::{Driver, Handle, PollHost, Step, Strategy as _};
use pollbench_reports::record::PhaseCounters;
use pollbench_slab::SlabIndexed;

/// A host for an executor in a language whose library asks for the time before every call.
#[derive(Clone)]
struct AsksOften {
    host: NativeHost,
    times: u32,
}

impl AsksOften {
    fn ask(&self) -> &NativeHost {
        for _ in 0..self.times {
            self.host.now();
        }
        &self.host
    }
}

impl PollHost for AsksOften {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.ask().poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.ask().is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.ask().now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.ask().subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        PollHost::drop(&self.host, handle);
    }
}

impl Driver for AsksOften {
    type Streams = NativeHost;

    fn streams(&self) -> &NativeHost {
        &self.host
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        self.ask().next(task, outcome)
    }
}

#[test]
fn asking_the_clock_often_changes_nothing_of_the_load() {
    for (name, others) in
        [("arrivals", &[][..]), ("arrivals", &[("gap", 1_000)]), ("churn", &[]), ("timers", &[])]
    {
        let watched = |times| {
            let (spy, calls) = Spy::on(workload(name, (40, 4), others));
            let measured = measure(spy, Order::List, |host, tasks| {
                let host = AsksOften { host, times };
                SlabIndexed::run(host, tasks, &SlabIndexed::DESCRIPTION.defaults())
            });
            let counted = measured.unwrap_or_else(|it| panic!("{it:?}")).tally.total;
            let calls = calls.lock().expect("one thread");
            let load: Vec<_> = events(&calls).iter().map(|it| (it.task, it.now)).collect();
            (counted, load)
        };
        let (seldom, met) = watched(0);
        let (often, met_too) = watched(13);
        assert!(often.clock_calls > 10 * seldom.clock_calls + 1_000, "{often:?}");
        assert_eq!(PhaseCounters { clock_calls: seldom.clock_calls, ..often }, seldom, "{name}");
        assert_eq!(met, met_too, "{name}");
    }
}
