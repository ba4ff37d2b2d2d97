//! On a host that shares its thread with its guests, as wasmtime does: it learns of
//! events only when a poll lets it go back to its loop, and reports so many at a time.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use pollbench_adaptive_executor::{Calls, Executor, VirtualHost, yield_now};
use pollbench_executor::{Handle, PollHost, Pollable};
use proptest::prelude::*;

const CALL: u64 = 1_000;

type Exec = Executor<VirtualHost>;

/// Runs `main` and returns what the host was asked.
fn calls<F: Future<Output = ()> + 'static>(main: impl FnOnce(Exec) -> F) -> Calls {
    let host = VirtualHost::cooperative(CALL);
    let executor = Executor::new(host.clone());
    executor.block_on(main(executor.clone())).expect("it ends");
    assert_eq!(host.pollables(), 0, "nothing is left behind");
    host.calls()
}

/// A pollable that is ready when it is fired, as those of sockets are.
fn socket(executor: &Exec) -> Pollable<VirtualHost> {
    executor.host().pollable(u64::MAX)
}

/// A task whose pollable is fired again and again by others. It counts in `events`, and
/// says which it awaits now.
fn connection(executor: &Exec, events: &Rc<Cell<u64>>, fired: impl Fn(&Exec) + 'static) -> Slot {
    let slot = Rc::new(Cell::new(Handle(u32::MAX)));
    let pollable = socket(executor);
    slot.set(pollable.handle());
    let (executor, events, shown) = (executor.clone(), events.clone(), slot.clone());
    executor.clone().spawn_detached(async move {
        let mut pollable = pollable;
        loop {
            executor.ready(&pollable).await;
            drop(pollable);
            pollable = socket(&executor);
            shown.set(pollable.handle());
            events.set(events.get() + 1);
            fired(&executor);
        }
    });
    slot
}

type Slot = Rc<Cell<Handle>>;

/// All of `count` connections have something at once; again when all have had it.
async fn bursts(executor: Exec, count: u64, rounds: u64) {
    let events = Rc::new(Cell::new(0));
    let end = socket(&executor);
    let all: Rc<RefCell<Vec<Slot>>> = Rc::default();
    let (had, slots, last) = (events.clone(), all.clone(), end.handle());
    let fire = Rc::new(move |executor: &Exec| {
        if had.get() == count * rounds {
            executor.host().fire(last);
        } else if had.get() % count == 0 {
            slots.borrow().iter().for_each(|slot| executor.host().fire(slot.get()));
        }
    });
    for _ in 0..count {
        let fire = fire.clone();
        let slot = connection(&executor, &events, move |executor| fire(executor));
        all.borrow_mut().push(slot);
    }
    fire(&executor);
    executor.ready(&end).await;
    all.borrow_mut().clear();
}

#[test]
fn a_burst_of_more_than_a_poll_can_report_costs_few_handles_an_event() {
    const ROUNDS: u64 = 20;
    for count in [50, 100, 128, 200, 300, 1_000, 10_000] {
        let calls = calls(|executor| bursts(executor, count, ROUNDS));
        assert!(calls.handles < 3 * count * ROUNDS, "{count}: {calls:?}");
    }
}

/// Half of what is waited for has something, in no order.
#[test]
fn many_ready_handles_among_others_are_found_part_by_part() {
    let calls = calls(|executor| async move {
        (0..5_000).for_each(|number: u64| {
            if number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 0 {
                let (waiting, pollable) = (executor.clone(), socket(&executor));
                executor.spawn_detached(async move { waiting.ready(&pollable).await });
            }
        });
        bursts(executor, 2_500, 20).await;
    });
    assert!(calls.handles < 5 * 2_500 * 20, "{calls:?}");
}

/// Tasks that are always runnable, and tasks whose pollables are always ready. They give
/// up in the end, so that a test fails of which the rest never comes.
fn busy(executor: &Exec, yielders: usize, talkers: usize) {
    for _ in 0..yielders {
        let host = executor.host().clone();
        executor.spawn_detached(async move {
            while host.calls().polls < PATIENCE {
                yield_now().await;
            }
            panic!("others starve");
        });
    }
    let ignored = Rc::new(Cell::new(0));
    for _ in 0..talkers {
        let own: Rc<RefCell<Option<Slot>>> = Rc::default();
        let again = own.clone();
        let slot = connection(executor, &ignored, move |executor| {
            executor.host().fire(again.borrow().as_ref().expect("set below").get());
        });
        executor.host().fire(slot.get());
        *own.borrow_mut() = Some(slot);
    }
}

const PATIENCE: u64 = 100_000;

/// Fires `cold` pollables one after another, each when the one before has been had, and
/// says how many polls the slowest took, if none took more than `limit`.
async fn slowest(executor: Exec, cold: usize, idlers: usize, limit: u64) -> Option<u64> {
    let host = executor.host().clone();
    let had = Rc::new(Cell::new(0));
    let wait = |counted: bool| {
        let (waiting, pollable, had) = (executor.clone(), socket(&executor), had.clone());
        let handle = pollable.handle();
        executor.spawn_detached(async move {
            waiting.ready(&pollable).await;
            had.set(had.get() + usize::from(counted));
        });
        handle
    };
    let mut handles = Vec::new();
    for _ in 0..cold {
        (0..idlers / cold).for_each(|_| _ = wait(false));
        handles.push(wait(true));
    }
    let mut most = 0;
    for (number, handle) in handles.into_iter().enumerate() {
        yield_now().await;
        host.fire(handle);
        let fired = host.calls().polls;
        while had.get() == number {
            if host.calls().polls - fired > limit {
                return None;
            }
            yield_now().await;
        }
        most = most.max(host.calls().polls - fired);
    }
    Some(most)
}

/// Of two polls one looks at all it is passed, and each has one before it at most that
/// lets the host go back to its loop.
const LIMIT: u64 = 4 * 512;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_starves_while_tasks_are_busy(
        yielders in 0..4usize,
        talkers in prop_oneof![Just(0), 0..20usize, 100..300usize],
        idlers in prop_oneof![0..200usize, 0..4_000usize],
        cold in 1..6usize,
    ) {
        let executor = Executor::new(VirtualHost::cooperative(CALL));
        busy(&executor, yielders, talkers);
        let found = executor.block_on(slowest(executor.clone(), cold, idlers, LIMIT)).unwrap();
        prop_assert!(found.is_some());
    }

    #[test]
    fn a_timer_is_not_late_while_tasks_are_busy(
        yielders in 0..4usize,
        talkers in prop_oneof![Just(0), 0..20usize, 100..300usize],
        milliseconds in 1..20u64,
    ) {
        let executor = Executor::new(VirtualHost::cooperative(CALL));
        busy(&executor, yielders, talkers);
        let main = executor.clone();
        let passed = executor.block_on(async move {
            let before = main.host().now();
            main.sleep(Duration::from_millis(milliseconds)).await;
            main.host().now() - before
        });
        let late = passed.unwrap() - milliseconds * 1_000_000;
        prop_assert!(late < 2_000_000, "{late} ns late");
    }
}
