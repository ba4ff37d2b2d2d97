//! Whatever is wrong with the input, there is one clear line and exit code 2.

use crate::support::command::Workplace;
use pollbench_guests::BUILT_IN;

fn refuses(workplace: &Workplace, arguments: &[&str], words: &[&str]) {
    workplace.refuses(arguments, words);
}

fn refuses_guest(bytes: &[u8], words: &[&str]) {
    let workplace = Workplace::new();
    workplace.file("mine.wasm", bytes);
    for arguments in [&["run", "--guest", "mine.wasm"][..], &["list", "--guest", "mine.wasm"]] {
        let ran = workplace.run(arguments);
        let line = ran.stderr.trim_end();
        assert_eq!(ran.code, Some(2), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        for word in ["mine.wasm"].iter().chain(words) {
            assert!(line.contains(word), "no {word:?} in {line}");
        }
    }
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a component in text form")
}

#[test]
fn files_that_are_no_guests_are_refused() {
    refuses_guest(b"", &["an empty file"]);
    refuses_guest(b"#!/bin/sh\necho hello\n", &["not a WebAssembly file"]);
    refuses_guest(&wat("(module)"), &["core module", "wasm-tools component new"]);
    refuses_guest(&wat("(component)"), &["another world", "pollbench:bench/executor@0.2.0"]);
}

#[test]
fn a_guest_cut_short_or_damaged_is_refused() {
    let whole = BUILT_IN[0].component;
    for length in [9, 100, whole.len() / 2, whole.len() - 1] {
        refuses_guest(&whole[..length], &["damaged or cut short"]);
    }
    let mut damaged = whole.to_vec();
    damaged[whole.len() / 3..whole.len() / 3 + 64].fill(0xff);
    refuses_guest(&damaged, &["damaged"]);
}

#[test]
fn a_guest_of_another_contract_version_is_refused() {
    let of_version = |version: &str| {
        let text = format!(
            r#"(component (instance $none) (export "pollbench:bench/executor@{version}" (instance $none)))"#
        );
        wat(&text)
    };
    refuses_guest(&of_version("0.0.3"), &["0.0.3", "too old"]);
    refuses_guest(&of_version("0.1.0"), &["0.1.0", "too old"]);
    refuses_guest(&of_version("0.3.0"), &["0.3.0", "newer pollbench"]);
    refuses_guest(&of_version("1.0.0"), &["1.0.0", "newer pollbench"]);
    refuses_guest(&of_version("0.2.0"), &["do not fit the contract"]);
}

#[test]
fn a_guest_that_imports_an_unknown_interface_is_refused() {
    let text = r#"(component
        (import "acme:other/thing@1.0.0" (instance (export "f" (func))))
        (instance $none)
        (export "pollbench:bench/executor@0.2.0" (instance $none)))"#;
    refuses_guest(&wat(text), &["imports", "acme:other/thing"]);
}

