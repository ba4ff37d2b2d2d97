//! Every host runs every guest alike, and what it saves is the host's time alone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::support::command::Workplace;
use crate::support::random_script::{RandomScript, programs};
use pollbench::engine::{Configuration, Guest, Host, Lane, NoWindow, RunLimits, Source};
use pollbench_guests::BUILT_IN;
use pollbench_reports::record::{Counters, Interface, PhaseCounters, Status};
use pollbench_simulation::workload::{CATALOGUE, Kind, Shape};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Each guest on each host, in the order of [`Host::ALL`].
static GUESTS: LazyLock<Vec<Vec<Guest>>> = LazyLock::new(|| {
    let configurations = Host::ALL.map(|host| Configuration::of(host).expect("an engine"));
    let load = |guest| Guest::load_for(&Source::BuiltIn(guest), &configurations).expect("a guest");
    BUILT_IN.iter().copied().map(load).collect()
});

fn defaults(guest: &Guest) -> Vec<u64> {
    guest.description.knobs.iter().map(|knob| knob.default).collect()
}

/// WASI 0.3 on the host that is not made for it, and a poll set on any but its own.
fn is_impossible(guest: &Guest) -> bool {
    match guest.record.interface {
        Interface::Async => !guest.host.is_concurrent(),
        Interface::PollSet => guest.host != Host::Lean,
        Interface::Poll => false,
    }
}

/// The counters, or why the guest can't run.
fn counters(guest: &Guest, kind: &Kind, pollables: u32, active: u32) -> Result<Counters, String> {
    let shape = Shape { pollables, active, parameters: kind.defaults(), effort: 2_000 };
    let clock = quanta::Clock::new();
    let workload = (kind.build)(&shape);
    match guest.run(workload, &defaults(guest), Lane::Counted, RunLimits::default(), &clock) {
        Ok(window) => Ok(window.counters),
        Err(NoWindow::NotSupported(why)) => Err(why),
        // They keep a marker, or the losers of races, and never let the host look again.
        Err(NoWindow::Failed(failure))
            if ["wstd", "wasi-async-runtime"].contains(&guest.description.name.as_str()) =>
        {
            Err(failure.kind.to_string())
        }
        Err(why) => panic!("{} on {:?}: {why:?}", guest.description.name, guest.host),
    }
}

/// Guests whose polls follow from the order in which a host reports what is ready:
/// which of their pollables they poll, or how often for what is ready at once.
const ORDERED: [&str; 5] = ["batched", "tiered", "adaptive", "wstd", "wasi-async-runtime"];

/// What does not depend on that order: not what comes after the window, where whatever is
/// owed is waited for.
fn turns(guest: &Guest, counters: &Counters) -> Option<[u64; 3]> {
    let is_ordered = ORDERED.contains(&guest.description.name.as_str());
    let turns = |it: PhaseCounters| [it.events, it.steps, it.poll_calls];
    (!is_ordered).then(|| turns(counters.window))
}

