//! Two sides held against each other, through the real binary. No test depends on how
//! long anything takes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use pollbench::compare::{Entry, Runner, count as count_entries};
use pollbench::engine::RunLimits;
use pollbench::session::Progress;
use pollbench::worker::{GuestSource, Job, Program};
use pollbench_guests::{BUILT_IN, FAULTY};
use pollbench_reports::comparison::{
    Comparison, CountVerdict, Metric, Outcome, Problem, Ratio, Side, Verdict,
};
use pollbench_reports::record::{FailureKind, Record};

use crate::support::command::{ONE_CELL, Ran, Workplace, notes};
use crate::support::wat_guest::{SERVE, UNSUPPORTED, component, padded, serve_slowly};

const COUNTERS: [&str; 1] = ["--counters-only"];

fn compare(workplace: &Workplace, sides: &[&str], more: &[&str]) -> (Ran, Comparison) {
    workplace.judge(&[&["compare"], sides, &ONE_CELL, more].concat())
}

/// What is said of a count of the only cell.
fn count(comparison: &Comparison, metric: Metric) -> (f64, f64, CountVerdict) {
    assert_eq!(comparison.cells.len(), 1);
    let found = comparison.cells[0].counts.iter().find(|it| it.metric == metric);
    let found = found.unwrap_or_else(|| panic!("no {metric}"));
    (found.base, found.candidate, found.verdict)
}

fn all_equal(comparison: &Comparison) -> bool {
    let counts = || comparison.cells.iter().flat_map(|cell| &cell.counts);
    counts().count() > 0 && counts().all(|it| it.verdict == CountVerdict::Equal)
}

const NO_TIME: &str = "CPU time is not compared: it is measured live";

/// What is said of all rows is said of some.
#[test]
fn only_some_rows_are_shown() {
    let workplace = Workplace::new();
    let sides = ["compare", "batched", "batched@batch=4", "--counters-only", "--pollables", "4,20"];
    let size = ["--workloads", "burst", "--effort", "2000"];
    let shown = |more: &[&str]| {
        let ran = workplace.run(&[&sides[..], &size, more].concat());
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        ran.stdout
    };
    let whole = shown(&[]);
    assert!(whole.contains("\nfine ") && whole.contains("\nWORSE "), "{whole}");
    let some = shown(&["--only", "worse", "--write", "markdown=some.md", "--write", "json=all"]);
    assert_eq!(some.lines().next(), whole.lines().next());
    assert!(!some.contains("\nfine ") && some.contains("\nWORSE "), "{some}");
    assert!(some.contains("\n1 row is hidden by --only worse.\n"), "{some}");
    assert!(workplace.read("some.md").contains("1 row is hidden by"));
    let all: Comparison = serde_json::from_str(&workplace.read("all")).expect("a comparison");
    assert_eq!(all.cells.len(), 2);
    let none = shown(&["--only", "better"]);
    assert!(none.contains("\n2 rows are hidden by --only better.\n"), "{none}");
    let words = ["--only", "changed, worse, better"];
    workplace.refuses(&["compare", "slab", "slab", "--only", "wrose"], &words);
}

struct Silent;

impl Progress for Silent {
    fn begin(&self, _what: &str, _whole: u64) {}
    fn advance(&self, _units: u64) {}
    fn end(&self) {}
}

fn entry(workload: &str) -> Entry {
    let program = Path::new(env!("CARGO_BIN_EXE_pollbench"));
    let program = Program::at(program, Duration::from_secs(60)).expect("it is built");
    let guest = GuestSource::BuiltIn("slab".into());
    Entry {
        guest: "slab".into(),
        label: "slab".into(),
        host: "stock".into(),
        job: Job {
            workload: workload.into(),
            pollables: 20,
            active: 1,
            parameters: BTreeMap::new(),
            effort: 2000,
            knobs: BTreeMap::new(),
        },
        runner: Some(Runner::new(&program, guest, "stock")),
        counted: None,
        identical: false,
    }
}

