//! `pollbench tune`, through the binary. What it says of time is for people; what it counts
//! is exact.

use std::time::{Duration, Instant};

use pollbench_reports::record::KnobValue;
use pollbench_reports::tuning::{Part, Tuned, Tuning};

use crate::support::command::{Ran, Workplace, interrupt};

/// A load in which batches matter: tasks that never rest beside idle pollables.
pub const BUSY: [&str; 8] =
    ["--workload", "idle", "--pollables", "200", "--active", "10", "--param", "yielders=4"];

impl Workplace {
    /// Runs `pollbench tune … -o out` and reads its record.
    pub fn tune(&self, arguments: &[&str]) -> (Ran, Tuning) {
        let ran = self.run(&[&["tune", "-o", "out"], arguments].concat());
        let tuning = self.read("out/tuning.json");
        let tuning =
            serde_json::from_str(&tuning).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
        (ran, tuning)
    }
}

pub fn only(tuning: &Tuning) -> (&Tuned, &Part) {
    let [tuned] = tuning.tuned.as_slice() else { panic!("{} were tuned", tuning.tuned.len()) };
    let [part] = tuned.parts.as_slice() else { panic!("{} parts", tuned.parts.len()) };
    (tuned, part)
}

#[test]
fn counted_objectives_are_exact_and_need_no_time() {
    let workplace = Workplace::new();
    let command = [&["batched", "--objective", "handles-per-event"][..], &BUSY].concat();
    let (ran, tuning) = workplace.tune(&command);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (tuned, part) = only(&tuning);
    assert_eq!((tuned.knob.as_str(), tuned.settled), ("batch", true));
    assert!(tuned.judging.is_empty() && part.judging.is_empty(), "nothing was timed");

    // The recommended value has the least of all that were counted.
    let judgement = tuned.judgement.as_ref().expect("a judgement");
    let per_event = |value: u64| {
        let counted = part.counted.iter().find(|it| it.value == value).expect("it was counted");
        let window = counted.counters.as_ref().expect("it passed").window;
        window.handles_passed as f64 / window.events as f64
    };
    let least = part.counted.iter().map(|it| per_event(it.value)).reduce(f64::min);
    assert_eq!(least, Some(per_event(judgement.recommended)));
    let first_line = ran.stdout.lines().nth(3).unwrap_or_default();
    let answer = format!("batch = {}", judgement.recommended);
    assert!(first_line.contains(&answer), "{first_line:?} without {answer:?}");

    let (_, again) = workplace.tune(&command);
    assert_eq!(again.tuned, tuning.tuned);

    // The record says the same again, and its report can be written again.
    let told = workplace.run(&["report", "out/tuning.json", "-o", "again"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert!(told.stdout.contains(&answer), "{}", told.stdout);
    assert_eq!(workplace.read("again/report.html"), workplace.read("out/report.html"));
    let refused = ["report", "out/tuning.json", "--print", "csv"];
    workplace.refuses(&refused, &["the record of a tuning"]);
}

#[test]
fn what_is_counted_is_what_a_run_counts() {
    let workplace = Workplace::new();
    let (_, tuning) = workplace.tune(
        &[&["batched", "--objective", "guest-fuel", "--effort", "40000"][..], &BUSY].concat(),
    );
    let (_, part) = only(&tuning);
    let (_, record) = workplace.measure(&[
        "--guests",
        "batched",
        "--workloads",
        "idle",
        "--pollables",
        "200",
        "--active",
        "10",
        "--param",
        "yielders=4",
        "--knob",
        "batch=1,16,64,1024",
        "--repetitions",
        "1",
    ]);
    assert_eq!(record.cells.len(), 4);
    for cell in &record.cells {
        let KnobValue::Integer(value) = cell.knobs["batch"] else { panic!("batch is a number") };
        let counted = part.counted.iter().find(|it| it.value == value).expect("a power of two");
        assert_eq!(counted.counters, cell.counters, "batch = {value}");
    }
}

#[test]
fn what_is_judged_had_no_part_in_choosing() {
    let workplace = Workplace::new();
    let (ran, tuning) = workplace.tune(&[
        "batched",
        "--workload",
        "burst",
        "--pollables",
        "50,100",
        "--budget",
        "6s",
        "--effort",
        "2000",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(tuning.tuned.len(), 2);
    for tuned in &tuning.tuned {
        let tried: Vec<u64> = tuned.choosing.iter().map(|it| it.value).collect();
        let judged: Vec<u64> = tuned.judging.iter().map(|it| it.value).collect();
        assert_eq!(tried, judged);
        // In fresh rounds every value has its turn, as many times as any other.
        let rounds = tuned.judging[0].rounds.len();
        assert!(rounds > 0);
        for costs in &tuned.judging {
            assert_eq!(costs.rounds.iter().flatten().count(), rounds, "{costs:?}");
        }
        let judgement = tuned.judgement.as_ref().expect("a judgement");
        assert!(judged.contains(&judgement.recommended));
        assert!(judgement.plateau.values.contains(&judgement.recommended));
    }
}

#[test]
fn beside_other_work_the_answer_is_a_compromise() {
    let workplace = Workplace::new();
    let short = ["batched", "--budget", "4s", "--effort", "2000"];
    let (ran, tuning) = workplace.tune(&[&short[..], &BUSY].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let compromise = only(&tuning).0.compromise.as_ref().expect("cost against latency");
    assert!(compromise.steps_per_event > 1.0);
    assert!(compromise.chosen.is_some());

    // Every latency is longer than a nanosecond, and shorter than an hour.
    let (ran, tuning) = workplace.tune(&[&short[..], &BUSY, &["--p99-at-most", "1ns"]].concat());
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(only(&tuning).0.recommended(), None);
    assert!(ran.stdout.contains("Nothing meets the bound"), "{}", ran.stdout);

    let (ran, tuning) = workplace.tune(&[&short[..], &BUSY, &["--p99-at-most", "1h"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(only(&tuning).0.recommended().is_some());
}

#[test]
fn a_mix_has_one_answer_and_those_of_its_parts() {
    let workplace = Workplace::new();
    let (ran, tuning) = workplace.tune(&[
        "batched",
        "--mix",
        "idle=70,burst=20,churn=10",
        "--pollables",
        "100",
        "--objective",
        "guest-fuel",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let [tuned] = tuning.tuned.as_slice() else { panic!("one load") };
    let parts: Vec<(&str, Option<f64>)> =
        tuned.parts.iter().map(|it| (it.workload.as_str(), it.weight)).collect();
    assert_eq!(parts, [("idle", Some(70.0)), ("burst", Some(20.0)), ("churn", Some(10.0))]);
    assert!(tuned.parts.iter().all(|it| it.judgement.is_some()));
    // At the default, the mix costs what it costs.
    let judgement = tuned.judgement.as_ref().expect("a judgement");
    let default = judgement.of(tuned.default).and_then(|it| it.cost).expect("a cost");
    assert!((default - 1.0).abs() < 1e-9, "{default}");
}

#[test]
fn what_can_not_be_tuned_is_told_in_a_line() {
    let workplace = Workplace::new();
    let refused = |arguments: &[&str], words: &[&str]| {
        workplace.refuses(&[&["tune"], arguments].concat(), words);
    };
    refused(&["batched", "--knob", "bach"], &["no knob \"bach\"", "batch"]);
    refused(&["batched@batch=64", "--knob", "batch"], &["\"batch\" has a fixed value"]);
    refused(&["batched@batch=64"], &["batched", "nothing to tune"]);
    refused(&["bare"], &["bare", "nothing to tune"]);
    refused(&["record.json"], &["\"record.json\" is no guest"]);
    refused(&["batched", "--mix", "idle=x,burst=1"], &["weight \"x\""]);
    refused(&["batched", "--mix", "idle=1,nope=1"], &["nope"]);
    refused(&["batched", "--mix", "idle=1"], &["two workloads"]);
    refused(&["batched", "--budget", "soon"], &["expected a duration"]);
    refused(&["batched", "--objective", "speed"], &["ns-per-event, p99"]);
    refused(
        &["batched", "--objective", "p99", "--p99-at-most", "1ms"],
        &["--p99-at-most goes with the objective ns-per-event"],
    );
    refused(&["batched", "--host", "all"], &["no host \"all\""]);
    refused(&["tiered", "--knob", "hot+hot"], &["\"hot\" can't be tuned together with itself"]);
    let three = "hot+interval+other";
    refused(&["tiered", "--knob", three], &["\"hot+interval+other\" are more than two knobs"]);
    refused(&["tiered", "--knob", "hot+bach"], &["no knob \"bach\""]);
    refused(&["tiered", "--knob", "hot+"], &["no knob \"\""]);
    refused(&["tiered@hot=4", "--knob", "hot+interval"], &["\"hot\" has a fixed value"]);
    refused(&["slab", "--knob", "timers+every"], &["\"timers\" takes no whole numbers but heap"]);
    assert!(!workplace.path("pollbench-results").exists(), "nothing is left behind");
    let short = ["tune", "batched", "--budget", "1ms", "--workload", "burst", "--pollables", "100"];
    let ran = workplace.run(&short);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("the budget of 1ms was over"), "{}", ran.stderr);
    let timers = ["--workload", "timers", "--param", "cancelled=0", "--pollables", "100"];
    let ran = workplace.run(&[&["tune", "batched", "--objective", "p99"][..], &timers].concat());
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let why = "no pollable is waited for in the workload timers";
    assert!(ran.stderr.contains(why), "{}", ran.stderr);
}

#[test]
fn a_real_host_is_timed_and_the_stock_host_counts() {
    let workplace = Workplace::new();
    // With worker threads, no two runs of the real host are counted the same.
    let load = ["--workload", "burst", "--pollables", "300", "--effort", "5000"];
    let real = ["batched", "--host", "real", "--budget", "10s"];
    let (ran, timed) = workplace.tune(&[&real[..], &load].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let hosts = (timed.host.as_str(), timed.counted_on.as_deref());
    assert_eq!(hosts, ("real", Some("stock")));
    let title = "batched on real (counted on stock), ns / event";
    assert!(ran.stdout.contains(title), "{}", ran.stdout);
    assert!(workplace.read("out/report.html").contains("real (counted on stock)"));

    let exact = ["batched", "--objective", "guest-fuel"];
    let (_, stock) = workplace.tune(&[&exact[..], &load].concat());
    assert_eq!(stock.counted_on, None);
    let (timed, stock) = (only(&timed).1, only(&stock).1);
    for counted in timed.counted.iter().filter(|it| it.value.is_power_of_two()) {
        let same = stock.counted.iter().find(|it| it.value == counted.value);
        assert_eq!(same.map(|it| &it.counters), Some(&counted.counters));
    }
    assert!(!timed.judging.is_empty());
}

#[test]
fn ctrl_c_judges_what_was_measured() {
    let workplace = Workplace::new();
    let begun = Instant::now();
    let child = workplace
        .command(&["tune", "-o", "out", "batched", "--budget", "10m", "--workload", "burst"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    std::thread::sleep(Duration::from_secs(5));
    interrupt(child.id());
    let ran: Ran = child.wait_with_output().expect("it ends").into();
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(begun.elapsed() < Duration::from_secs(60));
    let tuning: Tuning =
        serde_json::from_str(&workplace.read("out/tuning.json")).expect("a record");
    assert!(tuning.interrupted);
}
