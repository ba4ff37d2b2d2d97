//! Runs that are killed, and gone on with.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pollbench_guests::FAULTY;
use pollbench_reports::record::{Record, RepetitionKind, Status, Time};
use pollbench_reports::summary;
use serde_json::{Value, json};

use crate::support::command::{Ran, Workplace};

/// A run of two seconds, which is kept two or three times.
const RUN: [&str; 11] = [
    "run",
    "--guests",
    "bare,slab",
    "--workloads",
    "idle",
    "--pollables",
    "10,50",
    "--active",
    "1",
    "--repetitions",
    "30",
];

/// The same in a moment.
const SHORT: [&str; 2] = ["--repetitions", "6"];

fn short() -> Vec<&'static str> {
    [&RUN[..9], &SHORT].concat()
}

fn start(workplace: &Workplace, arguments: &[&str]) -> Child {
    let mut command = workplace.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

/// Kills a run after a while, as the system would.
fn kill_after(mut child: Child, time: Duration) {
    sleep(time);
    end(&mut child);
}

fn end(child: &mut Child) {
    child.kill().expect("it is our own");
    child.wait().expect("it ends");
}

/// Kills a run as soon as it has written its record, or written it anew.
fn kill_when_kept(workplace: &Workplace, mut child: Child) {
    wait_until_kept(workplace, &mut child);
    kill_after(child, Duration::ZERO);
}

fn wait_until_kept(workplace: &Workplace, child: &mut Child) {
    let record = workplace.path("out/record.json");
    let (begun, before) = (Instant::now(), std::fs::read(&record).ok());
    while std::fs::read(&record).ok() == before {
        assert!(child.try_wait().expect("a status").is_none(), "it ended without a record");
        assert!(begun.elapsed() < Duration::from_secs(60), "there is no record");
        sleep(Duration::from_millis(1));
    }
}

fn read(workplace: &Workplace, path: &str) -> Record {
    Record::read(&workplace.path(path)).unwrap_or_else(|error| panic!("{error}"))
}

/// What is the same on every run of the same cells.
fn exact(record: &Record) -> Vec<Value> {
    let cell = |cell: &pollbench_reports::record::Cell| {
        let repetitions = cell.time.iter().flat_map(|time| &time.repetitions);
        let rounds: Vec<(u32, bool, u64)> = repetitions
            .map(|it| (it.round, it.kind == RepetitionKind::Profiled, it.events))
            .collect();
        let polls = cell.latency_polls.as_ref().and_then(summary::histogram);
        let polls = polls.map(|it| {
            it.iter_recorded().map(|it| (it.value_iterated_to(), it.count_at_value())).collect()
        });
        let polls: Vec<(u64, u64)> = polls.unwrap_or_default();
        json!({
            "cell": cell.id().to_string(),
            "status": cell.status,
            "failure": cell.failure.as_ref().map(|it| &it.message),
            "not supported": cell.not_supported,
            "counters": cell.counters,
            "rounds": rounds,
            "polls": polls,
            "timed events": cell.latency_ns.as_ref().map(|it| it.count),
        })
    };
    record.cells.iter().map(cell).collect()
}

/// How many times the big test kills a run.
fn kills() -> u64 {
    std::env::var("POLLBENCH_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(8)
}

/// `POLLBENCH_KILLS=50 cargo test …` kills it more often.
#[test]
fn a_run_that_is_killed_at_any_moment_can_be_resumed() {
    let workplace = Workplace::new();
    let begun = Instant::now();
    assert_eq!(workplace.run(&[&RUN[..], &["-o", "whole"]].concat()).code, Some(0));
    let took = begun.elapsed().as_millis() as u64;
    let whole = exact(&read(&workplace, "whole/record.json"));
    let (mut without, mut counted, mut timed, mut complete) = (0, 0, 0, 0);
    for kill in 0..kills() {
        let out = format!("out-{kill}");
        let record = format!("{out}/record.json");
        // The golden ratio: moments that are spread over the run, however many they are.
        let moment = took * (kill * 618 % 1000) / 1000;
        let mut child = start(&workplace, &[&RUN[..], &["-o", &out]].concat());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(moment) {
            // Whatever the moment, there is a whole record or none.
            if workplace.path(&record).exists() {
                read(&workplace, &record);
            }
            sleep(Duration::from_micros(200));
        }
        end(&mut child);
        if !workplace.path(&record).exists() {
            without += 1;
            continue;
        }
        let partial = read(&workplace, &record);
        match partial.interrupted {
            false => complete += 1,
            true if partial.cells.iter().any(|cell| cell.time.is_some()) => timed += 1,
            true => counted += 1,
        }
        let ran = workplace.run(&["run", "--resume", &out]);
        assert_eq!(ran.code, Some(0), "after {moment} ms: {}", ran.stderr);
        let resumed = read(&workplace, &record);
        assert!(!resumed.interrupted);
        assert_eq!(exact(&resumed), whole, "after {moment} ms");
        assert_eq!(resumed.environment.resumed, partial.interrupted.then_some(1));
    }
    println!(
        "of {} kills in {took} ms: {without} before a record, {counted} with counts, {timed} with times, {complete} when all was done",
        kills()
    );
    assert!(counted + timed > 0, "no kill came in between");
}

#[test]
fn a_run_that_is_killed_repeatedly_is_completed_by_resuming() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&[&RUN[..], &["-o", "whole"]].concat()).code, Some(0));
    kill_when_kept(&workplace, start(&workplace, &[&RUN[..], &["-o", "out"]].concat()));
    let done = || {
        let cells = exact(&read(&workplace, "out/record.json"));
        let rounds = cells.iter().map(|it| it["rounds"].as_array().expect("rounds").len());
        rounds.sum::<usize>() + cells.iter().filter(|it| !it["counters"].is_null()).count()
    };
    let mut before = done();
    for _ in 0..5 {
        kill_when_kept(&workplace, start(&workplace, &["run", "--resume", "out"]));
        let now = done();
        assert!(now > before, "{now} after {before}");
        before = now;
    }
    assert_eq!(workplace.run(&["run", "--resume", "out"]).code, Some(0));
    let last = read(&workplace, "out/record.json");
    assert_eq!(last.environment.resumed, Some(6));
    assert_eq!(exact(&last), exact(&read(&workplace, "whole/record.json")));
}