#[test]
fn the_counts_are_the_same_on_each_simulated_host() {
    let mut different = Vec::new();
    for on_hosts in &*GUESTS {
        for kind in CATALOGUE {
            // With all of 150 active, more are ready than tokio lets a poll report.
            for (pollables, active) in [(1, 1), (70, 7), (150, 150)] {
                let [stock, sync, direct, lean] = [0, 1, 2, 3].map(|host| {
                    assert_eq!(on_hosts[host].host, Host::ALL[host]);
                    counters(&on_hosts[host], kind, pollables, active)
                });
                let what = (&on_hosts[0].description.name, kind.name, pollables, active);
                if stock.is_err() {
                    continue;
                }
                if is_impossible(&on_hosts[1]) {
                    assert!(sync.unwrap_err().contains("concurrency support"), "{what:?}");
                } else {
                    assert_eq!(sync, stock, "{what:?}");
                }
                // Both know at once what happens, and report all of it.
                let [lean, direct] = [lean, direct].map(|it| it.map(|it| turns(&on_hosts[0], &it)));
                if lean != direct {
                    different.push(format!("{what:?}: {lean:?}, {direct:?}"));
                }
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn random_scripts_end_in_order_on_each_host() {
    let clock = quanta::Clock::new();
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(200)
    })
    .run(&programs(10, 10), |programs| {
        for guest in GUESTS.iter().flatten().filter(|guest| !is_impossible(guest)) {
            let script = RandomScript::for_guest(&guest.description.name, &programs);
            let script = Box::new(script);
            let outcome =
                guest.run(script, &defaults(guest), Lane::Counted, RunLimits::default(), &clock);
            prop_assert_eq!(outcome.err(), None, "{} {:?}", guest.description.name, guest.host);
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_run_on_several_hosts_says_which_is_which() {
    let workplace = Workplace::new();
    let (ran, record) = workplace.measure(&[
        "--host",
        "lean,stock",
        "--guests",
        "slab,vector-scan",
        "--workloads",
        "idle",
        "--active",
        "1",
        "--pollables",
        "50",
        "--repetitions",
        "6",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let hosts: Vec<&str> = record.environment.hosts.keys().map(String::as_str).collect();
    assert_eq!(hosts, ["lean", "stock"]);
    let polls = record.environment.hosts.values().map(|host| &host.settings["poll"]);
    let polls: Vec<&String> = polls.collect();
    assert_ne!(polls[0], polls[1]);
    let guests: Vec<&str> = record.environment.guests.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(guests, ["slab", "vector-scan"]);
    let cells: Vec<(&str, &str)> =
        record.cells.iter().map(|cell| (cell.guest.as_str(), cell.host.as_str())).collect();
    let expected =
        [("slab", "stock"), ("slab", "lean"), ("vector-scan", "stock"), ("vector-scan", "lean")];
    assert_eq!(cells, expected);
    for words in ["host stock", "host lean", "time per event, stock = 1.00"] {
        assert!(ran.stdout.contains(words), "no {words:?} in {}", ran.stdout);
        if words.starts_with("host") {
            assert!(workplace.read("out/report.html").contains(words), "{words}");
        }
    }
}

#[test]
fn the_record_names_the_synchronous_host() {
    let (ran, record) = Workplace::new().measure(&[
        "--host",
        "stock-sync",
        "--guests",
        "slab",
        "--workloads",
        "burst",
        "--pollables",
        "10",
        "--repetitions",
        "1",
    ]);
    assert_eq!(record.environment.hosts["stock-sync"].settings["concurrency support"], "off");
    assert!(ran.stdout.contains("host stock-sync"), "{}", ran.stdout);
}

/// A poll set is asked nothing about what is idle.
#[test]
fn an_idle_event_costs_a_poll_set_the_same_whatever_the_number() {
    let (ran, record) = Workplace::new().measure(&[
        "--host",
        "lean",
        "--guests",
        "poll-set",
        "--workloads",
        "idle,churn",
        "--active",
        "1",
        "--pollables",
        "100,10000",
        "--repetitions",
        "1",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(record.environment.guests[0].interface, Interface::PollSet);
    let mut fuel: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for cell in &record.cells {
        assert_eq!(cell.status, Status::Ok);
        let window = cell.counters.as_ref().expect("counters").window;
        assert_eq!(window.handles_passed, 0);
        assert!(window.ready_returned >= window.events, "{window:?}");
        // A pollable that is used again stays in the set.
        assert_eq!(window.set_changes > 0, cell.workload == "churn", "{window:?}");
        let each = window.guest_fuel as f64 / window.events as f64;
        fuel.entry(&cell.workload).or_default().push(each);
    }
    for (workload, fuel) in fuel {
        assert!(fuel[1] < 1.2 * fuel[0], "{workload}: {fuel:?}");
    }
}

/// What needs concurrent calls is no error where there are none, and runs beside it.
#[test]
fn wasi_0_3_is_not_supported_on_the_synchronous_host() {
    let (ran, record) = Workplace::new().measure(&[
        "--host",
        "stock-sync,lean",
        "--guests",
        "slab,p3",
        "--workloads",
        "burst",
        "--pollables",
        "10",
        "--repetitions",
        "1",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let cells: Vec<(&str, &str, Status)> = record
        .cells
        .iter()
        .map(|cell| (cell.guest.as_str(), cell.host.as_str(), cell.status))
        .collect();
    let expected = [
        ("slab", "stock-sync", Status::Ok),
        ("slab", "lean", Status::Ok),
        ("p3", "stock-sync", Status::NotSupported),
        ("p3", "lean", Status::Ok),
    ];
    assert_eq!(cells, expected);
    let why = record.cells[2].not_supported.as_ref().expect("a reason");
    assert!(why.contains("WASI 0.3 needs the engine's concurrency support"), "{why}");
}
