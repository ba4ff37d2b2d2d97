//! How a traced component ends, and what is passed on of it.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use pollbench_reports::trace::Ended;

use super::trace;
use crate::support::command::{Ran, Workplace};
use crate::support::wat_command::command;

#[test]
fn output_and_exit_codes_are_passed_on() {
    let place = Workplace::new();
    for (body, code, ended) in [
        ("(call $say)", 0, Ended::Exited(0)),
        ("(call $say) (return (i32.const 1))", 1, Ended::Exited(1)),
        ("(call $say) (call $exit (i32.const 1))", 1, Ended::Exited(1)),
    ] {
        place.file("program.wasm", &command(body));
        let (ran, record) = trace(&place, &["program.wasm"]);
        assert_eq!((ran.code, &ran.stdout[..]), (Some(code), "said by the component\n"));
        assert_eq!(record.ended, ended, "{}", ran.stderr);
        assert!(ran.stderr.starts_with("NOTHING SEEN: program.wasm"), "{}", ran.stderr);
    }
    place.file("program.wasm", &command("(call $say) unreachable"));
    let (ran, record) = trace(&place, &["program.wasm"]);
    assert_eq!((ran.code, &ran.stdout[..]), (Some(4), "said by the component\n"));
    assert!(matches!(&record.ended, Ended::Trapped(why) if why.contains("unreachable")));
    assert!(ran.stderr.contains("with a trap: "), "{}", ran.stderr);
}

/// One that waits for an hour, and one that never waits.
const ENDLESS: [&str; 2] =
    ["(call $block (call $timer (i64.const 3600000000000)))", "(loop $forever (br $forever))"];

#[test]
fn a_component_is_ended_when_its_time_is_up() {
    for body in ENDLESS {
        let place = Workplace::new();
        place.file("endless.wasm", &command(body));
        let (ran, record) = trace(&place, &["--for", "300ms", "endless.wasm"]);
        assert_eq!((ran.code, &record.ended), (Some(0), &Ended::TimeUp), "{}", ran.stderr);
        assert!(ran.stderr.contains("because its time was up"), "{}", ran.stderr);
        assert!(record.seconds >= 0.3, "{}", record.seconds);
    }
}

#[test]
fn ctrl_c_ends_it_with_a_summary() {
    for body in ENDLESS {
        let place = Workplace::new();
        place.file("endless.wasm", &command(body));
        let mut child = place.command(&["trace", "endless.wasm"]);
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        sleep(Duration::from_secs(1));
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(130), "{}", ran.stderr);
        assert!(ran.stderr.contains("because it was interrupted"), "{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_traced_is_refused_in_a_line() {
    let place = Workplace::new();
    place.file("text.wasm", b"(module)");
    place.file("nothing.wasm", b"\0asm\x0d\0\x01\0");
    place.file("module.wasm", b"\0asm\x01\0\0\0");
    place.file("mine.wasm", &command("(call $say)"));
    let p3 = pollbench_guests::LIVE.iter().find(|it| it.name == "p3").expect("a server of 0.3");
    place.file("p3.wasm", p3.component);
    for (arguments, words) in [
        (&["missing.wasm"][..], &["can't read", "missing.wasm"][..]),
        (&["text.wasm"], &["can't run text.wasm", "text form"]),
        (&["nothing.wasm"], &["it exports nothing", "wasi:cli/run"]),
        (&["module.wasm"], &["core module", "wasm-tools component new"]),
        (&["p3.wasm"], &["can't run p3.wasm", "a program of WASI 0.3", "nothing to trace"]),
        (&["--network", "some", "mine.wasm"], &["there is no network \"some\"", "loopback"]),
        (&["--dir", "missing", "mine.wasm"], &["can't open the directory missing"]),
        (&["--env", "=x", "mine.wasm"], &["NAME=VALUE"]),
        (&["--for", "0", "mine.wasm"], &["longer than nothing"]),
        (&["-o", "text.wasm/x", "mine.wasm"], &["text.wasm"]),
        (&[], &["COMPONENT"]),
    ] {
        place.refuses(&[&["trace"], arguments].concat(), words);
    }
}
