use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hdrhistogram::Histogram;
use pollbench_load::{Load, Plan, run};

use crate::support::{plan, reply, start};

const STALL: Duration = Duration::from_millis(300);

/// A run on one connection whose server stalls once, before it reads what comes after this
/// request.
fn stalled(after: u64, change: impl FnOnce(Plan) -> Plan) -> Load {
    let plan = change(Plan {
        connections: 1,
        active: 1,
        rate: 2_000.0,
        time: Duration::from_millis(600),
        ..plan("127.0.0.1:1".parse().expect("an address"))
    });
    let stalls = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&stalls);
    let address = start(plan.bytes, move |_, number, request, stream| {
        if number == after {
            counter.fetch_add(1, Ordering::Relaxed);
            sleep(STALL);
        }
        reply(request, stream)
    });
    let load = run(&Plan { address, ..plan }, |_| {}).expect("a sound server");
    assert_eq!(stalls.load(Ordering::Relaxed), 1);
    load
}

fn above_half(times: &Histogram<u64>) -> u64 {
    times.count_between(STALL.as_nanos() as u64 / 2, u64::MAX)
}

/// A client that waits for each reply would have seen one slow reply. All requests planned in the
/// first half of the stall waited at least for the other half.
#[test]
fn a_stall_is_counted_for_every_request_planned_in_it() {
    let load = stalled(200, |plan| plan);
    let planned = (2_000.0 * STALL.as_secs_f64() / 2.0) as u64;
    let slow = above_half(&load.latency.histogram);
    assert!(slow >= planned, "{slow} of {planned}");
    assert_eq!(load.sent, load.received);
}

/// What does not fit into the socket is sent later, and the latency counts from the plan.
#[test]
fn a_server_that_does_not_read_is_slow_and_not_the_generator() {
    // In the stall, 60 MB come, which no socket takes by itself.
    let load = stalled(300, |plan| Plan { bytes: 100_000, ..plan });
    assert!(load.queued > 0);
    let planned = (2_000.0 * STALL.as_secs_f64() / 2.0) as u64;
    let slow = above_half(&load.latency.histogram);
    assert!(slow >= planned, "{slow} of {planned}");
    // Those that were queued were in service for less time than they were late.
    assert!(load.latency.histogram.mean() > load.service.histogram.mean());
    assert!(above_half(&load.service.histogram) < slow);
}
