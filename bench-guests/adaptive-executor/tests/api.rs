//! What authors are promised, over a host of virtual time.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready as at_once};
use std::rc::Rc;
use std::time::Duration;

use pollbench_adaptive_executor::{
    Calls, Elapsed, Executor, Stalled, VirtualHost, adopt, host, join, race, ready, ready_all,
    ready_any, ready_raw, ready_within, run, sleep, spawn, timeout, yield_now,
};
use pollbench_executor::PollHost;
use proptest::prelude::*;

const MILLISECOND: u64 = 1_000_000;

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn tasks_take_turns() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let noted = order.clone();
    run(async move {
        let tasks = ["a", "b"].map(|name| {
            let noted = noted.clone();
            spawn(async move {
                for _ in 0..2 {
                    noted.borrow_mut().push(name);
                    yield_now().await;
                }
            })
        });
        join(tasks).await;
    })
    .unwrap();
    assert_eq!(*order.borrow(), ["a", "b", "a", "b"]);
}

#[test]
fn a_sleep_is_never_early_and_the_shortest_ends_first() {
    let (first, passed) = run(async {
        let before = host().now();
        let (first, ()) = race([30, 10, 20].map(|count| sleep(milliseconds(count)))).await;
        (first, host().now() - before)
    })
    .unwrap();
    assert_eq!(first, 1);
    assert!((10 * MILLISECOND..20 * MILLISECOND).contains(&passed), "{passed}");
}

#[test]
fn a_timer_started_anew_in_one_turn_has_its_own_duration() {
    let passed = run(async {
        let before = host().now();
        // Cancelled before its turn is over; the second takes its place.
        let _ = timeout(milliseconds(1), at_once(())).await;
        let (_, ()) = race([Box::pin(async {
            let mut short = Box::pin(sleep(milliseconds(1)));
            std::future::poll_fn(|cx| {
                let _ = short.as_mut().poll(cx);
                std::task::Poll::Ready(())
            })
            .await;
            drop(short);
            sleep(milliseconds(50)).await;
        })])
        .await;
        host().now() - before
    })
    .unwrap();
    assert!(passed >= 50 * MILLISECOND, "{passed}");
}

#[test]
fn a_timeout_yields_the_result_or_says_that_the_time_was_up() {
    run(async {
        assert_eq!(timeout(milliseconds(5), at_once(7)).await, Ok(7));
        assert_eq!(timeout(milliseconds(5), pending::<()>()).await, Err(Elapsed));
        let (soon, never) = (host().pollable(MILLISECOND), host().pollable(u64::MAX));
        assert!(ready_within(&soon, milliseconds(5)).await);
        assert!(!ready_within(&never, milliseconds(5)).await);
    })
    .unwrap();
}

#[test]
fn joining_keeps_the_order() {
    let slept = run(async {
        join([3, 1, 2].map(|count| async move {
            sleep(milliseconds(count)).await;
            count
        }))
        .await
    });
    assert_eq!(slept, Ok(vec![3, 1, 2]));
}

#[test]
fn any_and_all_of_many_pollables() {
    run(async {
        let pollables = [u64::MAX, 9, 4].map(|after| host().pollable(after));
        assert_eq!(ready_any(&pollables).await, 2);
        ready_all(&pollables[1..]).await;
        ready_all(&[]).await;
    })
    .unwrap();
}

#[test]
fn a_pollable_of_others_is_lent_or_handed_over() {
    run(async {
        let lent = host().pollable(MILLISECOND);
        // SAFETY: it is this host's, and lives longer.
        unsafe { ready_raw(lent.handle().0) }.await;
        // SAFETY: it is this host's, and has been given away.
        let given = unsafe { adopt(host().pollable(2 * MILLISECOND).into_handle().0) };
        ready(&given).await;
    })
    .unwrap();
}

#[test]
fn every_task_that_waits_for_a_pollable_is_woken() {
    let woken = run(async {
        let pollable = Rc::new(host().pollable(MILLISECOND));
        let waits = [(); 5].map(|()| {
            let pollable = pollable.clone();
            spawn(async move { ready(&pollable).await })
        });
        // One that gives up must not take another's place with it.
        assert_eq!(timeout(milliseconds(0), ready(&pollable)).await, Err(Elapsed));
        join(waits).await.len()
    });
    assert_eq!(woken, Ok(5));
}

#[test]
fn an_executor_whose_tasks_wait_for_nothing_is_stalled() {
    assert_eq!(run(pending::<()>()), Err(Stalled));
}

