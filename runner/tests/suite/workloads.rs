//! Every workload, natively: it ends in order on every executor, whatever its size
//! and parameters, and does what it says.

use std::collections::BTreeMap;

use crate::support::native_host::{Measured, NativeHost, Order, measure, run};
use crate::support::spy::{Call, Spy};
use pollbench::simulation::Violation;
use pollbench::workload::{Activity, CATALOGUE, Kind, Range, Shape, Step, Workload};
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_executor::{Driver, Failure, Handle, PollHost, Strategy as Executor};
use pollbench_reports::record::FailureKind;
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_vector_scan::VectorScan;
use proptest::prelude::*;

fn kind(name: &str) -> &'static Kind {
    CATALOGUE.iter().find(|kind| kind.name == name).expect("a workload")
}

/// A workload of a size, its parameters the defaults but for these.
fn workload(name: &str, (n, active): (u32, u32), others: &[(&str, u64)]) -> Box<dyn Workload> {
    let kind = kind(name);
    let mut parameters = kind.defaults();
    for (name, value) in others {
        assert!(parameters.insert(name.to_string(), *value).is_some(), "no parameter {name}");
    }
    (kind.build)(&Shape { pollables: n, active, parameters, effort: 20_000 })
}

/// Runs it on `slab`, and says what was counted and what its tasks were told.
fn watch(workload: Box<dyn Workload>) -> (Measured, Vec<Call>) {
    let (spy, calls) = Spy::new(workload);
    let measured = measure(spy, Order::List, |host, tasks| SlabIndexed::run(host, tasks, &[]));
    let calls = std::mem::take(&mut *calls.lock().expect("one thread"));
    (measured.unwrap_or_else(|violation| panic!("{violation:?}")), calls)
}

/// The calls that follow an event, before the wind-down.
fn events(calls: &[Call]) -> Vec<&Call> {
    let mut last = BTreeMap::new();
    let mut events = Vec::new();
    for call in calls.iter().filter(|call| !call.winding_down) {
        let before = last.insert(call.task, &call.step);
        if before.is_some_and(|step| !matches!(step, Step::Spawn(_))) {
            events.push(call);
        }
    }
    events
}

/// Extreme values as often as others.
fn value(range: Range) -> BoxedStrategy<u64> {
    match range {
        Range::Choice(words) => (0..words.len() as u64).boxed(),
        // The largest numbers of tasks would take minutes.
        Range::Integer(low, high) if high > 100_000 => {
            prop_oneof![Just(low), Just(high), low..low + 100, low..=high].boxed()
        }
        Range::Integer(low, high) => {
            let most = high.min(200);
            prop_oneof![Just(low), Just(most), low..=most].boxed()
        }
    }
}

/// A workload's position in the catalogue, and a shape of it.
fn any_shape() -> impl Strategy<Value = (usize, Shape)> {
    let sizes = (prop_oneof![1..3u32, 1..60u32], 1..=100u32);
    let all = (0..CATALOGUE.len(), sizes, 1..2_000u64);
    all.prop_flat_map(|(index, (pollables, percent), effort)| {
        let kind = &CATALOGUE[index];
        let asked = (pollables * percent / 100).max(1);
        let active = kind.activity.of(pollables, asked);
        let values: Vec<_> = kind.parameters.iter().map(|it| value(it.range)).collect();
        values.prop_map(move |values| {
            let names = kind.parameters.iter().map(|it| it.name.to_string());
            let parameters = names.zip(values).collect();
            (index, Shape { pollables, active, parameters, effort })
        })
    })
}

