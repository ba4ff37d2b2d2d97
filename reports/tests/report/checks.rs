//! Checks of a guest: as text and as JUnit's XML.

use std::collections::BTreeMap;

use pollbench_reports::check::{
    AgainstFloor, Check, CheckRecord, Finding, Format, Group, LongestWait, NotSupported, SCHEMA,
    ShrunkScript, Verdict, render,
};
use pollbench_reports::record::{Failure, FailureKind, Guest, Interface, KnobValue};

use crate::comparison::junit;
use crate::support::ODD;

fn guest(name: &str) -> Guest {
    Guest {
        name: name.into(),
        strategy: "made up".into(),
        summary: "made up".into(),
        interface: Interface::Poll,
        origin: "mine.wasm".into(),
        sha256: "00".into(),
        bytes: 1,
        compiler: "rustc".into(),
        knobs: Vec::new(),
    }
}

fn check(group: Group, name: &str, verdict: Verdict) -> Check {
    let runs = if matches!(verdict, Verdict::NotRun(_)) { 0 } else { 1 };
    Check { group, name: name.into(), runs, verdict }
}

/// A guest of this name with nothing wrong.
fn sound(name: &str) -> CheckRecord {
    CheckRecord {
        check_schema: SCHEMA,
        started: "2026-11-28T08:15:00Z".into(),
        command: format!("pollbench check {name}"),
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48".into(),
        host: "stock".into(),
        seed: 7,
        guest: guest(name),
        knobs: BTreeMap::from([("batch".into(), KnobValue::Integer(4))]),
        checks: vec![
            check(Group::Steps, "wait", Verdict::Passed),
            Check { runs: 1_999, ..check(Group::Random, "random scripts", Verdict::Passed) },
        ],
        not_supported: Vec::new(),
        longest_wait: Some(LongestWait { polls: 3, check: "10,000 tasks".into() }),
        against_floor: Some(AgainstFloor {
            floor: "bare".into(),
            events: 1_000,
            polls: 1_500,
            handles: 9_000,
            floor_polls: 1_250,
            floor_handles: 7_000,
        }),
        findings: Vec::new(),
    }
}

/// A guest of this name which gets something wrong, and says odd things.
pub fn broken(name: &str) -> CheckRecord {
    let failure = Failure::new(FailureKind::Lost, format!("at step 3: {name}"));
    let mut record = sound(name);
    record.checks.extend([
        check(Group::Edges, name, Verdict::Failed(failure.clone())),
        check(Group::Edges, "two", Verdict::Failed(failure.clone())),
        check(Group::Edges, "three", Verdict::NotSupported(name.into())),
        check(Group::Workloads, "four", Verdict::NotRun(name.into())),
    ]);
    record.not_supported.push(NotSupported { step: "again".into(), reason: name.into() });
    record.findings.push(Finding {
        kind: failure.kind,
        message: failure.message,
        checks: vec![name.into(), "two".into()],
        script: Some(ShrunkScript {
            written: 2,
            steps: 3,
            from: 12,
            lines: vec!["task 0: wait 0 ns".into()],
            file: Some("lost.json".into()),
        }),
        culprit: vec!["Task 0 should have run.".into()],
        turns: vec!["turn 1, at 0.00 ns: poll of 1 handle: task 0".into()],
        again: format!("pollbench check {name} --script lost.json"),
    });
    record
}

fn text(record: &CheckRecord) -> String {
    render(record, Format::Table).expect("text")
}

#[test]
fn the_verdict_comes_first_and_counts_the_runs() {
    let text = text(&sound("mine"));
    assert!(
        text.starts_with("FINE: nothing is wrong with mine batch=4 in 2,000 runs.\n"),
        "{text}"
    );
    for words in [
        "longest wait of an event for its task: 3 polls, in 10,000 tasks\n",
        "over 1,000 events: 1.50 polls an event (bare: 1.25), 9.00 handles an event (bare: 7.00)\n",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn what_was_not_run_is_not_fine() {
    let mut record = sound("mine");
    record.checks.push(check(Group::Edges, "one", Verdict::NotRun("interrupted".into())));
    assert!(
        text(&record).starts_with("INCOMPLETE: nothing is wrong with mine "),
        "{}",
        text(&record)
    );
}

#[test]
fn a_failure_is_told_with_its_script_and_its_rule() {
    let text = text(&broken("mine"));
    assert!(text.starts_with("FAILED: mine batch=4 is not right: lost.\n"), "{text}");
    let told = "
lost: at step 3: mine
  what would have been right: Before it blocks, an executor runs every task that can run: those whose events were reported, and those that have started or yielded.
  it was found in: mine; two
  the script has 2 steps, which make 3 with their repetitions; it is the shortest that was found, and began with 12:
    task 0: wait 0 ns
  Task 0 should have run.
  the last turns, in virtual time:
    turn 1, at 0.00 ns: poll of 1 handle: task 0
  again: pollbench check mine --script lost.json
";
    assert!(text.ends_with(told), "{text}");
    assert!(text.contains("not supported: again: mine\n"), "{text}");
}

#[test]
fn nothing_that_a_guest_says_reaches_the_terminal_as_it_is() {
    for name in ODD {
        let text = text(&broken(name));
        let is_odd = |it: char| it.is_control() && it != '\n';
        assert!(!text.contains(is_odd), "{text:?}");
        assert_eq!(text.lines().count(), text_lines("slab"), "{text}");
    }
}

fn text_lines(name: &str) -> usize {
    text(&broken(name)).lines().count()
}

#[test]
fn junit_has_a_suite_for_each_group_and_a_test_for_each_check() {
    for name in ODD.into_iter().chain(["slab"]) {
        let record = broken(name);
        let tests = junit::tests(&render(&record, Format::Junit).expect("XML"));
        assert_eq!(tests.len(), record.checks.len(), "{name}");
        let statuses: Vec<&str> = tests.iter().map(|(_, status)| status.as_str()).collect();
        let expected = [
            "passed",
            "skipped not-run",
            "failure lost",
            "failure lost",
            "skipped not-supported",
            "passed",
        ];
        assert_eq!(statuses, expected, "{name}");
    }
}
