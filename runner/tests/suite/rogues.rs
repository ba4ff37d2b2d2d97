//! Guests that misbehave end their own cell only, under the right name; guests that
//! use the rest of WASI are no different from others.

use std::fs;

use crate::support::command::{Ran, Workplace};
use crate::support::wat_guest::{SERVE, component, component_with, mute};
use pollbench_reports::record::{Cell, FailureKind, Record, Status};

/// What each does, the name of its failure, and a word of the message.
const ROGUES: [(&str, &str, FailureKind, &str); 20] = [
    ("traps", "(unreachable)", FailureKind::Trap, "unreachable"),
    (
        "drops-the-parent-first",
        "(local.set $i (call $stderr)) (drop (call $stream-subscribe (local.get $i)))
        (call $output-drop (local.get $i))",
        FailureKind::Trap,
        "at step 0, in the drop of `output-stream` (wasi:io/streams), called by `run`: resource has children",
    ),
    (
        "drops-what-is-not-there",
        "(call $next (i32.const 0) (i32.const 0) (i32.const 1024)) (call $drop (i32.const 77))",
        FailureKind::Trap,
        "at step 1, in the drop of `pollable` (wasi:io/poll), called by `run`: unknown handle index 77",
    ),
    (
        "polls-what-is-not-there",
        "(i32.store (i32.const 1024) (i32.const 77))
        (call $poll (i32.const 1024) (i32.const 1) (i32.const 1032))",
        FailureKind::Trap,
        "at step 0, in `poll` of wasi:io/poll, called by `run`: unknown handle index 77",
    ),
    (
        "recurses",
        "(drop (call $run (i32.const 0) (i32.const 0) (i32.const 0)))",
        FailureKind::Trap,
        "stack",
    ),
    ("panics", "(call $print) (unreachable)", FailureKind::Trap, "in `run`"),
    (
        "exits",
        "(call $print) (call $exit (i32.const 1))",
        FailureKind::Exit,
        "called by `run`: it called exit(1)",
    ),
    ("spins", "(loop $l (br $l))", FailureKind::TimeLimit, "event 0 of"),
    (
        "asks-the-time",
        "(loop $l (drop (call $now)) (br $l))",
        FailureKind::Livelock,
        "in a row returned and no task ran",
    ),
    (
        "fills-memory",
        "(loop $l (drop (memory.grow (i32.const 16))) (br $l))",
        FailureKind::MemoryLimit,
        "more than 64 MiB",
    ),
    (
        "hoards-handles",
        "(loop $l (drop (call $subscribe (i64.const 0))) (br $l))",
        FailureKind::HandleLimit,
        "had 500 handles",
    ),
    (
        "hoards-streams",
        "(loop $l (drop (call $stderr)) (br $l))",
        FailureKind::HandleLimit,
        "--handle-limit",
    ),
    ("chatters", "(loop $l (call $print) (br $l))", FailureKind::OutputLimit, "more than 2 KiB"),
    (
        "polls-nothing",
        "(call $poll (i32.const 0) (i32.const 0) (i32.const 1024))",
        FailureKind::EmptyPoll,
        "no handle",
    ),
    (
        "polls-on-and-on",
        "
        (i32.store (i32.const 1024) (call $subscribe (i64.const 0)))
        (loop $l (call $poll (i32.const 1024) (i32.const 1) (i32.const 1032)) (br $l))",
        FailureKind::Livelock,
        "10000 polls",
    ),
    (
        "polls-for-ever",
        "
        (call $next (i32.const 1) (i32.const 0) (i32.const 1024))
        (call $poll (i32.const 1032) (i32.const 1) (i32.const 1040))",
        FailureKind::Lost,
        "blocks although task 0",
    ),
    ("returns-early", "", FailureKind::Unfinished, "too early"),
    (
        "invents-a-task",
        "(call $next (i32.const 1000) (i32.const 0) (i32.const 1024))",
        FailureKind::UnknownTask,
        "1000",
    ),
    (
        "lies",
        "(call $next (i32.const 0) (i32.const 5) (i32.const 1024))",
        FailureKind::WrongOutcome,
        "outcome 5",
    ),
    // Two of its own, and one of a stream, which is not counted with them.
    (
        "leaks",
        "(drop (call $stream-subscribe (call $stderr)))
        (drop (call $subscribe (i64.const -1)))(drop (call $subscribe (i64.const -1)))SERVE",
        FailureKind::Leaked,
        ": 2 of",
    ),
];

