//! Cells that are repeated to be looked at, through the real binary.

use pollbench_guests::{BUILT_IN, FAULTY};
use pollbench_reports::profile::LoggedCall;
use pollbench_reports::record::{KnobValue, Record, Status};
use pollbench_simulation::simulation::Kept;

use crate::support::command::{Ran, Workplace};
use pollbench::engine::RunLimits;
use pollbench::profile::{ProfiledCell, Replay};
use pollbench::worker::GuestSource;

/// Workloads in which each fault shows somewhere.
const WORKLOADS: &str = "wakes,churn,timers,fan-out";

/// The record of a broken guest's run. Its file is `faulty.wasm`.
fn broken(workplace: &Workplace, fault: &str, workloads: &str) -> Record {
    workplace.file("faulty.wasm", FAULTY.component);
    let fault = format!("fault={fault}");
    let work = ["--workloads", workloads, "--pollables", "12", "--active", "3", "--run-limit", "2"];
    let guest = ["--guests", "bare", "--guest", "faulty.wasm", "--knob", &fault];
    workplace.measure(&[&guest[..], &work, &["--repetitions", "1"]].concat()).1
}

fn failure(workplace: &Workplace, which: &str, code: i32) -> Ran {
    let ran = workplace.run(&["profile", "--failure", which]);
    assert_eq!(ran.code, Some(code), "{which}: {}{}", ran.stdout, ran.stderr);
    ran
}

/// The task, what it waits for, and the turn: what was lost is in the turns that are shown.
#[test]
fn a_lost_wake_up_is_named_with_its_task_and_turn() {
    let workplace = Workplace::new();
    let record = broken(&workplace, "lose-wakeup", "wakes");
    let failed: Vec<_> = record.cells.iter().filter(|it| it.status == Status::Failed).collect();
    let [cell] = failed.as_slice() else { panic!("{failed:#?}") };
    let message = &cell.failure.as_ref().expect("a failure").message;
    let (_, task) = message.split_once("although task ").expect("a task that was lost");
    let task: u32 = task.split(' ').next().and_then(|it| it.parse().ok()).expect("a number");

    let shown = failure(&workplace, "out", 4).stdout;
    assert!(shown.contains(message), "{shown}");
    let culprit =
        format!("\nTask {task} should have run. It has waited for a pollable since turn ");
    assert!(shown.contains(&culprit), "{shown}");
    let last = shown.lines().rfind(|it| it.starts_with("turn ")).expect("a turn");
    assert!(!last.contains(&format!("task {task},")), "{shown}");
    assert!(shown.ends_with("  it does not return\n"), "{shown}");
}

/// A run is the same each time, so whatever was wrong is wrong again, in the same words.
#[test]
fn every_failure_is_repeated_to_the_word() {
    let workplace = Workplace::new();
    let mut repeated = 0;
    for fault in ["wrong-index", "starve", "forget-timer", "panic", "newest-first", "spin"] {
        let record = broken(&workplace, fault, WORKLOADS);
        let cells = record.cells.iter().zip(1..);
        for (cell, number) in cells.filter(|(it, _)| it.status == Status::Failed) {
            let shown = failure(&workplace, &format!("out/record.json#{number}"), 4).stdout;
            let then = cell.failure.as_ref().expect("a failure");
            let told = format!("{}: {}\n", then.kind, then.message);
            assert!(shown.contains(&told), "{told}{shown}");
            assert!(shown.contains("The last turns, in virtual time:\n"), "{shown}");
            repeated += 1;
        }
    }
    assert!(repeated >= 6, "{repeated}");
}

#[test]
fn a_cell_is_found_by_its_number_or_by_words() {
    let workplace = Workplace::new();
    let record = broken(&workplace, "lose-wakeup", "wakes,churn");
    let position =
        record.cells.iter().position(|it| it.workload == "churn" && it.guest == "faulty");
    let number = position.expect("a cell") + 1;
    let by_number = failure(&workplace, &format!("out#{number}"), 4).stdout;
    assert_eq!(failure(&workplace, "out/record.json#faulty churn", 4).stdout, by_number);
    assert!(by_number.starts_with(&format!("cell {number}: faulty (")), "{by_number}");

    let refuses = |which: &str, words: &[&str]| {
        workplace.refuses(&["profile", "--failure", which], words);
    };
    refuses("out", &["name one of these cells: #", "faulty", "churn", "wakes"]);
    refuses("out#99", &["it has 4 cells", "no cell \"99\""]);
    refuses("out#slab", &["no cell \"slab\""]);
    refuses("elsewhere", &["elsewhere", "No such file"]);
}

