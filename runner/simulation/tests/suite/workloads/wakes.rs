//! A yield is without I/O, and must not block.

use std::cell::Cell;
use std::rc::Rc;

use super::{watch, workload};
use crate::support::native_host::{NativeHost, Order, run};
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_executor::{Driver, Handle, PollHost, Step, Strategy as Executor};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::simulation::Violation;
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_vector_scan::VectorScan;

#[test]
fn yields_are_without_input_or_output() {
    let (measured, _) = watch(workload("wakes", (500, 0), &[("yielders", 4)]));
    let window = measured.tally.window().expect("a window");
    assert_eq!(window.events, 4 * window.poll_calls);
    assert_eq!(window.handles_passed, 501 * window.poll_calls);
    // The marker of each poll, and nothing else but the one that tells whether it polls.
    assert_eq!(window.ready_returned, window.poll_calls + window.pollable_events);
    assert_eq!((window.subscriptions, window.drops), (window.poll_calls, window.poll_calls));
    assert_eq!(window.yields, window.events);
    assert!(window.pollable_events.abs_diff(window.yields / 256) <= 1, "{window:?}");
}

/// A host on which nothing is ready at once: the pollable that is to keep a poll
/// from blocking is left out of it.
#[derive(Clone)]
struct Blocking(NativeHost, Rc<Cell<Option<Handle>>>);

impl PollHost for Blocking {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let rest = handles.iter().copied().filter(|handle| self.1.get() != Some(*handle));
        self.0.poll(&rest.collect::<Vec<_>>(), ready);
    }

    fn now(&self) -> u64 {
        self.0.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        let handle = self.0.subscribe_instant(deadline);
        if deadline == 0 {
            self.1.set(Some(handle));
        }
        handle
    }

    fn drop(&self, handle: Handle) {
        PollHost::drop(&self.0, handle);
    }
}

impl Driver for Blocking {
    type Streams = NativeHost;

    fn streams(&self) -> &NativeHost {
        &self.0
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        self.0.next(task, outcome)
    }
}

#[test]
fn a_yield_that_blocks_is_lost() {
    fn blocked<E: Executor>() -> Result<(), Violation> {
        let knobs = E::DESCRIPTION.defaults();
        let wakes = workload("wakes", (20, 0), &[]);
        run(wakes, Order::List, |host, tasks| E::run(Blocking(host, Rc::default()), tasks, &knobs))
    }
    let outcomes = [
        blocked::<Bare>(),
        blocked::<VectorScan>(),
        blocked::<SlabIndexed>(),
        blocked::<SlabList>(),
        blocked::<Batched>(),
    ];
    for outcome in outcomes {
        let violation = outcome.expect_err("a yield blocked");
        assert_eq!(violation.kind, FailureKind::Lost);
        assert!(violation.message.contains("it has yielded"), "{violation}");
    }
}
