//! The built-in components, in the engine, over the same random scripts as the
//! native executors, and over every workload.

use std::sync::LazyLock;

use crate::support::random_script::{RandomScript, programs};
use pollbench::engine::{Configuration, Guest, Lane, Limits, Outcome, Source};
use pollbench::workload::{CATALOGUE, Kind, Shape};
use pollbench_guests::BUILT_IN;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

static GUESTS: LazyLock<Vec<Guest>> = LazyLock::new(|| {
    let configuration = Configuration::new().expect("an engine");
    let load = |guest| Guest::load(&Source::BuiltIn(guest), &configuration).expect("a guest");
    BUILT_IN.iter().copied().map(load).collect()
});

fn defaults(guest: &Guest) -> Vec<u64> {
    guest.description.knobs.iter().map(|knob| knob.default).collect()
}

fn shape(kind: &Kind, pollables: u32, active: u32) -> Shape {
    let parameters = kind.parameters.iter().map(|p| (p.name.to_string(), p.default)).collect();
    Shape { pollables, active, parameters, effort: 2_000 }
}

fn measure(guest: &Guest, kind: &Kind, shape: &Shape, lane: Lane) -> Outcome {
    let clock = quanta::Clock::new();
    guest.run((kind.build)(shape), &defaults(guest), lane, Limits::default(), &clock)
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
                let script = Box::new(RandomScript::new(&programs));
                let outcome =
                    guest.run(script, &defaults(guest), Lane::Plain, Limits::default(), &clock);
                prop_assert_eq!(outcome.err(), None, "{}", guest.description.name);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_workload_ends_in_order_at_every_size() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            for (pollables, active) in [(1, 1), (2, 1), (2, 2), (7, 3), (100, 100), (500, 50)] {
                let outcome = measure(guest, kind, &shape(kind, pollables, active), Lane::Plain);
                let name = &guest.description.name;
                assert_eq!(outcome.err(), None, "{name} {} N={pollables} A={active}", kind.name);
            }
        }
    }
}

#[test]
fn counted_lane_repeats_to_the_bit() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            let shape = shape(kind, 300, 30);
            let count = || measure(guest, kind, &shape, Lane::Counted).expect("a window");
            let (first, second) = (count(), count());
            assert_eq!(first.counters, second.counters);
            assert_eq!(first.latency_polls, second.latency_polls);
            assert!(first.counters.window.guest_fuel > 0);
        }
    }
}

/// The counts do not depend on being observed.
#[test]
fn all_lanes_see_the_same_events() {
    for guest in &*GUESTS {
        for kind in CATALOGUE {
            let shape = shape(kind, 100, 10);
            let [counted, plain, profiled] =
                [Lane::Counted, Lane::Plain, Lane::Profiled { observation: 10.0 }].map(|lane| {
                    let mut counters =
                        measure(guest, kind, &shape, lane).expect("a window").counters;
                    counters.window.guest_fuel = 0;
                    counters.whole_run.guest_fuel = 0;
                    counters
                });
            assert_eq!(counted, plain);
            assert_eq!(counted, profiled);
        }
    }
}