const BURST: [&str; 6] = ["--workloads", "burst", "--pollables", "50", "--repetitions", "1"];

fn cell<'a>(record: &'a Record, guest: &str) -> &'a Cell {
    record.cells.iter().find(|cell| cell.guest == guest).expect("a cell for each guest")
}

/// Measures these guests, beside a built-in one.
fn measure(guests: &[(&str, String)], limits: &[&str]) -> (Ran, Record) {
    let workplace = Workplace::new();
    let mut arguments = [&BURST[..], &["--guests", "slab"], limits].concat();
    for (name, run) in guests {
        fs::write(workplace.path(name), component(name, run)).expect("a file");
        arguments.extend(["--guest", name]);
    }
    workplace.measure(&arguments)
}

#[test]
fn each_rogue_guest_fails_only_its_own_cell_and_under_its_name() {
    let guests = ROGUES.map(|(name, run, ..)| (name, run.replace("SERVE", SERVE)));
    let limits = [
        "--run-limit",
        "3",
        "--memory-limit",
        "64",
        "--handle-limit",
        "500",
        "--output-limit",
        "2",
    ];
    let (ran, record) = measure(&guests, &limits);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let wrong = ROGUES.into_iter().filter_map(|(name, _, kind, word)| {
        let failure = cell(&record, name).failure.as_ref();
        let named = failure.is_some_and(|f| f.kind == kind && f.message.contains(word));
        (!named).then(|| format!("{name}: {failure:?}, expected {kind} with {word:?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(cell(&record, "slab").status, Status::Ok);
}

/// A guest that prints and panics some calls deep.
#[test]
fn a_failure_has_what_the_guest_printed_and_where_it_was() {
    let workplace = Workplace::new();
    let deep = "(func $deep (call $print) (unreachable))";
    workplace.file("panics", &component_with("panics", deep, "(call $deep)"));
    let (ran, record) = workplace.measure(&[&BURST[..], &["--guest", "panics"]].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let failure = cell(&record, "panics").failure.as_ref().expect("it fails");
    assert!(failure.message.starts_with("at step 0, in `deep`: "), "{}", failure.message);
    assert_eq!(
        failure.printed,
        ["thread panicked:", "broken on purpose", "note: no more is known"]
    );
    assert_eq!(failure.backtrace, ["deep", "run"]);
    let number = 1 + record.cells.iter().position(|it| it.guest == "panics").expect("a cell");
    let file = failure.file.as_deref().expect("a file");
    assert_eq!(file, format!("record.failure-{number}.txt"));
    let whole = workplace.read(format!("out/{file}"));
    for part in ["trap: at step 0", "innermost first\ndeep\nrun\n", "== standard error\nthread"] {
        assert!(whole.contains(part), "no {part:?} in {whole}");
    }
    let page = workplace.read("out/report.html");
    for shown in [&ran.stdout, &page] {
        for words in ["broken on purpose", "it was in deep, called by run", file] {
            assert!(shown.contains(words), "no {words:?} in {shown}");
        }
    }
    // A later run removes it with the other results.
    workplace.measure(&[&BURST[..], &["--guests", "slab"]].concat());
    assert!(!workplace.path(&format!("out/{file}")).exists());
}

/// Zeros, which are valid UTF-8, and do something to some terminals.
const FAILS_AT_LENGTH: &str = "
  (drop (memory.grow (i32.const 330)))
  (i32.store8 (i32.const 1024) (i32.const 1))
  (i32.store8 (i32.const 1028) (i32.const KIND))
  (i32.store (i32.const 1032) (i32.const 0x40000))
  (i32.store (i32.const 1036) (i32.const 20000000))
  (return (i32.const 1024))";

#[test]
fn what_a_guest_says_when_it_fails_is_bounded() {
    let workplace = Workplace::new();
    let guests = [("fails", "1"), ("gives-up", "0")];
    let mut arguments = BURST.to_vec();
    for (name, kind) in guests {
        workplace.file(name, &component(name, &FAILS_AT_LENGTH.replace("KIND", kind)));
        arguments.extend(["--guest", name]);
    }
    let (ran, record) = workplace.measure(&arguments);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stdout.len() + ran.stderr.len() < 30_000);
    assert!(!ran.stdout.contains('\0'));
    let failure = cell(&record, "fails").failure.as_ref().expect("it fails");
    assert_eq!(failure.kind, FailureKind::GuestError);
    let why = cell(&record, "gives-up").not_supported.as_ref().expect("it is not supported");
    for said in [&failure.message, why] {
        let length = said.chars().count();
        assert!(length < 1_100 && said.ends_with("\u{fffd}…"), "{length}");
    }
    for (file, most) in [("record.json", 200_000), ("report.html", 2_000_000)] {
        let size = fs::metadata(workplace.path(&format!("out/{file}"))).expect("a file").len();
        assert!(size < most, "{file}: {size}");
    }
    let file = failure.file.as_deref().expect("a file");
    let whole = workplace.read(format!("out/{file}"));
    assert!((60_000..300_000).contains(&whole.len()), "{}", whole.len());
    assert!(!whole.contains('\0'));
}

/// Prints, looks at the clocks, of which that on the wall must still be in its first hour and
/// none at 0, rolls dice and waits for a stream, before it does its work.
const STOCK: &str = "
  (call $print)
  (call $stream-drop (call $stream-subscribe (call $stderr)))
  (call $wall-clock (i32.const 1024))
  (if (i64.gt_u (i64.load (i32.const 1024)) (i64.const 3600)) (then (unreachable)))
  (if (i64.eqz (i64.load (i32.const 1024))) (then (unreachable)))
  (if (i64.eqz (call $now)) (then (unreachable)))
  (local.set $i (i32.wrap_i64 (i64.and (call $random) (i64.const 0xffff))))
  (loop $l (br_if $l (i32.gt_s (local.tee $i (i32.sub (local.get $i) (i32.const 1))) (i32.const 0))))
  (local.set $i (i32.const 0))
";

#[test]
fn a_guest_may_use_the_rest_of_wasi_and_repeats_to_the_bit() {
    let guests = [("plain", SERVE.to_string()), ("stock", [STOCK, SERVE].concat())];
    let (ran, record) = measure(&guests, &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert!(!ran.stdout.contains("broken") && !ran.stderr.contains("broken"));
    let counters = |record: &Record, guest| cell(record, guest).counters.clone().expect("counters");
    let (plain, stock) = (counters(&record, "plain"), counters(&record, "stock"));
    assert_eq!(plain.window, stock.window);
    assert_eq!(stock.whole_run.subscriptions, plain.whole_run.subscriptions + 1);
    assert!(stock.whole_run.guest_fuel > plain.whole_run.guest_fuel);
    let (_, again) = measure(&guests, &[]);
    assert_eq!(stock, counters(&again, "stock"));
}

/// As the library of a stock toolchain does, which has no use for it when `run` returns.
const KEEPS_A_STREAM: &str = "(call $print) (drop (call $stream-subscribe (call $stderr)))";

#[test]
fn the_pollable_of_a_standard_stream_is_no_leak_of_the_executor() {
    let guests = [("plain", SERVE.to_string()), ("stock", [KEEPS_A_STREAM, SERVE].concat())];
    let (ran, record) = measure(&guests, &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    for (guest, kept) in [("plain", 0), ("stock", 1)] {
        let counters = cell(&record, guest).counters.as_ref().expect("counters");
        assert_eq!((counters.handles_leaked, counters.stream_handles_left), (0, kept), "{guest}");
    }
}

#[test]
fn list_shows_what_a_guest_imports() {
    let workplace = Workplace::new();
    workplace.file("stock.wasm", &component("stock", STOCK));
    let ran = workplace.run(&["list", "--guest", "stock.wasm"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let words = ["imports pollbench:bench (driver)", "wasi:cli (exit, stderr)", "monotonic-clock"];
    for word in words {
        assert!(ran.stdout.contains(word), "no {word:?} in {}", ran.stdout);
    }
}

/// It is asked for its name before there is a cell that could fail.
#[test]
fn a_guest_that_never_describes_itself_is_refused() {
    let workplace = Workplace::new();
    workplace.file("mute.wasm", &mute());
    let ran = workplace.run(&["list", "--guest", "mute.wasm"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    for word in ["mute.wasm does not describe itself", "longer than 10 s"] {
        assert!(ran.stderr.contains(word), "no {word:?} in {}", ran.stderr);
    }
}