/// Runs `main` and returns what the host was asked.
fn calls<F: Future<Output = ()> + 'static>(main: impl FnOnce(Executor<VirtualHost>) -> F) -> Calls {
    calls_on(VirtualHost::default(), main)
}

/// As `calls`, on this host.
fn calls_on<F: Future<Output = ()> + 'static>(
    host: VirtualHost,
    main: impl FnOnce(Executor<VirtualHost>) -> F,
) -> Calls {
    let executor = Executor::new(host.clone());
    executor.block_on(main(executor.clone())).unwrap();
    assert_eq!(host.pollables(), 0, "nothing is left behind");
    host.calls()
}

/// Lets `count` tasks wait for what never happens.
fn idle(executor: &Executor<VirtualHost>, count: usize) {
    for _ in 0..count {
        let (waiting, pollable) = (executor.clone(), executor.host().pollable(u64::MAX));
        executor.spawn_detached(async move { waiting.ready(&pollable).await });
    }
}

#[test]
fn all_timers_are_behind_one_pollable() {
    let calls = calls(|executor| async move {
        let sleeps = [(); 100].map(|()| {
            let sleeping = executor.clone();
            executor.spawn(async move { sleeping.sleep(milliseconds(1)).await })
        });
        join(sleeps).await;
    });
    assert_eq!(calls.subscriptions, 1);
    assert_eq!(calls.handles, 1);
}

#[test]
fn timeouts_that_lose_leave_the_pollable_as_it_is() {
    let calls = calls(|executor| async move {
        for _ in 0..100 {
            let soon = executor.host().pollable(1_000);
            assert!(executor.ready_within(&soon, Duration::from_secs(60)).await);
        }
    });
    assert!(calls.subscriptions < 110, "one for each event, and few more: {calls:?}");
}

#[test]
fn a_busy_task_costs_less_than_one_polled_handle_a_turn() {
    let calls = calls(|executor| async move {
        idle(&executor, 10_000);
        for _ in 0..10_000 {
            yield_now().await;
        }
    });
    assert!(calls.handles < 20_000, "{calls:?}");
}

#[test]
fn active_pollables_are_found_without_polling_all() {
    const EVENTS: u64 = 2_000;
    let calls = calls(|executor| async move {
        idle(&executor, 10_000);
        for _ in 0..EVENTS {
            executor.ready(&executor.host().pollable(0)).await;
        }
    });
    assert!(calls.handles < 100 * EVENTS, "{calls:?}");
}

#[test]
fn no_task_starves_beside_active_ones() {
    let host = VirtualHost::default();
    let executor = Executor::new(host.clone());
    let (found, fired) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(0)));
    let (late, when) = (found.clone(), fired.clone());
    let main = executor.clone();
    executor
        .block_on(async move {
            idle(&main, 5_000);
            let cold = main.host().pollable(u64::MAX);
            let handle = cold.handle();
            idle(&main, 5_000);
            let (waiting, host) = (main.clone(), main.host().clone());
            main.spawn_detached(async move {
                waiting.ready(&cold).await;
                late.set(Some(host.calls().polls));
            });
            for event in 0..3_000 {
                if event == 1_000 {
                    main.host().fire(handle);
                    when.set(main.host().calls().polls);
                }
                main.ready(&main.host().pollable(0)).await;
            }
        })
        .unwrap();
    let polls = found.get().expect("the cold one was found") - fired.get();
    assert!((1..=513).contains(&polls), "after {polls} polls");
}

/// Joins of eight pollables, again and again: a quarter of each is ready every
/// `period` nanoseconds.
async fn joins_in_waves(executor: Executor<VirtualHost>, period: u64) {
    let tasks = [(); JOINS as usize].map(|()| {
        let executor = executor.clone();
        executor.clone().spawn(async move {
            for _ in 0..ROUNDS {
                let now = executor.host().now();
                let next = now.next_multiple_of(period) - now;
                let waves = [0, 0, 1, 1, 2, 2, 3, 3].map(|wave| next + wave * period);
                let pollables = waves.map(|after| executor.host().pollable(after));
                executor.ready_all(&pollables).await;
            }
        })
    });
    join(tasks).await;
}

const JOINS: u64 = 20;
const ROUNDS: u64 = 40;