/// Ctrl-C comes in the midst of a round, of which nothing is kept by halves.
#[test]
fn an_interrupted_run_has_whole_rounds_of_each_group() {
    let workplace = Workplace::new();
    let first = [&RUN[..], &["-o", "out"]].concat();
    let mut interruptions = 0;
    let resumed: &[&str] = &["run", "--resume", "out"];
    for (arguments, later) in [(&first[..], 0), (resumed, 100), (resumed, 300)] {
        let mut child = start(&workplace, arguments);
        wait_until_kept(&workplace, &mut child);
        sleep(Duration::from_millis(later));
        let id = child.id().to_string();
        let told = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
        assert!(told.success());
        let code = child.wait_with_output().expect("it ends").status.code();
        // It may have been too late.
        if code != Some(130) {
            continue;
        }
        interruptions += 1;
        for group in exact(&read(&workplace, "out/record.json")).chunks(2) {
            assert_eq!(group[0]["rounds"], group[1]["rounds"]);
        }
    }
    assert!(interruptions > 0);
    let ran = workplace.run(&["run", "--resume", "out"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(workplace.path("out/report.html").exists());
}

/// A run is kept between the groups of a round, too.
#[test]
fn a_group_that_has_completed_a_round_does_not_repeat_it_when_resumed() {
    let workplace = Workplace::new();
    let (_, whole) = workplace.measure(&short()[1..]);
    let mut partial = serde_json::to_value(&whole).expect("JSON");
    partial["interrupted"] = json!(true);
    // The waits of the last round stay in a histogram, which can't be taken apart.
    for cell in &mut partial["cells"].as_array_mut().expect("cells")[2..] {
        cell["time"]["repetitions"].as_array_mut().expect("repetitions").pop();
    }
    put(&workplace, &partial);
    assert_eq!(resume(&workplace).code, Some(0));
    let resumed = read(&workplace, "out/record.json");
    let but_for_waits = |record: &Record| {
        let mut cells = exact(record);
        for cell in &mut cells {
            cell.as_object_mut().expect("an object").remove("timed events");
        }
        cells
    };
    assert_eq!(but_for_waits(&resumed), but_for_waits(&whole));
    assert_eq!(resumed.cells[0], whole.cells[0]);
}

/// The repetitions of every cell: the round, the effort where it is not that of the cell,
/// and the events.
fn repetitions(record: &Record) -> Vec<Vec<(u32, Option<u64>, u64)>> {
    let times = record.cells.iter().map(|cell| cell.time.as_ref().expect("times"));
    let of_cell =
        |time: &Time| time.repetitions.iter().map(|it| (it.round, it.effort, it.events)).collect();
    times.map(of_cell).collect()
}

/// In a millisecond there is no time for whole repetitions. A run that is gone on with makes
/// them as short as those before.
#[test]
fn where_the_time_is_short_all_rounds_but_the_first_are_shorter() {
    let workplace = Workplace::new();
    let (ran, record) = workplace.measure(&[&RUN[1..9], &["--time", "1ms"]].concat());
    assert!(ran.stderr.contains("in place of 0.0 s, because every cell"), "{}", ran.stderr);
    assert!(ran.stdout.contains("all but the first have 6.2 % of their work"), "{}", ran.stdout);
    for (cell, made) in record.cells.iter().zip(repetitions(&record)) {
        let planned = cell.effort.expect("an effort");
        let events = cell.counters.as_ref().expect("counts").window.events;
        assert_eq!(made.len(), 9);
        for (round, effort, in_window) in made {
            let is_first = round == 0;
            assert_eq!(effort, (!is_first).then_some(planned / 16), "round {round}");
            assert_eq!(in_window < events, !is_first, "round {round}: {in_window} of {events}");
        }
    }
    let mut partial = serde_json::to_value(&record).expect("JSON");
    partial["interrupted"] = json!(true);
    for cell in partial["cells"].as_array_mut().expect("cells") {
        cell["time"]["repetitions"].as_array_mut().expect("repetitions").truncate(3);
    }
    put(&workplace, &partial);
    assert_eq!(resume(&workplace).code, Some(0));
    assert_eq!(repetitions(&read(&workplace, "out/record.json")), repetitions(&record));
}

/// Whoever asks for a number of repetitions gets whole ones.
#[test]
fn a_number_of_repetitions_has_the_effort_that_is_planned() {
    let workplace = Workplace::new();
    let (_, record) = workplace.measure(&short()[1..]);
    assert!(repetitions(&record).iter().flatten().all(|it| it.1.is_none()));
}

/// A killed run as the tests below want it: all is counted, nothing is timed.
fn counted_only(workplace: &Workplace, arguments: &[&str], code: i32) -> Value {
    let (ran, record) = workplace.measure(&arguments[1..]);
    assert_eq!(ran.code, Some(code), "{}", ran.stderr);
    let mut record = serde_json::to_value(record).expect("JSON");
    record["interrupted"] = json!(true);
    for cell in record["cells"].as_array_mut().expect("cells") {
        let cell = cell.as_object_mut().expect("a cell");
        cell.remove("time");
        cell.remove("latency_ns");
    }
    put(workplace, &record);
    record
}

fn put(workplace: &Workplace, record: &Value) {
    workplace.file("out/record.json", record.to_string().as_bytes());
}

fn resume(workplace: &Workplace) -> Ran {
    workplace.run(&["run", "--resume", "out"])
}

#[test]
fn a_resumed_run_neither_retries_failed_cells_nor_counts_again() {
    let workplace = Workplace::new();
    workplace.file("faulty.wasm", FAULTY.component);
    let arguments = [
        &["run", "--guests", "slab,spin-executor", "--guest", "faulty.wasm"][..],
        &["--knob", "fault=lose-wakeup", "--workloads", "wakes", "--pollables", "20"],
        &SHORT,
    ]
    .concat();
    let mut record = counted_only(&workplace, &arguments, 4);
    // Marks that only one who measures again would wipe out.
    let cells = record["cells"].as_array_mut().expect("cells");
    for cell in cells.iter_mut() {
        match cell["status"].as_str() {
            Some("ok") => cell["counters"]["handles_peak"] = json!(12_345),
            Some("failed") => cell["failure"]["message"] = json!("seen before"),
            _ => cell["not_supported"] = json!("known before"),
        }
    }
    put(&workplace, &record);
    assert_eq!(resume(&workplace).code, Some(4));
    let resumed = read(&workplace, "out/record.json");
    let of = |status| resumed.cells.iter().filter(move |cell| cell.status == status);
    assert!(of(Status::Failed).all(|it| it.failure.as_ref().unwrap().message == "seen before"));
    let known = Some("known before".to_string());
    assert!(of(Status::NotSupported).all(|it| it.not_supported == known));
    assert!(of(Status::Ok).all(|it| it.counters.as_ref().unwrap().handles_peak == 12_345));
    assert!(of(Status::Ok).all(|it| it.time.as_ref().unwrap().repetitions.len() == 9));
    for status in [Status::Ok, Status::Failed, Status::NotSupported] {
        assert_eq!(of(status).count(), 1, "{status:?}");
    }
}

#[test]
fn a_complete_record_is_left_alone() {
    let workplace = Workplace::new();
    workplace.measure(&short()[1..]);
    let before = workplace.read("out/record.json");
    for path in ["out", "out/record.json"] {
        let ran = workplace.run(&["run", "--resume", path]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stdout, "out/record.json is complete: there is nothing left to measure\n");
    }
    assert_eq!(workplace.read("out/record.json"), before);
}

/// What must be the same is compared, and named if it is not.
#[test]
fn a_run_under_other_conditions_is_not_resumed() {
    let workplace = Workplace::new();
    let record = counted_only(&workplace, &short(), 0);
    let refused = |change: &dyn Fn(&mut Value), words: &[&str]| {
        let mut other = record.clone();
        change(&mut other);
        put(&workplace, &other);
        let before = workplace.read("out/record.json");
        let ran = resume(&workplace);
        assert_eq!(ran.code, Some(2), "{words:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        for word in ["can't resume out/record.json"].iter().chain(words) {
            assert!(ran.stderr.contains(word), "no {word:?} in {}", ran.stderr);
        }
        assert_eq!(workplace.read("out/record.json"), before);
    };
    let sha256 = |it: &mut Value| it["environment"]["guests"][1]["sha256"] = json!("00");
    let host = |name: &'static str| {
        move |it: &mut Value| it["environment"]["hosts"]["stock"]["settings"][name] = json!("1")
    };
    let environment = |name: &'static str, value: Value| {
        move |it: &mut Value| it["environment"][name] = value.clone()
    };
    let fewer = |it: &mut Value| drop(it["cells"].as_array_mut().unwrap().pop());
    let damaged = |it: &mut Value| it["cells"][1]["latency_polls"]["histogram"] = json!("AAAA");
    refused(&environment("pollbench", json!("0.0.9")), &["version of pollbench was 0.0.9"]);
    refused(&environment("compiler", json!("rustc 1")), &["compiler was rustc 1 and is"]);
    refused(&environment("kernel", json!("Linux 1")), &["kernel was Linux 1 and is"]);
    refused(&sha256, &["SHA-256 of guest \"slab\" was 00"]);
    refused(&host("limit: bytes of memory"), &["\"limit: bytes of memory\" of host stock was 1"]);
    refused(&host("a setting of later"), &["is not set now"]);
    refused(&|it| it["environment"]["cpu"]["model"] = json!("A"), &["processor was A and is"]);
    refused(&|it| it["environment"]["cpu"]["cores"] = json!(77), &["cores was 77 and is"]);
    refused(
        &environment("command", json!("pollbench list")),
        &["`pollbench list`", "none of a run"],
    );
    refused(&environment("command", json!("rm \"x")), &["rm \"x", "none of a run"]);
    let other = json!("pollbench run --guests bare --workloads idle --pollables 10 --active 1");
    refused(&environment("command", other), &["not those that its command selects"]);
    refused(&fewer, &["not those that its command selects"]);
    refused(&damaged, &["latencies of slab", "are damaged"]);
    refused(&|it| it["merged"] = json!(2), &["merged from several"]);
}

