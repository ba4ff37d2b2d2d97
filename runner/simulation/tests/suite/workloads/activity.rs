//! Which pollables have events, and when.

use super::{events, kind, watch, workload};
use crate::support::native_host::{Order, measure};
use pollbench_batched::Batched;
use pollbench_executor::Strategy as _;
use pollbench_simulation::workload::Activity;

#[test]
fn workloads_with_a_fixed_activity_keep_to_it() {
    let active = |name| kind(name).activity.of(50, 7);
    assert_eq!(["skew", "timers", "chain", "wakes"].map(active), [7, 50, 1, 0]);
    assert_eq!(kind("spawn").activity, Activity::Asked);
}

#[test]
fn a_chain_passes_its_token_down_and_up_one_hop_a_poll() {
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
        // Events come while the guest is blocked in the poll that reports them.
        assert_eq!(measured.waits.polls.value_at_quantile(0.5), 0);
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