fn ends_in_order<E: Executor>(
    (index, shape): &(usize, Shape),
    order: Order,
    knobs: &[u64],
) -> Result<(), TestCaseError> {
    let kind = &CATALOGUE[*index];
    let outcome = run((kind.build)(shape), order, |host, tasks| E::run(host, tasks, knobs));
    prop_assert_eq!(outcome, Ok(()), "{} {:?}", kind.name, shape);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn all_end_in_order(case in any_shape(), reversed: bool, batch in 1..100u64) {
        let order = if reversed { Order::Reversed } else { Order::Handle };
        ends_in_order::<Bare>(&case, order, &[])?;
        ends_in_order::<VectorScan>(&case, order, &[])?;
        ends_in_order::<SlabIndexed>(&case, order, &[])?;
        ends_in_order::<SlabList>(&case, order, &[])?;
        ends_in_order::<Batched>(&case, order, &[batch])?;
    }
}

/// The polls of a window have about as many handles as is asked for, or as few as a
/// measurement takes.
#[test]
fn windows_keep_to_their_effort() {
    for kind in CATALOGUE {
        for (pollables, percent) in [(100, 1), (100, 10), (2_000, 1), (2_000, 10), (2_000, 100)] {
            let active = kind.activity.of(pollables, (pollables * percent / 100).max(1));
            let shape = Shape { pollables, active, parameters: kind.defaults(), effort: 20_000 };
            let counters = watch((kind.build)(&shape)).0.tally.window().expect("a window");
            let handles = counters.handles_passed;
            let most = 3 * 20_000.max(16 * u64::from(pollables));
            assert!(handles <= most, "{} N={pollables} {percent} %: {handles}", kind.name);
            assert!(counters.events >= 4, "{} {counters:?}", kind.name);
        }
    }
}

#[test]
fn an_activity_that_can_not_be_asked_for_is_what_it_says() {
    let active = |name| kind(name).activity.of(50, 7);
    assert_eq!(["skew", "timers", "chain", "wakes"].map(active), [7, 50, 1, 0]);
    assert_eq!(kind("spawn").activity, Activity::Asked);
}

#[test]
fn all_any_and_each_subscribe_to_every_pollable_of_a_round() {
    let counts = |mode, waves| {
        let parameters = [("mode", mode), ("width", 20), ("waves", waves)];
        let (measured, _) = watch(workload("fan-out", (100, 1), &parameters));
        measured.tally.window().expect("a window")
    };
    for (mode, waves, polls) in [(0, 1, 1), (0, 5, 5), (1, 5, 1)] {
        let it = counts(mode, waves);
        // After the last event there is nothing to subscribe to any more.
        assert_eq!(it.subscriptions, 20 * (it.events - 1));
        assert_eq!(it.poll_calls, polls * it.events);
    }
    // A round has twenty events of children and the parent's, and a poll for each
    // wave, for the parent, and while the children start.
    let it = counts(2, 5);
    let each = |count: u64| count as f64 / it.events as f64 * 21.0;
    assert!((each(it.subscriptions) - 21.0).abs() < 1.0, "{it:?}");
    assert!((each(it.poll_calls) - 7.0).abs() < 0.5, "{it:?}");
    // It starts, waits and ends; the parent starts it.
    assert!((each(it.steps) - (3.0 * 20.0 + 1.0)).abs() < 1.0, "{it:?}");
}

#[test]
fn every_pollable_of_a_race_wins_in_turn() {
    let (_, calls) = watch(workload("fan-out", (4, 1), &[("mode", 1), ("width", 4)]));
    let winners: Vec<u32> = events(&calls).iter().map(|call| call.outcome).take(6).collect();
    assert_eq!(winners, [0, 1, 2, 3, 0, 1]);
}

#[test]
fn as_many_timers_are_cancelled_as_asked() {
    for cancelled in [0, 1, 50, 99] {
        for deadlines in 0..3 {
            let parameters = [("cancelled", cancelled), ("deadlines", deadlines)];
            let (_, calls) = watch(workload("timers", (100, 100), &parameters));
            let mut last = BTreeMap::new();
            let (mut timeouts, mut all) = (0, 0);
            for call in &calls {
                // Nobody's time is up whose pollable was to be ready first.
                let before = last.insert(call.task, &call.step);
                assert!(call.outcome == 0, "{before:?} {call:?}");
                all += u64::from(!call.winding_down);
                timeouts += u64::from(matches!(call.step, Step::Timeout(..)));
            }
            assert_eq!(timeouts, all * cancelled / 100, "{cancelled} % of {all}");
        }
    }
}

