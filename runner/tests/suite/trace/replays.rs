//! The workload `replay`, from a trace file to a record.

use pollbench_reports::record::{KnobValue, Record};

use super::components::WRONG;
use super::trace;
use crate::support::command::{Ran, Workplace};
use crate::support::wat_command::command;
use pollbench_reports::trace::{FindingKind, TraceRecord};

/// The options that replay `app.trace`.
const REPLAY: [&str; 4] = ["--workloads", "replay", "--param", "trace=app.trace"];

/// Traces fifty tasks that sleep, each with a pollable of its own.
fn trace_of_sleepers(place: &Workplace) -> TraceRecord {
    let sleepers = WRONG.iter().find(|it| it.kind == FindingKind::PollablePerTimer);
    place.file("app.wasm", &command(sleepers.expect("a component").body));
    trace(place, &["-o", "app.trace", "app.wasm"]).1
}

/// Replays `app.trace` once.
pub fn replay(place: &Workplace, arguments: &[&str]) -> (Ran, Record) {
    place.measure(&[&REPLAY[..], &["--repetitions", "1"], arguments].concat())
}

#[test]
fn what_a_program_did_is_done_by_every_guest() {
    let place = Workplace::new();
    let traced = trace_of_sleepers(&place).counts;
    let (ran, record) = replay(&place, &["--guests", "vector-scan,slab-list,bare"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    // However many sizes a run has by default, a trace has one.
    assert_eq!(record.cells.len(), 3);
    for cell in &record.cells {
        assert_eq!((cell.workload.as_str(), cell.pollables), ("replay", 50), "{}", cell.guest);
        assert_eq!(cell.parameters["trace"], KnobValue::Choice("app.trace".into()));
        let counters = cell.counters.as_ref().expect("counters");
        // The program reported each timer once; its end is an event of the replay, and the
        // first event comes before the window.
        assert_eq!(counters.window.events, traced.ready - 1, "{}", cell.guest);
        // An executor needs one pollable for all of its timers, not fifty.
        assert!(counters.whole_run.handles_passed * 20 < traced.handles, "{}", cell.guest);
    }
    // Values are separated by commas, and a file's name may have some.
    std::fs::copy(place.path("app.trace"), place.path("a,b.trace")).unwrap();
    let comma = ["--workloads", "replay", "--param", "trace=a,b.trace", "--repetitions", "1"];
    let (ran, named) = place.measure(&[&comma[..], &["--guests", "bare"]].concat());
    assert_eq!((ran.code, named.cells.len()), (Some(0), 1), "{}", ran.stderr);
    // It repeats to the bit.
    let (_, again) = replay(&place, &["--guests", "vector-scan,slab-list,bare"]);
    let counters = |it: &Record| it.cells.iter().map(|it| it.counters.clone()).collect::<Vec<_>>();
    assert_eq!(counters(&again), counters(&record));
}

#[test]
fn whatever_takes_a_workload_takes_a_replay() {
    let place = Workplace::new();
    trace_of_sleepers(&place);
    let compare = ["compare", "vector-scan", "slab-list", "--counters-only"];
    let ran = place.run(&[&compare[..], &REPLAY].concat());
    assert!(matches!(ran.code, Some(0 | 1)), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("replay"), "{}", ran.stdout);
    let one = ["--workload", "replay", "--param", "trace=app.trace"];
    let ran = place.run(&[&["profile", "bare", "-o", "profiled"][..], &one].concat());
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let tune = ["tune", "batched", "--objective", "handles-per-event", "-o", "tuned"];
    let ran = place.run(&[&tune[..], &one].concat());
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("batch: replay, 50 pollables"), "{}", ran.stdout);
}

#[test]
fn what_can_not_be_replayed_is_refused_in_a_line() {
    let place = Workplace::new();
    place.file("app.wasm", &command(""));
    trace(&place, &["-o", "app.trace", "app.wasm"]);
    place.file("words.trace", b"no trace");
    for (param, words) in [
        (None, "the workload replay needs a trace: write one with `pollbench trace -o FILE"),
        (Some("trace=none.trace"), "none.trace"),
        (Some("trace=words.trace"), "words.trace"),
        (Some("trace=app.trace"), "can't replay app.trace: fewer than 2 pollables became ready"),
    ] {
        let param: Vec<&str> = param.iter().flat_map(|it| ["--param", it]).collect();
        let run = [&["run", "--workloads", "replay"][..], &param].concat();
        place.refuses(&run, &[words]);
    }
}