#[test]
fn resume_takes_no_other_options_and_needs_a_record() {
    let workplace = Workplace::new();
    let ran = workplace.run(&["run", "--resume", "out", "--quick"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--resume") && ran.stderr.contains("other"), "{}", ran.stderr);
    let ran = workplace.run(&["run", "--resume", "out"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("can't read the record out"), "{}", ran.stderr);
}

/// A living run has a directory to itself; others go elsewhere, or are refused.
#[test]
fn two_runs_at_once_do_not_get_in_each_others_way() {
    let workplace = Workplace::new();
    let record = workplace.path("out/record.json");
    let child = start(&workplace, &[&RUN[..], &["-o", "out"]].concat());
    let begun = Instant::now();
    while !record.exists() && begun.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(5));
    }
    let again = [&short()[..], &["-o", "out"]].concat();
    for arguments in [&again[..], &["run", "--resume", "out"], &["merge", "out", "-o", "out"]] {
        let ran = workplace.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        let busy = "pollbench: out is in use by another pollbench: wait until it has ended";
        assert!(ran.stderr.starts_with(busy), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    kill_after(child, Duration::ZERO);
    // The dead one's is free.
    assert_eq!(workplace.run(&["run", "--resume", "out"]).code, Some(0));
    assert_eq!(workplace.run(&again).code, Some(0));
    let mut left: Vec<_> = std::fs::read_dir(workplace.path("out"))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["record.json", "report.html"]);
}

#[test]
fn runs_of_the_same_second_have_directories_of_their_own() {
    let workplace = Workplace::new();
    let children: Vec<Child> = (0..6).map(|_| start(&workplace, &short())).collect();
    for mut child in children {
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
    let results: Vec<_> = std::fs::read_dir(workplace.path("pollbench-results"))
        .expect("results")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(results.len(), 6);
    let exact: Vec<_> = results
        .iter()
        .map(|it| exact(&Record::read(&it.join("record.json")).expect("a record")))
        .collect();
    assert!(exact.iter().all(|it| *it == exact[0]));
    assert!(results.iter().all(|it| it.join("report.html").exists()));
}

/// A run that is replaced is not taken for the one that replaces it.
#[test]
fn an_earlier_record_is_removed_before_the_first_cell() {
    let workplace = Workplace::new();
    counted_only(&workplace, &short(), 0);
    workplace.file("out/.record.json.left", b"{");
    let ran = workplace.run(&[&short()[..], &["-o", "out"]].concat());
    assert_eq!(ran.code, Some(0));
    let said = "out/record.json, of a run that was interrupted, is replaced";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(!workplace.path("out/.record.json.left").exists());
}
