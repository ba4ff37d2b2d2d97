//! The built-in components, in the engine, over the same random scripts as the
//! native executors, and over every workload.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::support::random_script::{ONE_SHOT, Op, Programs, RandomScript, programs};
use pollbench::engine::{
    Configuration, Guest, Host, Lane, NoWindow, Observation, Outcome, RunLimits, Source, Window,
};
use pollbench_guests::{BUILT_IN, BuiltIn};
use pollbench_reports::record::{Failure, FailureKind, PhaseCounters};
use pollbench_simulation::workload::{self, CATALOGUE, Kind, Range, Shape};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// On the usual host, but for the poll set, which is of another.
static GUESTS: LazyLock<Vec<Guest>> = LazyLock::new(|| {
    let [stock, lean] =
        [Host::Stock, Host::Lean].map(|host| Configuration::of(host).expect("an engine"));
    let load = |guest: BuiltIn| {
        let configuration = if guest.name == "poll-set" { &lean } else { &stock };
        Guest::load(&Source::BuiltIn(guest), configuration).expect("a guest")
    };
    BUILT_IN.iter().copied().map(load).collect()
});

fn is_one_shot(guest: &Guest) -> bool {
    ONE_SHOT.contains(&guest.description.name.as_str())
}

/// Those in which a task goes on without a poll as long as its pollable is ready.
const GREEDY: [&str; 2] = ["wstd", "wasi-async-runtime"];

fn is_greedy(guest: &Guest) -> bool {
    GREEDY.contains(&guest.description.name.as_str())
}

/// The window, unless the guest can't express the workload and need not.
fn supported(guest: &Guest, outcome: Outcome) -> Option<Window> {
    match outcome {
        Ok(window) => Some(window),
        Err(NoWindow::NotSupported(reason)) if is_one_shot(guest) => {
            assert!(["`again`: ", "`yield`: "].iter().any(|step| reason.starts_with(step)));
            None
        }
        Err(NoWindow::NotSupported(reason)) if guest.description.name == "p3" => {
            assert!(reason.starts_with("`read`: "), "{reason}");
            None
        }
        // The one keeps its marker, the other the losers of races, which is hoarding: with one
        // of them ready in every poll the host never yields, and finds nothing that has
        // happened since.
        Err(NoWindow::Failed(Failure {
            kind:
                FailureKind::Starved
                | FailureKind::Livelock
                | FailureKind::TimeLimit
                | FailureKind::Hoarded,
            ..
        })) if is_greedy(guest) => None,
        Err(failure) => panic!("{}: {failure:?}", guest.description.name),
    }
}

fn defaults(guest: &Guest) -> Vec<u64> {
    guest.description.knobs.iter().map(|knob| knob.default).collect()
}

fn shape(kind: &Kind, pollables: u32, active: u32) -> Shape {
    Shape { pollables, active, parameters: kind.defaults(), effort: 2_000 }
}

fn measure(guest: &Guest, kind: &Kind, shape: &Shape, lane: Lane) -> Outcome {
    let clock = quanta::Clock::new();
    guest.run((kind.build)(shape), &defaults(guest), lane, RunLimits::default(), &clock)
}

#[test]
fn random_scripts_end_in_order() {
    let clock = quanta::Clock::new();
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    });
    runner
        .run(&programs(10, 10), |programs| {
            for guest in &*GUESTS {
                let script = RandomScript::for_guest(&guest.description.name, &programs);
                let script = Box::new(script);
                let outcome = guest.run(
                    script,
                    &defaults(guest),
                    Lane::Counted,
                    RunLimits::default(),
                    &clock,
                );
                prop_assert_eq!(outcome.err(), None, "{}", guest.description.name);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn random_scripts_end_in_order_with_other_knobs() {
    let clock = quanta::Clock::new();
    let guest = |name| GUESTS.iter().find(|guest| guest.description.name == name).expect(name);
    let settings: [(&str, &[u64]); 2] = [("wstd", &[1]), ("tiered", &[2, 3])];
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    });
    runner
        .run(&programs(10, 10), |programs| {
            for (name, knobs) in settings {
                let script = Box::new(RandomScript::new(&programs));
                let outcome =
                    guest(name).run(script, knobs, Lane::Counted, RunLimits::default(), &clock);
                prop_assert_eq!(outcome.err(), None, "{}", name);
            }
            Ok(())
        })
        .unwrap();
}

/// Whatever step it is that a guest has no means for, it says so and ends.
#[test]
fn a_guest_that_does_not_support_a_step_says_so() {
    let clock = quanta::Clock::new();
    let mut refused = BTreeSet::new();
    for guest in &*GUESTS {
        for (step, op) in [
            ("again", Op::WaitAgain(9_000, vec![0])),
            ("yield", Op::Yield),
            ("read", Op::Read(9_000, vec![0])),
        ] {
            let waiting = vec![Op::Timeout(None, 1_000_000), Op::Wait(1_000_000)];
            let programs = Programs { programs: vec![vec![op], waiting], from_start: 2 };
            let script = Box::new(RandomScript::new(&programs));
            match guest.run(script, &defaults(guest), Lane::Counted, RunLimits::default(), &clock) {
                Err(NoWindow::NotSupported(reason)) => {
                    assert!(reason.starts_with(&format!("`{step}`: ")), "{reason}");
                    refused.insert((guest.description.name.as_str(), step));
                }
                outcome => assert_eq!(outcome.err(), None, "{} {step}", guest.description.name),
            }
        }
    }
    let [one, other] = ONE_SHOT;
    let expected =
        [(one, "again"), (one, "yield"), (other, "again"), (other, "yield"), ("p3", "read")];
    assert_eq!(refused, expected.into());
}

#[test]
fn every_workload_ends_in_order_at_every_size() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            for (pollables, active) in [(1, 1), (2, 1), (2, 2), (7, 3), (100, 100), (200, 20)] {
                let shape = shape(kind, pollables, active);
                supported(guest, measure(guest, kind, &shape, Lane::Plain));
            }
        }
    }
}

