//! Handlers of HTTP: right answers are measured, and others are told.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pollbench_load::{Asking, Awaited, LoadError, Plan, PlanError, delay, run, value};

use crate::support::{Goes, Serve, plan, reply, start};

fn asking(awaited: Awaited) -> Asking {
    Asking { awaited, requests: 3, upstream: ([127, 0, 0, 1], 65_000).into() }
}

/// The numbers that a request asks for.
fn numbers(request: &[u8]) -> [u32; 3] {
    let request = String::from_utf8(request.to_vec()).expect("a request");
    let path: Vec<&str> = request.split(['/', ' ']).collect();
    assert_eq!(path[4..7], ["3", "127.0.0.1:65000", "HTTP"]);
    let first: u32 = path[3].parse().expect("a number");
    [0, 1, 2].map(|it| first.wrapping_add(it))
}

/// The sum of their values, for the seed of the plan.
fn sum(numbers: &[u32]) -> u64 {
    numbers.iter().map(|it| u64::from(value(7, *it))).sum()
}

/// Answers with this text.
fn answer(text: &str, stream: &mut TcpStream) -> Goes {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", text.len());
    reply((head + text).as_bytes(), stream)
}

/// A plan for a server which does this.
fn planned(awaited: Awaited, serve: impl Serve) -> Plan {
    let asking = asking(awaited);
    let bytes = asking.bytes();
    Plan { http: Some(asking), bytes, ..plan(start(bytes, serve)) }
}

#[test]
fn right_answers_are_measured() {
    for awaited in Awaited::ALL {
        let plan = planned(awaited, move |_, _, request, stream| {
            let numbers = numbers(request);
            match awaited {
                Awaited::Any => answer(&format!("1 {}", sum(&numbers[1..2])), stream),
                _ => answer(&format!("3 {}", sum(&numbers)), stream),
            }
        });
        let load = run(&plan, |_| {}).expect("a load");
        assert_eq!((load.sent, load.received, load.unclosed), (1_000, 1_000, 0));
    }
}

#[test]
fn another_answer_is_told() {
    // A handler that has awaited two answers of three, at the fourth request of a connection.
    let plan = planned(Awaited::All, |_, number, request, stream| {
        let numbers = numbers(request);
        let awaited = if number == 3 { &numbers[..2] } else { &numbers };
        answer(&format!("{} {}", awaited.len(), sum(awaited)), stream)
    });
    match run(&plan, |_| {}) {
        Err(LoadError::Answer { request: 3, expected, found, .. }) => {
            assert!(expected.contains("status 200 and 3 "), "{expected}");
            assert!(found.contains("status 200 and 2 "), "{found}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_request_is_the_same_as_another() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let shared = seen.clone();
    let plan = planned(Awaited::Each, move |_, _, request, stream| {
        let numbers = numbers(request);
        let mut seen = shared.lock().expect("a set");
        let is_new = numbers.iter().all(|it| seen.insert(*it));
        answer(&if is_new { format!("3 {}", sum(&numbers)) } else { "again".into() }, stream)
    });
    let load = run(&plan, |_| {}).expect("a load");
    // The greeting of each connection asks for some, too.
    let requests = load.requests + u64::from(plan.connections);
    assert_eq!(seen.lock().expect("a set").len() as u64, 3 * requests);
}

#[test]
fn plans_of_http_are_checked() {
    let sound = planned(Awaited::Each, |_, _, _, _| Goes::Away);
    assert_eq!(sound.check(), Ok(()));
    let asking = asking(Awaited::Each);
    for requests in [0, 10_001] {
        let http = Some(Asking { requests, ..asking });
        assert_eq!(Plan { http, ..sound.clone() }.check(), Err(PlanError::Requests(requests)));
    }
    let bytes = Plan { bytes: 64, ..sound.clone() };
    assert_eq!(bytes.check(), Err(PlanError::Http { bytes: 64, expected: asking.bytes() }));
    let delays = Plan { longest_delay: Duration::from_nanos(1), ..sound };
    assert!(matches!(delays.check(), Err(PlanError::Http { .. })));
}

/// Half of the shares are in each half of the longest time, as far as that can be told.
#[test]
fn delays_are_spread_over_the_longest() {
    let late = (0..10_000).filter(|it| delay(7, *it, 1_000) >= 500).count();
    assert!((4_700..5_300).contains(&late), "{late}");
}