/// It may have been mended since, or it may be another build.
#[test]
fn a_cell_that_passes_now_says_so() {
    let workplace = Workplace::new();
    let mut record = broken(&workplace, "lose-wakeup", "wakes");
    let failed = record.cells.iter_mut().find(|it| it.status == Status::Failed).expect("one");
    failed.knobs.insert("at".into(), KnobValue::Integer(1_000_000));
    record.environment.guests[1].sha256 = "0".into();
    record.write(&workplace.path("out/record.json")).expect("a record");
    let shown = failure(&workplace, "out", 0).stdout;
    assert!(shown.contains("The guest is another build"), "{shown}");
    assert!(shown.contains("It passes now"), "{shown}");
    std::fs::remove_file(workplace.path("faulty.wasm")).expect("it was there");
    workplace.refuses(&["profile", "--failure", "out"], &["faulty.wasm"]);
}

/// What the log has is what was counted.
#[test]
fn the_log_of_a_whole_run_has_what_was_counted() {
    let workplace = Workplace::new();
    let arguments = ["--guests", "all", "--workloads", "churn", "--pollables", "12"];
    let once = ["--active", "3", "--repetitions", "1", "--run-limit", "2"];
    let (_, record) = workplace.measure(&[&arguments[..], &once].concat());
    let measured = record.cells.iter().filter(|it| it.status == Status::Ok);
    for cell in measured {
        let limits = RunLimits::default();
        let repeated = ProfiledCell::of_record(&record, cell, limits).expect("a new record");
        assert_eq!(repeated.source, GuestSource::BuiltIn(cell.guest.clone()));
        let replay = Replay::run(&repeated, Kept::Last(100_000)).expect("it can be run");
        assert_eq!(replay.counters, cell.counters, "{}", cell.guest);
        let counted = cell.counters.as_ref().expect("counters").whole_run;
        let (mut polls, mut handles, mut ready, mut steps, mut drops) = (0, 0, 0, 0, 0);
        for call in &replay.log.calls {
            match call {
                LoggedCall::Poll { handles: listed, ready: reported, .. } => {
                    (polls, handles, ready) = (polls + 1, handles + listed, ready + reported);
                }
                LoggedCall::Step { .. } => steps += 1,
                LoggedCall::Drop { pollables } => drops += pollables,
                _ => {}
            }
        }
        assert_eq!(steps, counted.steps, "{}", cell.guest);
        if cell.guest == "p3" {
            continue;
        }
        let logged = [polls, handles, ready, drops];
        let was =
            [counted.poll_calls, counted.handles_passed, counted.ready_returned, counted.drops];
        assert_eq!(logged, was, "{}", cell.guest);
    }
}

#[test]
fn every_guest_is_explained() {
    let workplace = Workplace::new();
    for guest in BUILT_IN {
        let host = if guest.name == "poll-set" { "lean" } else { "stock" };
        let ran = workplace.run(&["profile", "--explain", guest.name, "--host", host]);
        let fails = ran.stdout.contains("It fails in this workload");
        assert_eq!(ran.code, Some(if fails { 4 } else { 0 }), "{}{}", ran.stdout, ran.stderr);
        let loops = !["p3", "poll-set"].contains(&guest.name);
        let turn = ran.stdout.contains("1. The guest passes a list to `poll`.");
        assert_eq!(turn, loops, "{}: {}", guest.name, ran.stdout);
    }
    let all = workplace.run(&["profile", "--explain", "vector-scan"]).stdout;
    assert!(all.contains("everything the 8 tasks wait for"), "{all}");
    workplace.refuses(&["profile", "--explain", "slob"], &["slob", "did you mean \"slab\"?"]);
    workplace.refuses(&["profile"], &["missing: <GUEST|RECORD#CELL", "--failure", "--explain"]);
}