/// Ctrl-C leaves no count that is less sure than it looks.
#[test]
fn a_cell_that_not_all_processes_counted_has_no_counts() {
    // Each of three processes counts both; before each it is asked whether to stop.
    for (runs, counted) in [(1, [false; 2]), (2, [false; 2]), (5, [true, false]), (6, [true; 2])] {
        let mut entries = [entry("idle"), entry("churn")];
        let asked = std::cell::Cell::new(0);
        let stopped = || asked.replace(asked.get() + 1) >= runs;
        let done = count_entries(&mut entries, RunLimits::default(), stopped, &Silent);
        done.expect("workers answer");
        assert_eq!(entries.map(|it| it.counted.is_some()), counted, "{runs}");
    }
}

/// A worker that does something once the program is under way, and then what it should.
fn write_worker(workplace: &Workplace, name: &str, first: &str) {
    let script = format!("#!/bin/sh\n{first}\nexec \"$PROGRAM\" worker\n");
    // What this process wrote itself could still be open in another thread's child.
    let written = Command::new("sh")
        .args(["-c", "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"", "sh", &script, name])
        .current_dir(workplace.path(""))
        .status();
    assert!(written.expect("a shell").success());
}

/// `compare slab` in the workplace, by this program or a copy of it.
fn compare_by(workplace: &Workplace, program: &Path, base_exe: &str) -> Ran {
    let arguments = [&["compare", "slab", "--base-exe", base_exe], &ONE_CELL[..], &COUNTERS];
    let mut command = Command::new(program);
    command.args(arguments.concat()).current_dir(workplace.path("")).stdin(Stdio::null());
    command.env("PROGRAM", env!("CARGO_BIN_EXE_pollbench"));
    command.output().expect("the binary runs").into()
}

/// By another program, a file that is no program, or nothing: all its workers are of the
/// image that it was started from.
#[cfg(target_os = "linux")]
#[test]
fn the_program_may_be_replaced_while_it_compares() {
    for becomes in ["cp /bin/true other && mv other mine", "echo > other; mv other mine", "rm mine"]
    {
        let workplace = Workplace::new();
        let copied = Command::new("cp")
            .args([env!("CARGO_BIN_EXE_pollbench"), "mine"])
            .current_dir(workplace.path(""))
            .status();
        assert!(copied.expect("cp runs").success());
        write_worker(
            &workplace,
            "base",
            &format!("if [ ! -e done ]; then {becomes}; fi; : > done"),
        );
        let ran = compare_by(&workplace, &workplace.path("mine"), "./base");
        assert_eq!(ran.code, Some(0), "{becomes}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.starts_with("FINE: "), "{becomes}: {}", ran.stdout);
        assert!(workplace.path("done").exists());
    }
}

#[test]
fn another_program_that_is_replaced_is_noticed() {
    for becomes in ["cp base other && mv other base", "echo >> base", "rm base"] {
        let workplace = Workplace::new();
        write_worker(&workplace, "base", becomes);
        let ran = compare_by(&workplace, Path::new(env!("CARGO_BIN_EXE_pollbench")), "./base");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{becomes}: {}", ran.stderr);
        let line = ran.stderr.lines().last().unwrap_or_default();
        let words = "./base was replaced, changed or deleted while it was being measured";
        assert!(line.contains(words), "{becomes}: {line}");
    }
}

/// The base's second process, which counts, replaces the candidate's file.
#[test]
fn a_component_file_that_is_replaced_during_a_comparison_is_noticed() {
    for becomes in ["cp other.wasm mine.wasm", ": > mine.wasm", "rm mine.wasm"] {
        let workplace = Workplace::new();
        workplace.file("mine.wasm", &component("mine", SERVE));
        workplace.file("other.wasm", &component("mine", &serve_slowly(10)));
        write_worker(
            &workplace,
            "base",
            &format!("if [ -e done ] && [ -s mine.wasm ]; then {becomes}; fi; : > done"),
        );
        let sides = ["compare", "slab", "mine.wasm", "--base-exe", "./base"];
        let mut command = workplace.command(&[&sides[..], &ONE_CELL].concat());
        command.env("PROGRAM", env!("CARGO_BIN_EXE_pollbench"));
        let ran = Ran::from(command.output().expect("the binary runs"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{becomes}: {}", ran.stderr);
        let line = ran.stderr.lines().last().unwrap_or_default();
        let words = "mine.wasm was replaced, changed or deleted while it was being measured";
        assert!(line.contains(words), "{becomes}: {line}");
    }
}

/// Each run of a merged record has conditions of its own.
#[test]
fn merged_records_are_of_all_their_runs() {
    let workplace = Workplace::new();
    for (guest, out) in [("bare", "one"), ("slab", "two")] {
        let run = ["run", "--guests", guest, "--repetitions", "1", "-o", out];
        assert_eq!(workplace.run(&[&run[..], &ONE_CELL[..6]].concat()).code, Some(0));
    }
    let two = workplace.path("two/record.json");
    let mut record = Record::read(&two).expect("a record");
    record.environment.pollbench = "0.0.1".into();
    record.environment.hosts.get_mut("stock").expect("a host").engine = "wasmtime 1.0.0".into();
    record.write(&two).expect("it is written");
    assert_eq!(workplace.run(&["merge", "one", "two", "-o", "both"]).code, Some(0));
    let (_, comparison) = workplace.judge(&["compare", "both/record.json", "both/record.json"]);
    let Side { pollbench, engine, guests, .. } = &comparison.base;
    assert_eq!(pollbench, &format!("0.0.1, {}", env!("CARGO_PKG_VERSION")));
    assert!(engine.contains("wasmtime 1.0.0, wasmtime "), "{engine}");
    let names: Vec<&str> = guests.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["bare", "slab"]);
    assert!(notes(&comparison, "on wasmtime 1.0.0, wasmtime "), "{:?}", comparison.notes);
    assert_eq!((comparison.cells.len(), comparison.outcome), (2, Outcome::Fine));
}

#[test]
fn two_guests_are_compared_by_their_counts_and_times() {
    let workplace = Workplace::new();
    let more = ["--budget", "3", "--seed", "7", "--threshold", "2%"];
    let (ran, comparison) = compare(&workplace, &["slab", "slab-list"], &more);
    assert_eq!(ran.stderr, "pollbench: counting 2 cells in 3 processes each\n");
    assert!(comparison.command.starts_with("pollbench compare slab slab-list --workloads idle"));
    assert!(comparison.command.contains("--seed 7"));
    assert!(comparison.started.ends_with('Z'), "{}", comparison.started);
    let conditions = comparison.timing.as_ref().expect("time is compared");
    assert_eq!((conditions.seed, conditions.budget, conditions.threshold), (7, 3.0, 0.02));
    assert!(conditions.spent > 0.0);
    for (side, guest) in [(&comparison.base, "slab"), (&comparison.candidate, "slab-list")] {
        assert_eq!((side.label.as_str(), side.guests.len()), (guest, 1));
        assert_eq!((side.guests[0].name.as_str(), side.guests[0].sha256.len()), (guest, 64));
        assert_eq!(side.pollbench, env!("CARGO_PKG_VERSION"));
        assert!(side.engine.starts_with("wasmtime "));
    }

    let [cell] = &comparison.cells[..] else { panic!("{:?}", comparison.cells) };
    assert_eq!((cell.identity.pollables, cell.identity.effort), (20, 2000));
    let (base, candidate, verdict) = count(&comparison, Metric::GuestFuel);
    assert!(candidate < base && verdict == CountVerdict::Better, "{base} {candidate}");
    assert_eq!(count(&comparison, Metric::PollCalls), (1.0, 1.0, CountVerdict::Equal));

    let timing = cell.timing.as_ref().expect("a time");
    assert!(timing.base_ns > 0.0 && timing.candidate_ns > 0.0);
    assert_eq!(timing.threshold, 0.02);
    let holds = |ratio: &Ratio| {
        let Ratio { estimate, low, high, confidence, blocks } = *ratio;
        assert!(0.0 < low && low <= estimate && estimate <= high, "{ratio:?}");
        assert!(blocks > 0 && (0.0..=1.0).contains(&confidence), "{ratio:?}");
    };
    holds(&timing.ratio);
    holds(&timing.control);
    assert_eq!(timing.ratio.blocks, timing.control.blocks);
    timing.first_stage.iter().for_each(holds);
    // A change is always confirmed.
    let is_change = matches!(timing.verdict, Verdict::Slower | Verdict::Faster);
    assert!(!is_change || timing.first_stage.is_some());
}

#[test]
fn a_guest_compared_with_itself_is_equal() {
    let workplace = Workplace::new();
    workplace.file("same.wasm", &padded(BUILT_IN[0].component, 1));
    let (_, comparison) =
        workplace.judge(&[&["compare", "bare", "same.wasm"], &THREE[..], &COUNTERS].concat());
    assert_eq!(comparison.outcome, Outcome::Fine);
    assert!(comparison.cells.len() > 6 && all_equal(&comparison));
    assert!(comparison.cells.iter().all(|it| !it.identical));
    assert!(comparison.timing.is_none());
}

const THREE: [&str; 6] =
    ["--workloads", "idle,burst,churn", "--pollables", "10,20", "--effort", "2000"];

/// What can't differ is neither counted nor timed.
#[test]
fn a_component_with_the_same_knobs_is_identical() {
    let workplace = Workplace::new();
    workplace.file("copy.wasm", BUILT_IN[0].component);
    let sides = [["bare", "bare"], ["bare", "copy.wasm"], ["batched", "batched@batch=64"]];
    for sides in sides {
        let (ran, comparison) = workplace.judge(&[&["compare"], &sides[..], &THREE].concat());
        assert_eq!((comparison.outcome, ran.stderr.as_str()), (Outcome::Fine, ""), "{sides:?}");
        let is_bare = |it: &pollbench_reports::comparison::Cell| {
            it.identical && it.counts.is_empty() && it.timing.is_none()
        };
        assert!(comparison.cells.len() > 6 && comparison.cells.iter().all(is_bare));
        assert!(comparison.timing.is_none() && comparison.notes.is_empty());
        let sha256 = |side: &Side| side.guests[0].sha256.clone();
        assert_eq!(sha256(&comparison.base), sha256(&comparison.candidate));
    }
    let sides = ["compare", "bare", "copy.wasm"];
    let table = workplace.run(&[&sides, &ONE_CELL[..]].concat()).stdout;
    let words = "FINE: no limit is broken in 1 cell, 1 is identical.\n";
    assert!(table.starts_with(words) && table.contains("\nidentical"), "{table}");
    // Other knobs, or another program, may make a difference.
    let (_, comparison) = compare(&workplace, &["batched", "batched@batch=4"], &COUNTERS);
    assert!(!comparison.cells[0].identical && !comparison.cells[0].counts.is_empty());
}

/// Of one guest that is a regression, of two it is none.
#[test]
fn a_step_that_a_guest_no_longer_supports_is_a_regression() {
    let workplace = Workplace::new();
    workplace.file("was.wasm", &component("mine", SERVE));
    workplace.file("now.wasm", &component("mine", UNSUPPORTED));
    workplace.file("other.wasm", &component("other", UNSUPPORTED));
    let problem = |sides: &[&str]| {
        let (ran, comparison) = compare(&workplace, sides, &COUNTERS);
        (ran.code, comparison.cells[0].problem.clone())
    };
    let why = || "broken on purpose".to_string();
    let no_longer = (Some(1), Some(Problem::NoLongerSupported(why())));
    assert_eq!(problem(&["was.wasm", "now.wasm"]), no_longer);
    assert_eq!(problem(&["now.wasm", "was.wasm"]), (Some(3), Some(Problem::NotSupported(why()))));
    assert_eq!(problem(&["was.wasm", "other.wasm"]), (Some(3), Some(Problem::NotSupported(why()))));
    let sides = ["compare", "was.wasm", "now.wasm", "--counters-only"];
    let table = workplace.run(&[&sides, &ONE_CELL[..]].concat()).stdout;
    for words in [
        "REGRESSION: 1 of 1 cell is no longer supported.\n",
        "NOT SUPPORTED  mine",
        "    the candidate no longer supports this, as the base did: broken on purpose\n",
    ] {
        assert!(table.contains(words), "no {words:?} in {table}");
    }
}

#[test]
fn knobs_and_hosts_of_a_comparison_are_named() {
    let workplace = Workplace::new();
    let sides = ["compare", "batched", "batched@batch=4", "--counters-only"];
    let sides = [&sides[..], &["--workloads", "burst", "--pollables", "20", "--effort", "2000"]];
    let (ran, comparison) =
        workplace.judge(&[&sides.concat()[..], &["--host", "stock,lean"]].concat());
    // Smaller batches take more polls, which is worse with nothing said of limits.
    assert_eq!((ran.code, comparison.outcome), (Some(1), Outcome::Regression));
    let hosts: Vec<&str> = comparison.cells.iter().map(|it| it.identity.host.as_str()).collect();
    assert_eq!(hosts, ["stock", "lean"]);
    for cell in &comparison.cells {
        assert_eq!(cell.identity.base_guest, "batched");
        assert_eq!(cell.identity.candidate_guest, "batched batch=4");
        let changed: Vec<Metric> = cell
            .counts
            .iter()
            .filter(|it| it.verdict != CountVerdict::Equal)
            .map(|it| it.metric)
            .collect();
        assert!(changed.contains(&Metric::GuestFuel), "{changed:?}");
        let polls = cell.counts.iter().find(|it| it.metric == Metric::PollCalls);
        assert_eq!(polls.map(|it| it.verdict), Some(CountVerdict::Worse));
    }
    let table = workplace.run(&sides.concat());
    for words in [
        "REGRESSION: 1 of 1 cell counts more than allowed",
        "batched → batched batch=4",
        "WORSE poll_calls",
        ", limit 0)",
    ] {
        assert!(table.stdout.contains(words), "no {words:?} in {}", table.stdout);
    }
}

/// A record has counters, and no components.
#[test]
fn records_are_compared_by_their_counters_alone() {
    let workplace = Workplace::new();
    let run = ["run", "--guests", "bare,slab", "--repetitions", "1", "-o"];
    for out in ["one", "two"] {
        let ran = workplace.run(&[&run[..], &[out], &ONE_CELL[..6]].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let (one, two) = ("one/record.json", "two/record.json");
    let (ran, comparison) = workplace.judge(&["compare", one, two]);
    assert_eq!((comparison.outcome, comparison.cells.len()), (Outcome::Fine, 2));
    assert!(all_equal(&comparison) && comparison.timing.is_none());
    assert!(notes(&comparison, NO_TIME), "{:?}", comparison.notes);
    assert_eq!(ran.stderr, "");
    let table = workplace.run(&["compare", one, two]);
    assert!(table.stdout.contains(NO_TIME), "{}", table.stdout);
    // Who does not want it need not be told.
    assert!(workplace.judge(&["compare", one, two, "--counters-only"]).1.notes.is_empty());

    // A change in it is found, and named.
    let mut record = Record::read(&workplace.path(two)).expect("a record");
    record.cells[1].counters.as_mut().expect("counters").window.poll_calls += 1;
    record.write(&workplace.path(two)).expect("it is written");
    workplace.file("limits.toml", b"[[limit]]\npoll_calls = '0'\nwhy = 'so'\n");
    let held = ["compare", one, two, "--config", "limits.toml"];
    let (_, comparison) = workplace.judge(&held);
    assert_eq!(comparison.outcome, Outcome::Regression);
    let table = workplace.run(&held).stdout;
    assert!(table.starts_with("REGRESSION: 1 of 2 cells counts more than allowed"), "{table}");
    assert!(table.contains("WORSE poll_calls") && table.contains("limit 0: so"), "{table}");

    // With a guest on the other side, it is the one of that name.
    for sides in [[one, "slab"], ["slab", one]] {
        let (_, comparison) = workplace.judge(&[&["compare"], &sides[..]].concat());
        assert_eq!((comparison.outcome, comparison.cells.len()), (Outcome::Fine, 1));
        assert_eq!(comparison.cells[0].identity.base_guest, "slab");
        assert!(all_equal(&comparison) && notes(&comparison, NO_TIME));
    }
    let words = ["called \"slab-list\"", "\"slab\""];
    workplace.refuses(&["compare", one, "slab-list"], &words);
}

#[test]
fn a_baseline_is_a_side_that_can_be_timed() {
    let workplace = Workplace::new();
    let save = ["baseline", "save", "main", "--guests", "slab"];
    assert_eq!(workplace.run(&[&save, &ONE_CELL[..]].concat()).code, Some(0));
    let (ran, comparison) =
        workplace.judge(&["compare", "main", "slab-list", "--budget", "2", "--seed", "1"]);
    // The one side has been counted.
    assert_eq!(ran.stderr, "pollbench: counting 1 cells in 3 processes each\n");
    assert_eq!(comparison.base.label, "main");
    assert!(comparison.cells[0].timing.is_some() && comparison.notes.is_empty());
    assert!(count(&comparison, Metric::GuestFuel).0 > count(&comparison, Metric::GuestFuel).1);
    let (_, back) = workplace.judge(&["compare", "slab-list", "main", "--counters-only"]);
    let (there, back) = (count(&comparison, Metric::GuestFuel), count(&back, Metric::GuestFuel));
    assert_eq!((there.0, there.1), (back.1, back.0));
    // What it does not have, it is not asked for.
    let (_, comparison) = workplace.judge(&["compare", "main", "main", "--counters-only"]);
    assert!(all_equal(&comparison) && comparison.outcome == Outcome::Fine);
}

#[test]
fn cells_without_a_counterpart_are_noted_and_an_empty_comparison_does_not_pass() {
    let workplace = Workplace::new();
    let save = |name: &str, pollables: &str| {
        let save = ["baseline", "save", name, "--guests", "bare", "--workloads", "idle"];
        let size = ["--active", "1", "--effort", "2000", "--pollables", pollables];
        assert_eq!(workplace.run(&[&save, &size[..]].concat()).code, Some(0));
    };
    save("two", "10,20");
    save("one", "20");
    save("none", "30");
    let (_, comparison) = workplace.judge(&["compare", "two", "one", "--counters-only"]);
    assert_eq!((comparison.outcome, comparison.cells.len()), (Outcome::Fine, 1));
    assert!(notes(&comparison, "1 of the 2 cells of two have no counterpart"));
    let (ran, comparison) = workplace.judge(&["compare", "two", "none", "--counters-only"]);
    assert_eq!((ran.code, comparison.cells.len()), (Some(3), 0));
    assert!(notes(&comparison, "2 of the 2 cells of two") && notes(&comparison, "1 of the 1"));
}

#[test]
fn another_program_runs_the_base() {
    let workplace = Workplace::new();
    let program = env!("CARGO_BIN_EXE_pollbench");
    let (_, comparison) =
        compare(&workplace, &["slab", "--base-exe", program], &["--budget", "2", "--seed", "3"]);
    assert!(all_equal(&comparison));
    assert!(comparison.cells[0].timing.is_some());
    // Others are no pollbench, or none of this protocol.
    for (program, word) in [("/bin/yes", "line 1"), ("/bin/true", "exit status: 0")] {
        let arguments = [&["compare", "slab", "--base-exe", program], &ONE_CELL[..]].concat();
        workplace.refuses(&arguments, &[program, word, "pollbench of the same protocol"]);
    }
}

/// Nobody waits for ever for a program that is no pollbench.
#[test]
fn another_program_that_never_answers_ends_the_comparison() {
    let workplace = Workplace::new();
    write_worker(&workplace, "mute", "exec sleep 600");
    let mute = ["compare", "slab", "--base-exe", "./mute", "--answer-limit", "100ms"];
    let arguments = [&mute[..], &["--run-limit", "200ms"], &ONE_CELL].concat();
    let words = ["./mute has not answered for 0.3 s", "same protocol", "--answer-limit"];
    workplace.refuses(&arguments, &words);
}

#[test]
fn limits_decide_what_is_worse() {
    let workplace = Workplace::new();
    workplace.file("plain.wasm", &component("mine", SERVE));
    workplace.file("slow.wasm", &component("mine", &serve_slowly(1000)));
    let outcome = |sides: [&str; 2], limits: &str| {
        workplace.file("limits.toml", format!("[[limit]]\n{limits}\n").as_bytes());
        compare(&workplace, &sides, &["--counters-only", "--config", "limits.toml"]).1
    };
    let slower = ["plain.wasm", "slow.wasm"];
    let verdict = |comparison: &Comparison| count(comparison, Metric::GuestFuel).2;
    let (_, unlimited) = compare(&workplace, &slower, &COUNTERS);
    // As a gate has it.
    let found = (unlimited.outcome, verdict(&unlimited));
    assert_eq!(found, (Outcome::Regression, CountVerdict::Worse));
    for (limit, expected) in [
        ("guest_fuel = '1%'", Outcome::Regression),
        ("guest_fuel = '100000'", Outcome::Fine),
        ("guest_fuel = '|1000'", Outcome::Regression),
        ("guest_fuel = '1%'\ncells = 'mine/burst'", Outcome::Inconclusive),
        ("guest_fuel = '1%'\ncells = 'mine/idle/20'", Outcome::Regression),
        ("poll_calls = '0'", Outcome::Fine),
    ] {
        let comparison = outcome(slower, limit);
        assert_eq!(comparison.outcome, expected, "{limit}");
        let (base, candidate, verdict) = count(&comparison, Metric::GuestFuel);
        assert!(candidate > base + 1000.0, "{base} {candidate}");
        assert_eq!(verdict == CountVerdict::Worse, expected == Outcome::Regression, "{limit}");
    }
    let better = outcome(["slow.wasm", "plain.wasm"], "guest_fuel = '1%'");
    assert_eq!((better.outcome, verdict(&better)), (Outcome::Fine, CountVerdict::Better));
}

#[test]
fn a_comparison_is_also_written_in_other_formats() {
    let workplace = Workplace::new();
    let formats = ["junit", "markdown", "json", "bmf", "github-action-benchmark", "table"];
    let written: Vec<String> = formats.iter().map(|it| format!("{it}=out/deep/{it}")).collect();
    let mut arguments = [&["compare", "slab", "slab-list"], &ONE_CELL[..], &COUNTERS].concat();
    written.iter().for_each(|it| arguments.extend(["--write", it]));
    let ran = workplace.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("FINE"), "{}", ran.stdout);
    let read = |format: &str| workplace.read(format!("out/deep/{format}"));
    assert_eq!(read("table"), ran.stdout);
    assert!(read("junit").starts_with("<?xml") && read("junit").contains("<testcase name=\"slab"));
    assert!(read("markdown").starts_with("### pollbench: FINE"));
    let comparison: Comparison = serde_json::from_str(&read("json")).expect("a comparison");
    assert_eq!(comparison.cells.len(), 1);
    let (_, fuel, _) = count(&comparison, Metric::GuestFuel);
    let name = "slab-list/idle/pollables=20/active=1";
    let bmf: serde_json::Value = serde_json::from_str(&read("bmf")).expect("JSON");
    let (cell, measures) = bmf.as_object().and_then(|it| it.iter().next()).expect("a cell");
    assert!(cell.starts_with(name), "{cell}");
    assert_eq!(measures["guest_fuel"]["value"], fuel);
    let action: serde_json::Value =
        serde_json::from_str(&read("github-action-benchmark")).expect("JSON");
    assert!(action[0]["name"].as_str().is_some_and(|it| it.starts_with(name)), "{action}");
    assert_eq!(std::fs::read_dir(workplace.path("out/deep")).expect("it is there").count(), 6);
}

/// Who failed is named; a base that fails is not the candidate's fault.
#[test]
fn a_guest_that_fails_fails_its_own_side() {
    let workplace = Workplace::new();
    workplace.file("faulty.wasm", FAULTY.component);
    let broken = "faulty.wasm@fault=lose-wakeup";
    let (ran, comparison) = compare(&workplace, &["slab", broken], &["--budget", "2"]);
    assert_eq!((ran.code, comparison.outcome), (Some(4), Outcome::GuestFailed));
    let cell = &comparison.cells[0];
    assert_eq!(cell.identity.candidate_guest, "faulty fault=lose-wakeup");
    let Some(Problem::CandidateFailed(failure)) = &cell.problem else { panic!("{cell:?}") };
    assert_eq!(failure.kind, FailureKind::Lost);
    assert!(cell.counts.is_empty() && cell.timing.is_none());
    let table = workplace.run(&[&["compare", "slab", broken], &ONE_CELL[..], &COUNTERS].concat());
    for words in ["GUEST FAILED: 1 of 1 cell failed", "the candidate failed: lost"] {
        assert!(table.stdout.contains(words), "no {words:?} in {}", table.stdout);
    }

    let (ran, comparison) = compare(&workplace, &[broken, "slab"], &COUNTERS);
    assert_eq!(ran.code, Some(3));
    assert!(matches!(comparison.cells[0].problem, Some(Problem::BaseFailed(_))));
    workplace.file("again.wasm", &padded(FAULTY.component, 1));
    let again = "again.wasm@fault=lose-wakeup";
    let (ran, comparison) = compare(&workplace, &[broken, again], &COUNTERS);
    assert_eq!(ran.code, Some(3));
    assert!(matches!(comparison.cells[0].problem, Some(Problem::BothFailed(_))));
}

/// A worker that counts as it should and fails whenever it is timed.
const FAILS_BY_THE_CLOCK: &str = r#"#!/bin/sh
read -r load
case "$load" in
*'"counted":true'*) { printf '%s\n' "$load"; cat; } | "$PROGRAM" worker ;;
*)
  printf '%s\n' "$load" | "$PROGRAM" worker
  while read -r line; do
    echo '{"why-not":{"failed":{"kind":"trap","message":"of the clock"}}}'
  done ;;
esac
"#;

#[test]
fn a_base_that_fails_by_the_clock_only_is_not_the_candidate() {
    let workplace = Workplace::new();
    // What this process wrote itself could still be open in another thread's child.
    let written = Command::new("sh")
        .args(["-c", "printf %s \"$1\" > worker && chmod +x worker", "sh", FAILS_BY_THE_CLOCK])
        .current_dir(workplace.path(""))
        .status();
    assert!(written.expect("a shell").success());
    let compare = |arguments: &[&str]| {
        let mut command = workplace.command(&[&["compare"], arguments, &ONE_CELL].concat());
        command.env("PROGRAM", env!("CARGO_BIN_EXE_pollbench"));
        Ran::from(command.output().expect("the binary runs"))
    };
    let base = compare(&["slab", "--base-exe", "./worker", "--budget", "2"]);
    assert_eq!(base.code, Some(3), "{}{}", base.stdout, base.stderr);
    assert!(base.stdout.contains("the base failed: trap: of the clock"), "{}", base.stdout);
    let counted = compare(&["slab", "--base-exe", "./worker", "--counters-only"]);
    assert_eq!(counted.code, Some(0), "{}{}", counted.stdout, counted.stderr);
}

#[test]
fn what_a_guest_does_not_support_decides_nothing() {
    let workplace = Workplace::new();
    workplace.file("limits.toml", b"[[limit]]\nhandles_peak = '1000%'\n");
    let sides = ["compare", "slab", "spin-executor", "--pollables", "20", "--effort", "2000"];
    let sides = [&sides[..], &["--config", "limits.toml"]].concat();
    let with = |workloads: &str| {
        workplace.judge(&[&sides[..], &["--counters-only", "--workloads", workloads]].concat())
    };
    let (ran, comparison) = with("wakes,timers");
    assert_eq!(ran.code, Some(0));
    let problems = comparison.cells.iter().filter(|it| it.problem.is_some());
    let problems: Vec<_> = problems.map(|it| (&it.identity.workload, &it.problem)).collect();
    let [(workload, Some(Problem::NotSupported(why)))] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert!(*workload == "wakes" && why.starts_with("`yield`: "), "{why}");
    // Alone, it leaves nothing to compare.
    assert_eq!(with("wakes").0.code, Some(3));
}

/// Ctrl-C at a terminal goes to every process of the group.
#[test]
fn an_interrupted_comparison_reports_what_is_known() {
    let workplace = Workplace::new();
    for (milliseconds, what) in [(0, "compare"), (900, "compare"), (0, "baseline")] {
        let arguments = match what {
            "compare" => &["compare", "slab", "slab-list", "--pollables", "100"][..],
            _ => &["baseline", "save", "main", "--guests", "bare,slab"],
        };
        let mut command = workplace.command(arguments);
        command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut errors = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut line = String::new();
        errors.read_line(&mut line).expect("a line");
        assert!(line.starts_with("pollbench: counting"), "{line}");
        sleep(Duration::from_millis(milliseconds));
        let group = format!("-{}", child.id());
        let told = Command::new("kill").args(["-INT", "--", &group]).status();
        assert!(told.expect("kill runs").success());
        let ended = child.wait_with_output().expect("it ends");
        let mut rest = String::new();
        errors.read_to_string(&mut rest).expect("UTF-8");
        assert_eq!(ended.status.code(), Some(130), "{what}, {milliseconds} ms: {rest}");
        assert!(rest.lines().count() == 1 && rest.contains("stopping"), "{rest}");
        let said = String::from_utf8(ended.stdout).expect("UTF-8");
        if what == "compare" {
            assert!(
                said.contains("note: It was interrupted") && said.contains("again: "),
                "{said}"
            );
        } else {
            assert!(!workplace.path("pollbench-baselines/main.json").exists());
        }
    }
}
