use std::time::Duration;

use pollbench_load::{Arrivals, Load, LoadError, Mark, Plan, run};

use crate::support::{BYTES, Goes, plan, reply, sound, start};

fn sound_run(change: impl FnOnce(Plan) -> Plan) -> Load {
    let plan = change(plan("127.0.0.1:1".parse().expect("an address")));
    let plan = Plan { address: start(plan.bytes, sound), ..plan };
    run(&plan, |_| {}).expect("a sound server")
}

#[test]
fn a_sound_server_answers_everything() {
    for (connections, active, bytes) in [(1, 1, 1), (4, 4, 27), (300, 3, 64), (2, 2, 100_000)] {
        let load = sound_run(|plan| Plan { connections, active, bytes, rate: 1_000.0, ..plan });
        assert_eq!((load.sent, load.received, load.requests), (250, 250, 300));
        for times in [&load.latency, &load.service, &load.lateness] {
            assert_eq!((times.histogram.len(), times.beyond), (250, 0));
        }
        assert_eq!((load.offered, load.unclosed), (1_000.0, 0));
        assert!(load.achieved > 0.0 && load.achieved <= load.offered, "{}", load.achieved);
    }
}

#[test]
fn requests_at_random_are_all_answered() {
    let load = sound_run(|plan| Plan { arrivals: Arrivals::Poisson, ..plan });
    assert_eq!(load.sent, load.received);
    assert!(load.requests > load.sent);
}

/// Each request's latency is its service and the time until it was sent; so are all quantiles.
#[test]
fn latency_is_never_less_than_service_or_lateness() {
    let load = sound_run(|plan| Plan { rate: 20_000.0, ..plan });
    for quantile in (0..=1_000).map(|it| f64::from(it) / 1_000.0) {
        let latency = load.latency.quantile(quantile);
        assert!(latency >= load.service.quantile(quantile), "{quantile}");
        assert!(latency >= load.lateness.quantile(quantile), "{quantile}");
    }
}

/// The delay that a request asks for.
fn delay(request: &[u8], longest: Duration) -> Duration {
    longest.mul_f64(f64::from(u16::from_be_bytes([request[0], request[1]])) / 65_536.0)
}

const LONGEST: Duration = Duration::from_millis(400);

fn with_delays(plan: Plan) -> Plan {
    let time = Duration::from_secs(2);
    Plan { rate: 8.0, longest_delay: LONGEST, time, warm_up: Duration::ZERO, ..plan }
}

/// A delay is 200 ms in the mean, and none of it is latency.
#[test]
fn a_server_that_waits_as_it_is_asked_is_not_late() {
    let address = start(BYTES, |_, _, request, stream| {
        std::thread::sleep(delay(request, LONGEST));
        reply(request, stream)
    });
    let load = run(&with_delays(plan(address)), |_| {}).expect("a sound server");
    assert_eq!((load.sent, load.received), (16, 16));
    assert!(load.service.quantile(0.5) < 100_000_000, "{}", load.service.quantile(0.5));
}

#[test]
fn a_reply_before_its_time_is_told() {
    let address = start(BYTES, |_, number, request, stream| {
        if number == 0 {
            std::thread::sleep(delay(request, LONGEST));
        }
        reply(request, stream)
    });
    let error = run(&with_delays(plan(address)), |_| {}).expect_err("an early reply");
    let LoadError::Early { request: 1, early, .. } = error else { panic!("{error}") };
    assert!(early > Duration::ZERO && early < LONGEST, "{early:?}");
}

#[test]
fn a_caller_is_told_the_moments_in_order() {
    let plan = plan(start(27, sound));
    let mut told = Vec::new();
    run(&plan, |mark| told.push(mark)).expect("a sound server");
    assert_eq!(told, [Mark::Connected, Mark::Begins, Mark::Ends]);
}

#[test]
fn a_slow_caller_is_lateness_of_the_generator_and_not_hidden() {
    let plan = plan(start(27, sound));
    let slow = Duration::from_millis(100);
    let load = run(&plan, |mark| {
        if mark == Mark::Begins {
            std::thread::sleep(slow);
        }
    })
    .expect("a sound server");
    // What was planned in the first half of it was late by the other half.
    let late = load.lateness.histogram.count_between(slow.as_nanos() as u64 / 2, u64::MAX);
    assert!(late >= 200, "{late}");
    assert!(load.is_bottleneck());
}

#[test]
fn a_load_is_read_as_it_was_written() {
    let load = sound_run(|plan| plan);
    let text = serde_json::to_string(&load).expect("it can be written");
    let read: Load = serde_json::from_str(&text).expect("it can be read");
    assert_eq!(read, load);
    // HdrHistogram V2, deflated, in base64.
    assert_eq!(text.matches("\"HISTF").count(), 3, "{text}");
}

#[test]
fn a_generator_is_a_bottleneck_if_its_lateness_is_above_1_percent_of_the_latency() {
    let mut load = sound_run(|plan| plan);
    for (lateness, is_bottleneck) in [(990_000, false), (1_010_000, true)] {
        for (times, value) in [(&mut load.latency, 100_000_000), (&mut load.lateness, lateness)] {
            times.histogram.reset();
            times.histogram.record(value).expect("within the bounds");
        }
        assert_eq!(load.is_bottleneck(), is_bottleneck);
    }
}

#[test]
fn a_server_that_keeps_its_end_open_is_counted() {
    let address = start(27, |_, _, request, stream| {
        // A second descriptor of the connection stays open.
        std::mem::forget(stream.try_clone().expect("a descriptor"));
        crate::support::reply(request, stream);
        Goes::On
    });
    let plan = Plan { rate: 40.0, grace: Duration::from_secs(2), ..plan(address) };
    assert_eq!(run(&plan, |_| {}).expect("all is answered").unclosed, 4);
}