/// The words a parameter can be, each with the defaults of the others.
fn words(kind: &Kind) -> Vec<(&'static str, u64)> {
    let words = kind.parameters.iter().flat_map(|parameter| match parameter.range {
        Range::Choice(words) => (0..words.len() as u64).map(|it| (parameter.name, it)).collect(),
        Range::Integer(..) | Range::Trace => Vec::new(),
    });
    words.collect()
}

#[test]
fn every_mode_of_a_workload_ends_in_order() {
    let modes = CATALOGUE.iter().flat_map(|kind| words(kind).into_iter().map(move |it| (kind, it)));
    let modes: Vec<_> = modes.collect();
    assert!(modes.len() >= 6, "all, any, each; same, uniform, descending");
    for guest in &*GUESTS {
        for (kind, (name, value)) in &modes {
            let mut shape = shape(kind, 60, 6);
            shape.parameters.insert(name.to_string(), *value);
            supported(guest, measure(guest, kind, &shape, Lane::Counted));
        }
    }
}

#[test]
fn counted_lane_repeats_to_the_bit() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            let shape = shape(kind, 150, 15);
            let count = || supported(guest, measure(guest, kind, &shape, Lane::Counted));
            let (Some(first), Some(second)) = (count(), count()) else { continue };
            assert_eq!(first.counters, second.counters);
            assert_eq!(first.waits.polls, second.waits.polls);
            assert_eq!(first.cold_waits.polls, second.cold_waits.polls);
            assert!(first.counters.window.guest_fuel > 0);
        }
    }
}

/// In the second world too an event goes through the host's loop each time, even one
/// that has happened before its task waits for it: it costs the guest no less when
/// others are under way.
#[test]
fn every_event_without_poll_goes_through_the_loop() {
    let p3 = GUESTS.iter().find(|guest| guest.description.name == "p3").expect("p3");
    let idle = workload::find("idle").expect("idle");
    let [alone, among_others] = [1, 30].map(|active| {
        let window = measure(p3, idle, &shape(idle, 300, active), Lane::Counted).expect("a window");
        let counters = window.counters.window;
        let calls = counters.poll_calls;
        assert!(calls.abs_diff(counters.events) <= u64::from(active), "{counters:?}");
        counters.guest_fuel as f64 / counters.events as f64
    });
    assert!(among_others > 0.9 * alone, "{among_others} {alone}");
}

/// The counts do not depend on being observed.
#[test]
fn all_lanes_see_the_same_events() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            let shape = shape(kind, 100, 10);
            // After the window, a run that is checked goes on until nothing is owed.
            let [counted, plain, profiled] = [
                Lane::Counted,
                Lane::Plain,
                Lane::Profiled { observation: Observation { stamp: 10.0, crossing: 5.0 } },
            ]
            .map(|lane| {
                let window = supported(guest, measure(guest, kind, &shape, lane))?;
                Some(PhaseCounters { guest_fuel: 0, ..window.counters.window })
            });
            if counted.is_some() {
                assert_eq!(counted, plain, "{} {}", guest.description.name, kind.name);
                assert_eq!(counted, profiled, "{} {}", guest.description.name, kind.name);
            }
        }
    }
}
