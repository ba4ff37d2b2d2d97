//! Whatever is on the command line or in a record: an exit code that is documented, no panic,
//! and no file where none belongs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::command::{Ran, Workplace};

/// What the manual says a command may end with.
const EXITS: [i32; 6] = [0, 1, 2, 3, 4, 130];

/// Words that commands and options know, and others: but for those that would measure for
/// long, or name a place to write to, which could be any word.
const WORDS: [&str; 62] = [
    "run",
    "list",
    "report",
    "compare",
    "baseline",
    "gate",
    "remove",
    "completions",
    "help",
    "history",
    "add",
    "show",
    "rm",
    "tag",
    "check",
    "export",
    "--help",
    "--version",
    "--guests",
    "--guest",
    "--workloads",
    "--pollables",
    "--active",
    "--knob",
    "--param",
    "--host",
    "--partition",
    "--resume",
    "--print",
    "--pin",
    "--save",
    "--tag",
    "--worst",
    "--counters-only",
    "--threshold",
    "--format",
    "--config",
    "--run-limit",
    "--seed",
    "--effort",
    "bare",
    "slab",
    "batched@batch=4",
    "nothing",
    "idle",
    "burst",
    "all",
    "stock",
    "csv",
    "json=-",
    "10",
    "0",
    "-1",
    "10%",
    "1/2",
    "2/1",
    "18446744073709551616",
    "",
    "-",
    "--",
    "\u{202e}\u{7f}\n",
    "record.json",
];

/// So that whatever runs is over at once.
const SMALL: [&str; 8] =
    ["--guests", "bare", "--workloads", "idle", "--pollables", "5", "--repetitions", "1"];

fn check(workplace: &Workplace, what: &str, ran: &Ran) {
    let code = ran.code.unwrap_or_else(|| panic!("{what}: ended by a signal: {}", ran.stderr));
    assert!(EXITS.contains(&code), "{what}: exit code {code}: {}", ran.stderr);
    for word in ["panicked", "RUST_BACKTRACE"] {
        assert!(!ran.stderr.contains(word), "{what}: {}", ran.stderr);
    }
    let allowed = [
        "record.json",
        "pollbench-results",
        "pollbench-baselines",
        "pollbench-history.db",
        "report.html",
        "out",
    ];
    for name in names(&workplace.path(".")) {
        let is_page = name.ends_with(".1");
        assert!(is_page || allowed.contains(&name.as_str()), "{what}: it made {name}");
    }
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn place() -> (Workplace, Vec<u8>) {
    let workplace = Workplace::new();
    let ran = workplace.run(&[&["run", "-o", "out"][..], &SMALL].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let record = fs::read(workplace.path("out/record.json")).expect("a record");
    workplace.file("record.json", &record);
    (workplace, record)
}

fn cases(count: u32) -> TestRunner {
    TestRunner::new(Config { cases: count, failure_persistence: None, ..Config::default() })
}

#[test]
fn a_thousand_random_command_lines_end_in_order() {
    let (workplace, _) = place();
    let word = prop::sample::select(&WORDS[..]);
    let lines = (prop::collection::vec(word, 0..7), any::<bool>());
    cases(1_000)
        .run(&lines, |(words, ends_small)| {
            let mut arguments = words.clone();
            if ends_small || words.first().is_none_or(|it| it.starts_with('-') || *it == "run") {
                arguments.extend(SMALL);
            }
            if words.iter().any(|word| ["compare", "gate"].contains(word)) {
                arguments.push("--counters-only");
            }
            check(&workplace, &format!("{arguments:?}"), &workplace.run(&arguments));
            Ok(())
        })
        .expect("all of them end as they should");
}

/// Some bytes of a record are others, are missing, or are there twice.
#[test]
fn a_thousand_damaged_records_are_refused_or_shown() {
    let (workplace, record) = place();
    let at = 0..record.len();
    let change = (at.clone(), 0..40_usize, prop::collection::vec(any::<u8>(), 0..6), any::<bool>());
    let number = prop::sample::select(&["-1", "1e400", "null", "18446744073709551615", "[]"][..]);
    cases(1_000)
        .run(&(prop::collection::vec(change, 1..3), at, number), |(changes, from, number)| {
            let mut damaged = record.clone();
            for (at, length, bytes, is_number) in changes {
                let at = at.min(damaged.len());
                match is_number {
                    // Still JSON, most of the time, and of another meaning.
                    true => replace_number(&mut damaged, at.max(from.min(at)), number),
                    false => {
                        let end = (at + length).min(damaged.len());
                        damaged.splice(at..end, bytes);
                    }
                }
            }
            workplace.file("record.json", &damaged);
            let ran = workplace.run(&["report", "record.json"]);
            check(&workplace, &String::from_utf8_lossy(&damaged), &ran);
            Ok(())
        })
        .expect("all of them end as they should");
}

/// The first number after a place becomes another.
fn replace_number(text: &mut Vec<u8>, at: usize, number: &str) {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let Some(begin) = text[at..].iter().position(is_digit).map(|it| at + it) else { return };
    let length = text[begin..].iter().take_while(|byte| is_digit(byte)).count();
    text.splice(begin..begin + length, number.bytes());
}