#[test]
fn unknown_names_are_refused() {
    let workplace = Workplace::new();
    refuses(&workplace, &["run", "--guests", "slablist"], &["slablist", "slab-list"]);
    refuses(&workplace, &["run", "--guests", "quux"], &["quux", "pollbench list"]);
    refuses(&workplace, &["run", "--workloads", "idel"], &["idel", "\"idle\""]);
    refuses(&workplace, &["run", "--knob", "bacth=3"], &["bacth", "\"batch\""]);
    refuses(&workplace, &["run", "--knob", "slab-list.batch=3"], &["knob \"batch\""]);
    refuses(&workplace, &["run", "--knob", "batch.batch=3"], &["guest \"batch\"", "\"batched\""]);
    refuses(&workplace, &["run", "--param", "dealy=3"], &["dealy", "\"delay\""]);
    refuses(&workplace, &["run", "--guest", "none.wasm"], &["none.wasm", "No such file"]);
    refuses(&workplace, &["run", "--host", "leen"], &["host \"leen\"", "\"lean\""]);
    refuses(&workplace, &["run", "--host", "stock,"], &["host \"\"", "pollbench list"]);
    let real = ["compare", "slab", "batched", "--host", "real"];
    refuses(&workplace, &real, &["nothing is counted on the host", "a simulated one"]);
    refuses(&workplace, &["runn"], &["runn", "run"]);
    refuses(&workplace, &["run", "--quik"], &["--quik", "--quick"]);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let workplace = Workplace::new();
    refuses(&workplace, &["run", "--pollables", "0"], &["--pollables", "1..=1000000"]);
    refuses(&workplace, &["run", "--pollables", "10,x"], &["x"]);
    refuses(&workplace, &["run", "--active", "0"], &["--active", "from 1"]);
    refuses(&workplace, &["run", "--active", "200%"], &["100%"]);
    refuses(&workplace, &["run", "--pollables", "5", "--active", "6"], &["6 active of 5"]);
    refuses(&workplace, &["run", "--knob", "batch=0"], &["batch", "\"0\"", "1 to 1000000"]);
    refuses(&workplace, &["run", "--knob", "batch=many"], &["batch", "many"]);
    refuses(&workplace, &["run", "--knob", "batch"], &["NAME=VALUE"]);
    refuses(&workplace, &["run", "--param", "timeout=0"], &["timeout", "\"0\""]);
    refuses(&workplace, &["run", "--repetitions", "0"], &["--repetitions"]);
    for (duration, why) in [("0", "longer than nothing"), ("25h", "a day"), ("soon", "90s")] {
        for option in ["--run-limit", "--time"] {
            refuses(&workplace, &["run", option, duration], &[option, why]);
        }
    }
    for limit in ["--memory-limit", "--handle-limit", "--output-limit"] {
        refuses(&workplace, &["run", limit, "0"], &[limit, "1.."]);
        refuses(&workplace, &["run", limit, "none"], &[limit, "none"]);
    }
}

#[test]
fn output_that_can_not_be_written_is_an_error_in_one_line() {
    let workplace = Workplace::new();
    workplace.file("file", b"");
    refuses(&workplace, &["run", "-o", "file"], &["can't write file"]);
    refuses(&workplace, &["run", "-o", "file/below"], &["can't write file/below"]);
}

