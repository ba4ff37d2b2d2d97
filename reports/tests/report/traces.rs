//! Traces: what is counted, what is found, and how it reads.

use pollbench_reports::shown::Shown as _;
use pollbench_reports::trace::{
    Component, Counts, Ended, FindingKind, Function, Look, Made, PollableKind, SCHEMA, Spread,
    Tally, Times, Took, TraceRecord, WrittenFile, diagnose,
};
use proptest::prelude::*;

use crate::support::ODD;

/// A host and a component in one: it makes the calls, and knows what it has done.
#[derive(Default)]
struct Caller {
    tally: Tally,
    made: u32,
}

impl Caller {
    fn make(&mut self, kind: PollableKind, due: Option<u64>) -> u32 {
        self.made += 1;
        self.tally.made(self.made, Made { kind, due });
        self.made
    }

    fn stream(&mut self) -> u32 {
        self.make(PollableKind::Stream, None)
    }

    fn timer(&mut self, due: u64) -> u32 {
        self.make(PollableKind::Timer, Some(due))
    }

    /// Polls after so many other calls.
    fn poll(&mut self, list: &[u32], ready: &[u32], calls: u64) {
        let took = Took { worked: 100, blocked: 10 };
        self.tally.looked(&Look { function: Function::Poll, list, ready, calls, took });
    }

    fn kinds(self) -> Vec<FindingKind> {
        diagnose(&self.tally.finish()).iter().map(|it| it.kind).collect()
    }
}

/// A record about a component of this name, in which something was found.
pub fn found(name: &str) -> TraceRecord {
    let mut caller = Caller::default();
    let list = [caller.stream()];
    (0..1_000).for_each(|_| caller.poll(&list, &[0], 0));
    let counts = caller.tally.finish();
    let spread = Spread { mean: 1.5, least: 1, median: 1, p90: 2, p99: 2, most: 2 };
    TraceRecord {
        trace_schema: SCHEMA,
        started: "2026-11-28T08:15:00Z".into(),
        command: format!("pollbench trace {name}"),
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48".into(),
        component: Component { file: name.into(), sha256: "00".into(), bytes: 1 },
        network: "none".into(),
        ended: Ended::Trapped(name.into()),
        seconds: 2.0,
        time: Times { guest: 1e6, boundary: 2e6, host: 3e6, blocked: 4e6, observation: 0.0 },
        wake_up: Some(spread),
        http: None,
        functions: None,
        findings: diagnose(&counts),
        counts,
        file: Some(WrittenFile { path: name.into(), bytes: 9, events: 1_001, lost: 1 }),
    }
}

#[test]
fn the_summary_has_what_was_found_first() {
    let text = found("app.wasm").text();
    assert!(text.starts_with("FOUND: app.wasm: ready-left-in-list.\n"), "{text}");
    for line in [
        "polls      1,000 (500 a second), 999 spurious",
        "ready      1,000 of 1,000 handles (100 %)",
        "pollables  1 made, 0 dropped, 1 alive at the end (stream 1 made, 1 alive)",
        "of which the first 1 are lost, for it was full (9 B)",
        "ready-left-in-list: 999 of 1,000 waits returned at once",
        "  what it costs: The host worked 99.9 µs for these looks, over 999 handles.",
    ] {
        assert!(text.contains(line), "no {line:?} in {text}");
    }
}

#[test]
fn odd_names_stay_on_their_lines() {
    let lines = |name: &str| found(name).text().lines().count();
    for name in ODD {
        assert_eq!(lines(name), lines("app.wasm"), "{name:?}");
        assert!(!found(name).text().contains(['\u{1b}', '\u{202e}']));
    }
}