#[test]
fn timers_of_the_same_deadline_share_a_poll() {
    let polls = |deadlines| {
        let parameters = [("deadlines", deadlines), ("cancelled", 0), ("span", 10_000_000)];
        let (measured, _) = watch(workload("timers", (100, 100), &parameters));
        let window = measured.tally.window().expect("a window");
        window.events as f64 / window.poll_calls as f64
    };
    assert_eq!(polls(0), 100.0);
    for deadlines in [1, 2] {
        assert!(polls(deadlines) < 2.0, "{}", polls(deadlines));
    }
}

#[test]
fn a_chain_is_gone_down_and_up_one_hop_a_poll() {
    let (measured, calls) = watch(workload("chain", (50, 1), &[("depth", 3)]));
    let hops: Vec<u32> = events(&calls).iter().map(|call| call.task).take(7).collect();
    assert_eq!(hops, [0, 1, 2, 1, 0, 1, 2]);
    let window = measured.tally.window().expect("a window");
    assert_eq!(window.poll_calls, window.events);
    assert_eq!(window.handles_passed, 53 * window.poll_calls);
    assert_eq!(window.subscriptions, 0);
}

#[test]
fn activity_falls_with_rank() {
    let (_, calls) = watch(workload("skew", (10, 1), &[("exponent", 100)]));
    let mut counts = [0.0; 10];
    events(&calls).iter().for_each(|call| counts[call.task as usize] += 1.0);
    counts.sort_by(|a, b| f64::total_cmp(b, a));
    let ratio = counts[0] / counts[9];
    // Ten to one; the counts are about 680 and 68.
    assert!((7.0..14.0).contains(&ratio), "{counts:?}");
}

/// With a batch of 4 a pollable may be left out of many polls, whoever it is.
#[test]
fn the_waits_of_cold_pollables_are_told_apart() {
    let skew = || workload("skew", (400, 40), &[]);
    let (measured, _) = watch(skew());
    let (all, cold) = (&measured.waits.polls, &measured.cold_waits.polls);
    assert_eq!(all.max(), 1);
    assert_eq!(cold.max(), 1);
    let share = cold.len() as f64 / all.len() as f64;
    // A tenth of the draws, and more of the events: the busiest can't have more
    // than one event at a time.
    assert!((0.1..0.3).contains(&share), "{share}");
    let batched = measure(skew(), Order::List, |host, tasks| Batched::run(host, tasks, &[4]));
    let batched = batched.expect("in order");
    assert!(batched.cold_waits.polls.max() > 10, "{}", batched.cold_waits.polls.max());
    let (idle, _) = watch(workload("idle", (400, 40), &[]));
    assert!(idle.cold_waits.polls.is_empty());
}

#[test]
fn yields_are_without_input_or_output() {
    let (measured, _) = watch(workload("wakes", (500, 0), &[("yielders", 4)]));
    let window = measured.tally.window().expect("a window");
    assert_eq!(window.events, 4 * window.poll_calls);
    assert_eq!(window.handles_passed, 501 * window.poll_calls);
    // What is always ready, and nothing else.
    assert_eq!(window.ready_returned, window.poll_calls);
    assert_eq!((window.subscriptions, window.drops), (0, 0));
    assert!(measured.waits.polls.is_empty());
}

/// A host on which nothing is ready at once: the pollable that is to keep a poll
/// from blocking is left out of it.
#[derive(Clone)]
struct Blocking(NativeHost, std::rc::Rc<std::cell::Cell<Option<Handle>>>);

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
    fn next(&self, task: u32, outcome: u32) -> pollbench_executor::Step {
        self.0.next(task, outcome)
    }
}