#[test]
fn files_that_are_no_records_are_refused() {
    let workplace = Workplace::new();
    workplace.file("empty", b"");
    workplace.file("other.json", b"{}");
    workplace.file("newer.json", br#"{"schema": 99}"#);
    workplace.file("broken.json", br#"{"schema": 1, "cells": ["#);
    refuses(&workplace, &["report", "none.json"], &["none.json", "No such file"]);
    refuses(&workplace, &["report", "empty"], &["empty", "damaged"]);
    refuses(&workplace, &["report", "other.json"], &["other.json", "no `schema`"]);
    refuses(&workplace, &["report", "newer.json"], &["99", "newer pollbench"]);
    refuses(&workplace, &["report", "broken.json"], &["broken.json", "damaged", "line 1"]);
    assert!(!workplace.path("report.html").exists());
}

/// Two components that go by one name can't be told apart.
#[test]
fn two_guests_of_one_name_are_refused() {
    let workplace = Workplace::new();
    workplace.file("copy.wasm", BUILT_IN[0].component);
    refuses(&workplace, &["run", "--guest", "bare=copy.wasm"], &["two guests", "\"bare\""]);
}

#[test]
fn words_that_name_no_side_of_a_comparison_are_refused() {
    let workplace = Workplace::new();
    workplace.file("other.json", b"{}");
    workplace.file("text.wasm", b"text");
    let refuses = |arguments: &[&str], words: &[&str]| {
        workplace.refuses(&[&["compare"], arguments].concat(), words);
    };
    refuses(&["slablist", "slab"], &["\"slablist\" is no built-in guest", "\"slab-list\""]);
    refuses(&["slab", "quux"], &["\"quux\"", "no baseline in pollbench-baselines"]);
    refuses(&["slab"], &["<CANDIDATE>"]);
    refuses(&["slab", "none.wasm"], &["none.wasm", "No such file"]);
    refuses(&["slab", "text.wasm"], &["text.wasm", "not a WebAssembly file"]);
    refuses(&["none.json", "slab"], &["none.json", "No such file"]);
    refuses(&["other.json", "slab"], &["other.json", "no `schema`"]);
    for knobs in ["slab@", "slab@timers", "slab@=3", "slab@timers="] {
        refuses(&[knobs, "slab"], &[knobs, "batched@batch=64"]);
    }
    // Before anything is counted, on either side.
    for sides in [["slab", "batched@bacth=4"], ["batched@bacth=4", "slab"]] {
        refuses(&sides, &["batched has no knob \"bacth\"", "did you mean \"batch\"?"]);
    }
    refuses(&["slab", "batched@batch=0"], &["batch of batched can't be 0", "1 to 1000000"]);
    refuses(&["slab", "slab", "--workloads", "idel"], &["idel", "\"idle\""]);
    refuses(&["slab", "slab", "--host", "leen"], &["leen", "\"lean\""]);
    refuses(&["slab", "slab", "--pollables", "0"], &["--pollables", "1..=1000000"]);
    refuses(&["slab", "slab", "--pollables", "5", "--active", "6"], &["6 active of 5"]);
    for threshold in ["-1%", "100", "few"] {
        let threshold = format!("--threshold={threshold}");
        refuses(&["slab", "slab", &threshold], &["--threshold", "like 1%"]);
    }
    refuses(&["slab", "slab", "--budget", "0"], &["--budget", "longer than nothing"]);
    refuses(&["slab", "slab", "--budget", "5", "--counters-only"], &["--counters-only"]);
    refuses(&["slab", "slab", "--format", "xml"], &["xml", "junit"]);
    refuses(&["slab", "slab", "--base-exe", "none"], &["none", "No such file"]);
}

#[test]
fn a_comparison_that_can_not_be_written_is_an_error_in_one_line() {
    let workplace = Workplace::new();
    workplace.file("file", b"");
    std::fs::create_dir(workplace.path("directory")).expect("a directory");
    let refuses = |writing: &str, words: &[&str]| {
        workplace.refuses(&["compare", "slab", "slab", "--write", writing], words);
    };
    refuses("junit", &["--write", "FORMAT=FILE"]);
    refuses("junit=", &["--write", "FORMAT=FILE"]);
    refuses("xml=out", &["xml", "junit"]);
    refuses("junit=file/below", &["can't write file"]);
    refuses("junit=directory", &["can't write directory", "is a directory"]);
}

#[test]
fn files_that_are_no_limits_are_refused() {
    let workplace = Workplace::new();
    workplace.file("fool.toml", b"[[limit]]\nguest_fool = '1%'");
    workplace.file("broken.toml", b"[[limit]]\ndrops = '0");
    for command in [&["compare", "slab", "slab"][..], &["gate", "--baseline", "main"]] {
        let refuses = |file: &str, words: &[&str]| {
            workplace.refuses(&[command, &["--config", file]].concat(), words);
        };
        refuses("fool.toml", &["fool.toml, line 2", "no metric \"guest_fool\"", "guest_fuel"]);
        refuses("broken.toml", &["broken.toml, line 2"]);
        refuses("none.toml", &["can't read the limits none.toml", "No such file"]);
    }
    // Where there is one, a gate takes it unasked.
    workplace.file("pollbench.toml", b"[[limit]]\nguest_fool = '1%'");
    workplace.refuses(&["gate", "--baseline", "main"], &["pollbench.toml, line 2"]);
}

#[test]
fn names_that_are_no_baselines_are_refused() {
    let workplace = Workplace::new();
    for command in [&["gate", "--baseline", "mian"][..], &["baseline", "remove", "mian"]] {
        let words = ["no baseline \"mian\" in pollbench-baselines", "pollbench baseline save mian"];
        refuses(&workplace, command, &words);
        assert!(!workplace.path("pollbench-baselines").exists(), "{command:?}");
    }
    for name in ["", ".hidden", "a/b", "../main", "a b"] {
        let words = ["a baseline can't be called", "letters, digits"];
        refuses(&workplace, &["baseline", "save", name, "--guests", "slab"], &words);
    }
    refuses(&workplace, &["gate"], &["--baseline"]);
    refuses(&workplace, &["baseline", "save", "main"], &["--guests"]);
    refuses(&workplace, &["baseline", "save", "main", "--guests", "quux"], &["quux"]);
    refuses(&workplace, &["baseline", "save", "main", "--guest", "none.wasm"], &["none.wasm"]);
    workplace.file("file", b"");
    let into_file = ["baseline", "save", "main", "--guests", "slab", "--baselines", "file"];
    refuses(&workplace, &into_file, &["can't write file"]);
    assert!(!workplace.path("pollbench-baselines").exists());
}
