//! The trace file.

use std::fs;

use pollbench_reports::trace::{Event, Function, Tally, TraceFile};

use super::components::{SOUND, WRONG};
use super::trace;
use crate::support::command::Workplace;
use crate::support::wat_command::command;

#[test]
fn a_trace_file_has_every_event() {
    for body in [SOUND[1].1, SOUND[3].1].into_iter().chain(WRONG.iter().map(|it| it.body)) {
        let place = Workplace::new();
        place.file("program.wasm", &command(body));
        let (_, record) = trace(&place, &["-o", "program.trace", "program.wasm"]);
        let written = record.file.expect("a trace file");
        let file = TraceFile::open(&place.path("program.trace")).unwrap();
        assert_eq!((file.head.events, file.head.lost), (written.events, written.lost));
        assert_eq!(file.head.component, "program.wasm");
        if written.lost > 0 {
            continue;
        }
        // What was counted while it ran can be counted again.
        let (mut tally, mut last) = (Tally::default(), 0);
        file.events(&mut |it| {
            assert!(it.at >= last && it.at <= file.head.nanoseconds);
            last = it.at;
            tally.event(&it.event);
        })
        .unwrap();
        let mut again = tally.finish();
        again.other_calls = record.counts.other_calls;
        assert_eq!(again, record.counts);
    }
}

/// What a file tells is what was said when it was written, but for the calls after the last look.
#[test]
fn a_file_tells_again_what_was_seen() {
    let place = Workplace::new();
    for body in WRONG.iter().map(|it| it.body) {
        place.file("program.wasm", &command(body));
        let (ran, seen) = trace(&place, &["-o", "program.trace", "program.wasm"]);
        let (again, read) = trace(&place, &["--read", "program.trace"]);
        assert_eq!((ran.code, again.code), (Some(0), Some(0)), "{}{}", ran.stderr, again.stderr);
        assert!(again.stdout.starts_with("FOUND: program.wasm: "), "{}", again.stdout);
        let lost = seen.file.as_ref().map_or(0, |it| it.lost);
        if lost == 0 {
            let mut expected = seen;
            expected.counts.other_calls = read.counts.other_calls;
            assert_eq!(read, expected);
        }
    }
    let whole = fs::read(place.path("program.trace")).unwrap();
    place.file("cut.trace", &whole[..whole.len() - 1]);
    for (arguments, words) in [
        (&["--read", "cut.trace"][..], &["cut.trace", "cut short"][..]),
        (
            &["--read", "program.wasm"],
            &["program.wasm is no trace file", "pollbench trace -o FILE"],
        ),
        (&["--read", "missing.trace"], &["can't read the trace file missing.trace"]),
        (&["--read", "program.trace", "program.wasm"], &["--read"]),
        (&["--read", "program.trace", "--http"], &["--read"]),
    ] {
        place.refuses(&[&["trace"], arguments].concat(), words);
    }
}

/// 1,000 pollables, one of which is made anew after each poll, and asked about again and again
/// until the file is full.
const FLOOD: &str = "
    (loop $make
      (call $set (local.get $i) (call $timer (i64.const 3600000000000)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $make (i32.lt_u (local.get $i) (i32.const 1000))))
    (loop $turn
      (local.set $p (call $timer (i64.const 0)))
      (call $set (i32.const 1000) (local.get $p))
      (drop (call $wait (i32.const 1001)))
      (call $drop (local.get $p))
      (call $drop (call $get (local.get $k)))
      (call $set (local.get $k) (call $timer (i64.const 3600000000000)))
      (local.set $i (i32.const 0))
      (loop $ask
        (drop (call $ready (call $get (local.get $k))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $ask (i32.lt_u (local.get $i) (i32.const 1000))))
      (local.set $k (i32.rem_u (i32.add (local.get $k) (i32.const 7)) (i32.const 1000)))
      (br $turn))";

#[test]
fn a_full_file_keeps_the_last_events_and_its_size() {
    let place = Workplace::new();
    place.file("flood.wasm", &command(FLOOD));
    let flood = ["--for", "5s", "--output-limit", "1", "-o", "flood.trace", "flood.wasm"];
    let (ran, record) = trace(&place, &flood);
    let written = record.file.expect("a trace file");
    assert!(written.lost > 0, "{written:?}: {}", ran.stderr);
    assert!(written.bytes <= (1 << 20) + 32_768, "{written:?}");
    assert_eq!(written.bytes, fs::metadata(place.path("flood.trace")).unwrap().len());
    assert!(ran.stderr.contains("are lost, for it was full"), "{}", ran.stderr);
    let file = TraceFile::open(&place.path("flood.trace")).unwrap();
    // A thousand are waited for, and at most two are between being made and dropped.
    assert!((999..=1_001).contains(&file.alive.len()), "{}", file.alive.len());
    let (mut events, mut lists) = (0, 0);
    file.events(&mut |it| {
        events += 1;
        if let Event::Looked { function: Function::Poll, list, .. } = it.event {
            lists += 1;
            assert_eq!(list.len(), 1_001);
        }
    })
    .unwrap();
    assert_eq!(events, written.events - written.lost);
    assert!(lists > 10, "{lists}");
}

/// 100,000 pollables in a list, again and again, as fast as it goes.
const MANY: &str = "
    (loop $make
      (call $set (local.get $i) (call $timer (i64.const 3600000000000)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $make (i32.lt_u (local.get $i) (i32.const 100000))))
    (loop $turn
      (local.set $p (call $timer (i64.const 0)))
      (call $set (i32.const 100000) (local.get $p))
      (drop (call $wait (i32.const 100001)))
      (call $drop (local.get $p))
      (br $turn))";

#[test]
fn a_hundred_thousand_pollables_fill_no_disk() {
    let place = Workplace::new();
    place.file("flood.wasm", &command(MANY));
    // A poll lends each handle once more, for which wasmtime's own limit is too low.
    let (ran, record) = trace(&place, &["--for", "5s", "flood.wasm"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(record.counts.polls, 0);
    let limits = ["--handle-limit", "300000", "--output-limit", "1", "-o", "flood.trace"];
    let (ran, record) = trace(&place, &[&limits[..], &["--for", "5s", "flood.wasm"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(record.counts.polls > 2, "{}", ran.stderr);
    // Distributions have three digits.
    assert_eq!(record.counts.handles, record.counts.polls * 100_001);
    let written = record.file.expect("a trace file");
    // What is alive takes ten bytes a pollable, and the last block has a whole list.
    assert!(written.bytes <= (1 << 20) + 100_001 * 10 + (1 << 19), "{written:?}");
    let file = TraceFile::open(&place.path("flood.trace")).unwrap();
    file.events(&mut |_| {}).unwrap();
}
