//! `pollbench live`: servers on real sockets, with a load generator in another process.

use pollbench_reports::live::{LiveRecord, RateTried};
use pollbench_reports::record::Record;
use pollbench_reports::summary::histogram;

use crate::support::command::{Ran, Workplace};
use crate::support::wat_command::command;
use crate::support::wat_handler::handler;

/// A small load for which a slow machine has the time.
const SMALL: [&str; 10] = [
    "--connections",
    "20",
    "--active",
    "5",
    "--rate",
    "200",
    "--time",
    "500ms",
    "--warm-up",
    "100ms",
];

/// Runs `pollbench live echo …` and reads what it says.
fn echo(place: &Workplace, arguments: &[&str]) -> (Ran, LiveRecord) {
    live(place, "echo", arguments)
}

fn live(place: &Workplace, scenario: &str, arguments: &[&str]) -> (Ran, LiveRecord) {
    let all =
        [&["live", scenario, "-o", "out", "--write", "json=live.json"], &SMALL[..], arguments];
    let ran = place.run(&all.concat());
    let text = std::fs::read_to_string(place.path("live.json"));
    let text = text.unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let record = serde_json::from_str(&text);
    (ran, record.unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn every_built_in_server_echoes_every_byte() {
    let place = Workplace::new();
    let (ran, record) = echo(&place, &["--guests", "all", "--rounds", "1"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(record.cells.len(), pollbench_guests::LIVE.len());
    for cell in &record.cells {
        let [round] = cell.rounds.as_slice() else { panic!("{}: {cell:?}", cell.guest) };
        // What was planned in half a second, of which each was answered.
        assert_eq!((round.requests, cell.failure.as_ref()), (100, None), "{}", cell.guest);
        let [latency, service, lateness] = [&cell.latency, &cell.service, &cell.lateness]
            .map(|it| histogram(it.as_ref().expect("times")).expect("a histogram"));
        for quantile in [0.0, 0.5, 0.9, 0.99, 1.0] {
            let of = |it: &hdrhistogram::Histogram<u64>| it.value_at_quantile(quantile);
            assert!(of(&latency) >= of(&service), "{}: {quantile}", cell.guest);
            assert!(of(&latency) >= of(&lateness), "{}: {quantile}", cell.guest);
        }
        if cfg!(target_os = "linux") {
            let cpu = round.guest_cpu_ns.zip(round.server_cpu_ns).expect("Linux tells");
            assert!(cpu.0 > 0.0 && cpu.0 <= cpu.1, "{}: {cpu:?}", cell.guest);
        }
        assert!(ran.stdout.contains(&cell.guest), "{}", ran.stdout);
    }
    let report = place.read("out/report.html");
    assert!(report.contains("takes the least processor time"), "{report}");
    // The record makes the same report again.
    let again = place.run(&["report", "out/live.json", "-o", "again"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(place.read("again/report.html"), report);
}

#[test]
fn a_simulation_stands_beside_real_sockets() {
    let place = Workplace::new();
    let guests = ["--guests", "bare,slab-list"];
    let cells = ["--workloads", "idle", "--pollables", "20", "--active", "1", "--repetitions", "1"];
    let simulated = place.run(&[&["run", "-o", "simulated"], &guests[..], &cells].concat());
    assert_eq!(simulated.code, Some(0), "{}", simulated.stderr);
    let arguments = [&guests[..], &["--rounds", "1", "--simulated", "simulated"]].concat();
    let (ran, record) = echo(&place, &arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let simulation = Record::read(&place.path("simulated/record.json")).expect("a record");
    for it in &record.simulated {
        let cell = simulation.cells.iter().find(|cell| cell.guest == it.guest).expect("a cell");
        assert_eq!(it.pollables, 20);
        let time = cell.time_per_event().expect("a time");
        assert_eq!(it.time.median, time.median);
    }
    assert_eq!(record.simulated.len(), 2);
    if cfg!(target_os = "linux") {
        let words = "real sockets tell no two guests apart";
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
        assert!(place.read("out/report.html").contains(words));
    }
}

/// With 25 ms between two requests of a connection, timers take up to 12.5 ms. The load generator
/// fails a server that answers before a timer may have ended.
#[test]
fn every_built_in_server_answers_when_a_timer_has_ended() {
    let place = Workplace::new();
    let arguments = ["--guests", "all", "--rounds", "1"];
    let (ran, record) = live(&place, "timers", &arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(record.scenario.name(), "timers");
    assert_eq!(record.cells.len(), pollbench_guests::LIVE.len());
    for cell in &record.cells {
        let [round] = cell.rounds.as_slice() else { panic!("{}: {cell:?}", cell.guest) };
        assert_eq!((round.requests, cell.failure.as_ref()), (100, None), "{}", cell.guest);
    }
    assert!(ran.stdout.contains("how late timers are"), "{}", ran.stdout);
    assert!(place.read("out/report.html").contains("how late timers are"));
}

#[test]
fn timers_that_make_no_sense_are_refused_in_a_line() {
    let place = Workplace::new();
    for (arguments, words) in [
        (&["--bytes", "1"][..], &["a request of 1 bytes can't say", "--bytes"][..]),
        (&["--delay", "1h"], &["timers may take 3600s", "--delay", "--rate", "--active"]),
    ] {
        place.refuses(&[&["live", "timers", "--guests", "slab"], arguments].concat(), words);
    }
}

/// The load generator knows the sum of the values that the other server has told, and the handler
/// only knows them from there.
#[test]
fn built_in_handlers_answer_with_what_they_have_asked_for() {
    for awaited in ["all", "any", "each"] {
        let place = Workplace::new();
        let arguments =
            ["--guests", "all", "--rounds", "1", "--requests", "7", "--delay", "2ms", "--await"];
        let (ran, record) = live(&place, "http", &[&arguments[..], &[awaited]].concat());
        assert_eq!(ran.code, Some(0), "{awaited}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(record.cells.len(), pollbench_guests::LIVE.len());
        for cell in &record.cells {
            let [round] = cell.rounds.as_slice() else { panic!("{}: {cell:?}", cell.guest) };
            assert_eq!((round.requests, cell.failure.as_ref()), (100, None), "{}", cell.guest);
        }
        let words = "the server sends 7 requests of its own";
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
        assert!(place.read("out/report.html").contains(words));
    }
}

/// The workers that use an instance again lose nothing, however often that is.
#[test]
fn an_instance_of_wasi_0_3_may_handle_any_number_of_requests() {
    for reuse in ["1", "3", "1000"] {
        let place = Workplace::new();
        let arguments = ["--guests", "p3", "--rounds", "1", "--requests", "3", "--reuse", reuse];
        let (ran, record) = live(&place, "http", &arguments);
        assert_eq!(ran.code, Some(0), "{reuse}: {}{}", ran.stdout, ran.stderr);
        let [round] = record.cells[0].rounds.as_slice() else { panic!("{record:?}") };
        assert_eq!(
            (round.requests, record.settings.http.and_then(|it| it.reuse)),
            (100, reuse.parse().ok())
        );
    }
}

#[test]
fn handlers_that_can_not_be_measured_are_refused_in_a_line() {
    let place = Workplace::new();
    place.file("program.wasm", &command("(call $say)"));
    for (arguments, words) in [
        (&["--bytes", "64"][..], &["--bytes is not for http"][..]),
        (&["--simulated", "here"], &["--simulated is not for http"]),
        (&["--requests", "0"], &["--requests"]),
        (&["--await", "some"], &["\"some\" can't be awaited", "all, any or each"]),
        (&["--delay", "x"], &["--delay", "a duration"]),
        (&["--reuse", "0"], &["--reuse"]),
        (&["--guests", "none", "--guest", "program.wasm"], &["program.wasm", "wasi:http/"]),
    ] {
        place.refuses(&[&["live", "http"], arguments].concat(), words);
    }
}

/// A handler that never answers, and one that traps, are failures of their cells.
#[test]
fn a_handler_that_does_not_answer_is_a_failed_cell() {
    let place = Workplace::new();
    place.file("traps.wasm", &handler("unreachable"));
    place.file("silent.wasm", &handler(""));
    let guests = ["--guests", "none", "--guest", "traps.wasm", "--guest", "silent.wasm"];
    let (ran, record) = live(&place, "http", &[&guests[..], &["--rounds", "1"]].concat());
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    for cell in &record.cells {
        let failure = cell.failure.as_deref().unwrap_or_default();
        assert!(failure.contains("what came is status 500"), "{failure}");
        assert_eq!(failure.contains("it said: a trap"), cell.guest == "traps", "{failure}");
    }
}

#[test]
fn a_bound_that_nobody_keeps_has_no_rate() {
    let place = Workplace::new();
    let arguments = ["--guests", "slab-list", "--rounds", "1", "--p99-at-most", "1ns"];
    let (ran, record) = echo(&place, &arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let highest = record.cells[0].highest.as_ref().expect("it was looked for");
    let is_missed = |it: &RateTried| !it.is_kept && it.latency_p99_ns.is_some_and(|it| it > 1);
    assert!(highest.tried.len() > 1 && highest.tried.iter().all(is_missed), "{highest:?}");
    assert!(ran.stdout.contains("slab-list below 100"), "{}", ran.stdout);
}

#[test]
fn guests_take_turns_and_a_server_that_ends_is_a_failed_cell_and_no_more() {
    let place = Workplace::new();
    place.file("ends.wasm", &command("(call $say)"));
    let arguments = ["--guests", "slab-list", "--guest", "mine=ends.wasm", "--rounds", "2"];
    let (ran, record) = echo(&place, &arguments);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    let [sound, failed] = record.cells.as_slice() else { panic!("{record:?}") };
    let rounds: Vec<u32> = sound.rounds.iter().map(|it| it.round).collect();
    assert_eq!((sound.guest.as_str(), rounds), ("slab-list", vec![0, 1]));
    let failure = failed.failure.as_deref().expect("a failure");
    assert!(failure.contains("the server ended by itself"), "{failure}");
    assert!(failure.contains("the server has ended: with exit code 0"), "{failure}");
    assert!(failed.rounds.is_empty(), "{failed:?}");
    assert!(ran.stdout.contains("Warning: mine, 20 connections"), "{}", ran.stdout);
}

#[test]
fn what_makes_no_sense_is_refused_in_a_line() {
    let place = Workplace::new();
    place.file("text.wasm", b"(module)");
    place.file("ends.wasm", &command(""));
    std::fs::create_dir(place.path("other")).unwrap();
    std::fs::write(place.path("other/ends.wasm"), command("(call $say)")).unwrap();
    let none = ["--guests", "none"];
    let cell =
        ["--guests", "bare", "--workloads", "idle", "--pollables", "20", "--repetitions", "1"];
    let simulated = place.run(&[&["run", "-o", "simulated"][..], &cell].concat());
    assert_eq!(simulated.code, Some(0), "{}", simulated.stderr);
    for (arguments, words) in [
        (&["--guests", "slab-lost"][..], &["no built-in server over", "slab-list"][..]),
        (&none, &["no guest is selected"]),
        (&["--host", "lean"], &["no host \"lean\"", "unconstrained"]),
        (&["--guest", "missing.wasm"], &["can't read", "missing.wasm"]),
        (&["--guest", "text.wasm"], &["can't run text.wasm", "text form"]),
        (&["--active", "30", "--connections", "20"], &["30 active connections of 20"]),
        (&["--rate", "1", "--time", "10ms"], &["no request is planned in 10ms", "--rate"]),
        (
            &["--guest", "ends.wasm", "--guest", "other/ends.wasm"],
            &["called \"ends\"", "NAME=FILE"],
        ),
        (&["--rounds", "0"], &["--rounds"]),
        (&["--simulated", "missing"], &["can't read", "missing"]),
        (
            &["--simulated", "simulated", "--guests", "slab"],
            &["simulated/record.json has no time of any guest", "pollbench run"],
        ),
        (&["--connections", "1000000"], &["--connections"]),
    ] {
        place.refuses(&[&["live", "echo"], arguments].concat(), words);
    }
    place.refuses(&["live"], &["a command is missing"]);
    place.refuses(&["live-server", "x"], &["for `pollbench live` to start"]);
}