#[test]
fn the_missing_pollables_of_a_join_are_asked_while_they_become_ready_soon() {
    let calls = calls_on(VirtualHost::taking(1_000), |executor| async move {
        idle(&executor, 3_000);
        joins_in_waves(executor, 100_000).await;
    });
    assert!(calls.handles < 2 * ROUNDS * 3_000, "half of the waves' polls: {calls:?}");
}

#[test]
fn pollables_of_a_join_that_become_ready_late_are_hardly_asked() {
    let calls = calls_on(VirtualHost::taking(1_000), |executor| async move {
        idle(&executor, 3_000);
        joins_in_waves(executor, 1_000 * MILLISECOND).await;
    });
    assert!(calls.asks > 0, "{calls:?}");
    assert!(calls.asks * 3 * 32 < calls.handles, "more than a thirty-second: {calls:?}");
}

/// So many events of tasks whose pollables are ready one after another, `abreast` at
/// a time.
async fn march(executor: Executor<VirtualHost>, abreast: usize, events: u64) {
    let host = executor.host().clone();
    let end = host.pollable(u64::MAX);
    let pollables: Vec<_> = (0..MARCHING).map(|_| host.pollable(u64::MAX)).collect();
    let handles: Vec<_> = pollables.iter().map(|pollable| pollable.handle()).collect();
    handles[..abreast].iter().for_each(|handle| host.fire(*handle));
    let shared = Rc::new((RefCell::new(handles), Cell::new(events), end.handle()));
    for (number, mut pollable) in (0..).zip(pollables) {
        let (executor, shared) = (executor.clone(), shared.clone());
        executor.clone().spawn_detached(async move {
            let (handles, left, end) = &*shared;
            loop {
                executor.ready(&pollable).await;
                left.set(left.get().wrapping_sub(1));
                if left.get() == 0 {
                    executor.host().fire(*end);
                }
                drop(pollable);
                pollable = executor.host().pollable(u64::MAX);
                let mut handles = handles.borrow_mut();
                handles[number] = pollable.handle();
                executor.host().fire(handles[(number + abreast) % MARCHING]);
            }
        });
    }
    executor.ready(&end).await;
}

const MARCHING: usize = 4_000;

#[test]
fn readiness_that_moves_through_the_list_is_followed() {
    const EVENTS: u64 = 20_000;
    let calls = calls(|executor| march(executor, 200, EVENTS));
    assert!(calls.handles < 4 * EVENTS, "{calls:?}");
}

#[test]
fn others_do_not_wait_until_a_long_join_is_complete() {
    const APART: u64 = 50_000;
    let host = VirtualHost::taking(1_000);
    let executor = Executor::new(host.clone());
    let main = executor.clone();
    let late = executor.block_on(async move {
        idle(&main, 3_000);
        let members: Vec<_> = (0..250).map(|it| main.host().pollable(it * APART)).collect();
        let joining = main.clone();
        main.spawn_detached(async move { joining.ready_all(&members).await });
        let mut late = 0;
        for _ in 0..10 {
            let before = main.host().now();
            main.sleep(milliseconds(1)).await;
            late = late.max(main.host().now() - before - MILLISECOND);
        }
        late
    });
    assert!(late.is_ok_and(|late| late < 2 * MILLISECOND), "{late:?}");
}

proptest! {
    /// Joins of what comes at any time, on a host on which time passes: each ends
    /// once its last has come, and nothing is left behind.
    #[test]
    fn a_join_ends_with_its_last_pollable(
        joins in prop::collection::vec(prop::collection::vec(0..3_000_000u64, 1..12), 1..60),
        idlers in 0..2_000usize,
        again in 1..4usize,
    ) {
        let host = VirtualHost::taking(1_000);
        let executor = Executor::new(host.clone());
        let main = executor.clone();
        let ended = executor.block_on(async move {
            idle(&main, idlers);
            let tasks = joins.into_iter().map(|delays| {
                let executor = main.clone();
                main.spawn(async move {
                    let last = *delays.iter().max().expect("one at least");
                    let mut late = true;
                    for _ in 0..again {
                        let from = executor.host().now();
                        let pollables: Vec<_> =
                            delays.iter().map(|delay| executor.host().pollable(*delay)).collect();
                        executor.ready_all(&pollables).await;
                        late &= executor.host().now() >= from + last;
                    }
                    late
                })
            });
            let tasks: Vec<_> = tasks.collect();
            join(tasks).await
        });
        prop_assert!(ended.is_ok_and(|late| late.iter().all(|late| *late)));
        prop_assert_eq!(host.pollables(), 0);
    }
}