#[test]
fn a_component_that_works_all_the_time_is_not_busy() {
    // One that keeps reading: its stream is ready each time, and read each time.
    let mut caller = Caller::default();
    let list: Vec<u32> = (0..100).map(|_| caller.stream()).collect();
    (0..1_000).for_each(|_| caller.poll(&list, &[7], 2));
    assert_eq!(caller.kinds(), []);
    // One that looks without waiting, after each batch of sixty tasks.
    let mut caller = Caller::default();
    let mut list: Vec<u32> = (0..1_000).map(|_| caller.stream()).collect();
    list.push(caller.timer(0));
    (0..1_000).for_each(|_| caller.poll(&list, &[1_000], 60));
    assert_eq!(caller.kinds(), []);
}

#[test]
fn a_loop_that_looks_after_each_task_is_found_although_nothing_is_ready() {
    let mut caller = Caller::default();
    let mut list: Vec<u32> = (0..1_000).map(|_| caller.stream()).collect();
    list.push(caller.timer(0));
    (0..1_000).for_each(|_| caller.poll(&list, &[1_000], 1));
    assert_eq!(caller.kinds(), [FindingKind::PollsAfterEveryTask]);
}

#[test]
fn a_timer_that_is_made_anew_for_the_first_deadline_is_right() {
    let mut caller = Caller::default();
    let stream = caller.stream();
    for _ in 0..1_000 {
        let timer = caller.timer(1_000_000_000);
        caller.poll(&[stream, timer], &[0], 2);
        caller.tally.dropped(timer);
    }
    assert_eq!(caller.kinds(), []);
}

#[test]
fn a_marker_now_and_then_is_a_busy_loop_and_one_in_every_list_another() {
    for (every, kind) in [(4, FindingKind::BusyLoop), (1_000, FindingKind::ZeroDurationInList)] {
        let mut caller = Caller::default();
        let (stream, marker) = (caller.stream(), caller.timer(0));
        for turn in 0..1_000 {
            match turn % every == 3 {
                true => caller.poll(&[stream], &[0], 1),
                false => caller.poll(&[stream, marker], &[1], 0),
            }
        }
        assert_eq!(caller.kinds(), [kind]);
    }
}

#[test]
fn connections_that_stay_are_no_pollables_that_are_kept() {
    let mut caller = Caller::default();
    let mut list = Vec::new();
    for _ in 0..300 {
        list.push(caller.stream());
        // That of the other direction, which is never waited for.
        caller.stream();
        let last = list.len() as u32 - 1;
        caller.poll(&list, &[last], 3);
    }
    assert_eq!(caller.kinds(), []);
}

proptest! {
    /// Whatever a component does, the sums are those of its calls.
    #[test]
    fn sums_are_those_of_the_calls(
        calls in prop::collection::vec((0_u8..4, 0_u32..20, 0_u64..3), 0..200),
    ) {
        let mut tally = Tally::default();
        let (mut made, mut dropped, mut looks, mut others) = (0, 0, 0, 0);
        let mut alive = std::collections::BTreeSet::new();
        for (what, pollable, calls) in calls {
            match what {
                0 if alive.insert(pollable) => {
                    made += 1;
                    tally.made(pollable, Made { kind: PollableKind::Timer, due: Some(calls * 5_000) });
                }
                1 if alive.remove(&pollable) => {
                    dropped += 1;
                    tally.dropped(pollable);
                }
                _ if !alive.is_empty() => {
                    let list: Vec<u32> = alive.iter().copied().collect();
                    let function = if what == 2 { Function::Poll } else { Function::Block };
                    let took = Took::default();
                    tally.looked(&Look { function, list: &list, ready: &[0], calls, took });
                    (looks, others) = (looks + 1, others + calls);
                }
                _ => {}
            }
        }
        let counts: Counts = tally.finish();
        prop_assert_eq!((counts.made(), counts.dropped()), (made, dropped));
        prop_assert_eq!((counts.looks(), counts.other_calls), (looks, others));
        prop_assert_eq!(counts.forgotten.all() + counts.forgotten.others, alive.len() as u64);
        prop_assert!(counts.spurious() + counts.after_each.looks <= counts.waits());
        prop_assert!(counts.ready <= counts.handles);
    }
}