#[test]
fn a_yield_that_blocks_is_lost() {
    fn blocked<E: Executor>(knobs: &[u64]) -> Result<(), Violation> {
        let wakes = workload("wakes", (20, 0), &[]);
        run(wakes, Order::List, |host, tasks| -> Result<(), Failure> {
            E::run(Blocking(host, Default::default()), tasks, knobs)
        })
    }
    let outcomes = [
        blocked::<Bare>(&[]),
        blocked::<VectorScan>(&[]),
        blocked::<SlabIndexed>(&[]),
        blocked::<SlabList>(&[]),
        blocked::<Batched>(&[1_000]),
    ];
    for outcome in outcomes {
        let violation = outcome.expect_err("a yield blocked");
        assert_eq!(violation.kind, FailureKind::Lost);
        assert!(violation.message.contains("its turn after a yield"), "{violation}");
    }
}

#[test]
fn one_event_wakes_all_that_share_it() {
    let (measured, calls) = watch(workload("shared", (40, 1), &[("waiters", 8)]));
    let window = measured.tally.window().expect("a window");
    assert_eq!(window.events, 8 * window.poll_calls);
    assert_eq!(window.ready_returned, window.events);
    assert_eq!(measured.waits.polls.max(), 1);
    let groups: Vec<u32> = events(&calls).iter().map(|call| call.task / 8).collect();
    for (index, eight) in groups.chunks_exact(8).take(20).enumerate() {
        assert_eq!(eight, [index as u32 % 5; 8]);
    }
}

#[test]
fn arrivals_come_when_they_are_planned() {
    // Long gaps: the guest is always ready.
    for (gap, burst) in [(1_000_000, 1), (1_000_000, 10)] {
        let arrivals = workload("arrivals", (10, 10), &[("gap", gap), ("burst", burst)]);
        let (measured, calls) = watch(arrivals);
        let events = events(&calls);
        let bursts = events.len() as f64 / burst as f64;
        let start = calls[9].now;
        let mean = (events.last().expect("events").now - start) as f64 / events.len() as f64;
        // Four standard deviations of a mean of exponential gaps.
        let error = 4.0 / bursts.sqrt();
        assert!((mean / gap as f64 - 1.0).abs() < error, "{mean} {gap} {bursts}");
        assert_eq!(measured.waits.polls.value_at_quantile(0.5) > 1, burst > 20);
    }
}

/// An open loop: what comes too fast for the guest waits, and its wait counts from
/// the time it was planned for.
#[test]
fn arrivals_that_outrun_the_guest_queue() {
    let (measured, calls) = watch(workload("arrivals", (1, 1), &[("gap", 1)]));
    let polls = &measured.waits.polls;
    let count = events(&calls).len() as f64;
    assert!(polls.max() as f64 > 0.9 * count, "{} of {count}", polls.max());
    let median = polls.value_at_quantile(0.5) as f64;
    assert!((0.4..0.6).contains(&(median / count)), "{median} of {count}");
}

#[test]
fn a_task_is_replaced_when_it_ends() {
    let (measured, calls) = watch(workload("spawn", (30, 3), &[]));
    let window = measured.tally.window().expect("a window");
    // It starts, has its event and starts another, and ends.
    assert!(window.steps.abs_diff(3 * window.events) <= 6, "{window:?}");
    assert!(window.subscriptions.abs_diff(window.events) <= 3, "{window:?}");
    // Those that have just started have no pollable yet, and there is the one that
    // is always ready.
    assert!((30..=31).contains(&measured.tally.handles_peak), "{}", measured.tally.handles_peak);
    let mut seen = vec![0; calls.len()];
    events(&calls).iter().for_each(|call| seen[call.task as usize] += 1);
    assert!(seen.iter().all(|times| *times <= 1), "each task has one event");

    let (_, calls) = watch(workload("spawn", (30, 1), &[]));
    let order: Vec<u32> = events(&calls).iter().map(|call| call.task).take(60).collect();
    assert_eq!(order, (0..60).collect::<Vec<_>>(), "the oldest has its event first");
}
