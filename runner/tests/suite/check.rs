//! `pollbench check`: broken executors are found under the name of their fault and shown by a
//! short script, and sound ones are fine.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pollbench_faulty::{FAULTS, STANDING_FAULTS};
use pollbench_guests::{BUILT_IN, FAULTY, SPIN_EXECUTOR_3_1, WSTD_0_5};
use pollbench_reports::check::{CheckRecord, Group, NotSupported, Verdict};
use pollbench_reports::record::{FailureKind, KnobValue};
use serde_json::Value;

use crate::support::command::{Ran, Workplace};
use crate::support::wat_guest::{SERVE, component};
use pollbench::check::{Amount, Checked, Checking, Fault, Way};
use pollbench::engine::{Host, RunLimits, Source};
use pollbench::session::Progress;

static NEVER: AtomicBool = AtomicBool::new(false);

struct Silent;

impl Progress for Silent {
    fn begin(&self, _what: &str, _whole: u64) {}
    fn advance(&self, _units: u64) {}
    fn end(&self) {}
}

fn check(source: Source, knobs: &[(&str, KnobValue)], scripts: u64) -> Checked {
    let knobs: BTreeMap<_, _> =
        knobs.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let checking = Checking {
        source,
        host: Host::Stock,
        knobs,
        amount: Amount::Scripts(scripts),
        seed: 3,
        limits: RunLimits { run: Duration::from_secs(5), ..RunLimits::default() },
        // On a busy machine the shortest script is found, too, if later. One that does not end takes
        // all of this time, for each try of it does not end either.
        shrinking: Duration::from_secs(40),
        stop: &NEVER,
        progress: &Silent,
    };
    checking.run().expect("a guest")
}

/// The most steps that the script of a fault may have.
const MOST_STEPS: u64 = 6;

/// Under which name each fault shows.
fn expected(fault: &str) -> FailureKind {
    match fault {
        "lose-wakeup" => FailureKind::Lost,
        "resume-twice" | "ready-for-ever" => FailureKind::Double,
        "forget-drop" => FailureKind::Leaked,
        "wrong-index" | "expire-early" | "guesses" => FailureKind::Early,
        "wrong-outcome" => FailureKind::WrongOutcome,
        "ignore-yield" => FailureKind::OutOfOrderYield,
        "starve" | "never-polls" | "kept-marker" | "newest-first" => FailureKind::Starved,
        "forget-timer" | "rounds-deadlines" | "slow-timers" => FailureKind::Late,
        // Its executor makes a timer that ended too soon again and again.
        "spin" | "asks-in-a-loop" | "overflows-timers" => FailureKind::Livelock,
        "return-early" => FailureKind::Unfinished,
        "unknown-task" => FailureKind::UnknownTask,
        "fail" => FailureKind::GuestError,
        "panic" | "drop-stream-first" => FailureKind::Trap,
        "waits-out-timers" => FailureKind::Lingering,
        "hoards" => FailureKind::Hoarded,
        other => panic!("a fault that this test does not know: {other}"),
    }
}

#[test]
fn each_fault_is_found_under_its_name_by_a_short_script() {
    let faults = FAULTS.iter().map(|it| it.0).chain(STANDING_FAULTS.iter().map(|it| it.0));
    let mut wrong = Vec::new();
    for fault in faults {
        let kind = expected(fault);
        let knobs = [("fault", KnobValue::Choice(fault.into())), ("at", KnobValue::Integer(1))];
        let checked = check(Source::BuiltIn(FAULTY), &knobs, 60);
        let kinds: Vec<_> = checked.faults.iter().map(|it| it.failure.kind).collect();
        let found = checked.faults.iter().find(|it| it.failure.kind == kind);
        match found.map(|it| &it.way) {
            Some(Way::Scripts(scripts)) if scripts.written() <= MOST_STEPS => {}
            Some(Way::Scripts(scripts)) => wrong.push(format!("{fault}: {:?}", scripts.lines())),
            _ => wrong.push(format!("{fault}: not {kind} by a script, but {kinds:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_wrong_with_sound_executors() {
    /// The one polls all that is awaited, and never blocks between, after every task; the
    /// other drops nothing that has lost a race. The contract's page says what that means.
    const NOT_SOUND: [&str; 3] = ["wstd", "spin-executor", "wasi-async-runtime"];
    for guest in BUILT_IN.iter().filter(|it| !NOT_SOUND.contains(&it.name)) {
        let source = Source::BuiltIn(*guest);
        // A poll set can do nothing on this host, and says so.
        let checked = check(source, &[], 300);
        let failures: Vec<_> = checked.faults.iter().map(|it| (&it.failure, &it.checks)).collect();
        assert!(failures.is_empty(), "{}: {failures:#?}", guest.name);
        let passed = checked.checks.iter().filter(|it| it.verdict == Verdict::Passed).count();
        assert_eq!(passed > 100, guest.name != "poll-set", "{}: {passed}", guest.name);
    }
}

/// What is printed as JSON.
fn printed(ran: &Ran) -> CheckRecord {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn a_broken_guest_is_told_with_a_script_that_fails_again() {
    let workplace = Workplace::new();
    workplace.file("broken.wasm", FAULTY.component);
    let guest = "broken.wasm@fault=forget-drop,at=1";
    let check = ["check", guest, "--scripts", "20"];
    let ran = workplace.run(&[&check[..], &["-o", "out", "--write", "junit=out.xml"]].concat());
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    let begin = "FAILED: faulty at=1 fault=forget-drop is not right: leaked, trap.\n";
    assert!(ran.stdout.starts_with(begin), "{}", ran.stdout);
    for words in [
        "\n    task 0: wait 0 ns\n",
        "\n  what would have been right: Each pollable is dropped when its step is over,",
        "\n  the last turns, in virtual time:\n      step 1: task 0 runs",
        "\n    turn 1, at ",
        "\n  again: pollbench check 'broken.wasm@fault=forget-drop,at=1' --script out/leaked.json\n",
    ] {
        assert!(ran.stdout.contains(words), "no {words:?} in {}", ran.stdout);
    }
    let junit = workplace.read("out.xml");
    for words in ["<testsuite name=\"edge cases\"", "type=\"leaked\"", "again: pollbench check "] {
        assert!(junit.contains(words), "no {words:?} in {junit}");
    }
    // The script shows the same with this guest, and nothing with a sound one.
    let script = ["--script", "out/leaked.json", "--format", "json"];
    let again = workplace.run(&[&["check", guest][..], &script].concat());
    assert_eq!(again.code, Some(4), "{}", again.stderr);
    let record = printed(&again);
    let [check] = record.checks.as_slice() else { panic!("{:?}", record.checks) };
    assert_eq!((check.group, record.findings[0].kind), (Group::File, FailureKind::Leaked));
    let sound = workplace.run(&[&["check", "bare"][..], &script].concat());
    assert_eq!((sound.code, printed(&sound).findings.len()), (Some(0), 0), "{}", sound.stderr);
}

/// It never ends once it gets to its third task.
#[test]
fn a_script_that_never_ends_is_made_short() {
    const HANGS: &str = "(if (i32.ge_u (local.get $i) (i32.const 2)) (then (loop $l (br $l))))";
    let workplace = Workplace::new();
    let guest =
        component("hangs", &SERVE.replace("(loop $start", &format!("(loop $start {HANGS}")));
    workplace.file("hangs.wasm", &guest);
    let check = ["check", "hangs.wasm", "--scripts", "20", "--run-limit", "1", "--format", "json"];
    let ran = workplace.run(&check);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let record = printed(&ran);
    let found = record.findings.iter().find(|it| it.kind == FailureKind::TimeLimit);
    let script = found.and_then(|it| it.script.as_ref()).expect("a script");
    assert_eq!(
        (script.written, &script.lines[..]),
        (0, &["tasks 0 to 2: nothing".to_string()][..])
    );
}

#[test]
fn the_same_seed_gives_the_same_scripts() {
    let workplace = Workplace::new();
    let run = |seed: &str| {
        let check = ["check", "slab", "--scripts", "40", "--format", "json", "--seed", seed];
        let ran = workplace.run(&check);
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        let mut record: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        record["started"].take();
        record
    };
    assert_eq!(run("5"), run("5"));
    assert_ne!(run("5")["against_floor"], run("6")["against_floor"]);
}

#[test]
fn what_can_not_be_checked_is_refused() {
    let workplace = Workplace::new();
    workplace.file("odd.json", b"{ \"script_schema\": 1 }");
    workplace.refuses(&["check"], &["<GUEST>"]);
    workplace.refuses(&["check", "slap"], &["\"slap\"", "did you mean \"slab\"?"]);
    workplace.refuses(&["check", "slab@depth=3"], &["no knob \"depth\""]);
    workplace.refuses(&["check", "bare", "--script", "none.json"], &["none.json", "No such file"]);
    workplace.refuses(&["check", "bare", "--script", "odd.json"], &["odd.json", "missing field"]);
    workplace.refuses(&["check", "bare", "--host", "real"], &["\"real\"", "simulated"]);
    workplace.refuses(&["check", "bare", "--format", "csv"], &["csv", "table, json, junit"]);
    workplace.refuses(&["check", "bare", "--script", "odd.json", "--seed", "1"], &["--seed"]);
}

#[test]
fn a_step_that_is_not_supported_is_named_with_its_reason() {
    let checked = check(
        Source::BuiltIn(*BUILT_IN.iter().find(|it| it.name == "spin-executor").expect("a guest")),
        &[],
        50,
    );
    let steps: Vec<_> = checked.not_supported.iter().map(|it| it.step.as_str()).collect();
    assert_eq!(steps, ["again", "yield"]);
    let reason =
        |it: &NotSupported| it.reason.starts_with(&format!("`{}`: spin-executor", it.step));
    assert!(checked.not_supported.iter().all(reason), "{:?}", checked.not_supported);
    // The random scripts are of what it can express.
    let random = checked.checks.iter().find(|it| it.group == Group::Random).expect("a check");
    assert_eq!((random.runs, &random.verdict), (50, &Verdict::Passed));
}

/// wstd polls without blocking by a pollable that it keeps, so a busy task lets all others wait.
#[test]
fn what_wstd_gets_wrong_is_starvation_and_nothing_else() {
    let wstd = *BUILT_IN.iter().find(|it| it.name == "wstd").expect("a guest");
    let checked = check(Source::BuiltIn(wstd), &[], 30);
    let starves = |it: &Fault| {
        let kind = it.failure.kind;
        matches!(kind, FailureKind::Starved | FailureKind::Livelock | FailureKind::TimeLimit)
    };
    let kinds: Vec<_> = checked.faults.iter().map(|it| it.failure.kind).collect();
    assert!(checked.faults.iter().all(starves), "{kinds:?}");
    assert!(kinds.contains(&FailureKind::Starved), "{kinds:?}");
    let passed = |group: Group| {
        let of = checked.checks.iter().filter(|it| it.group == group);
        of.filter(|it| it.verdict == Verdict::Passed).count()
    };
    assert!(passed(Group::Steps) == 9 && passed(Group::Edges) > 20, "{:?}", checked.checks);
}

/// In wstd 0.5.3 a task that yields is never run again, because nothing but a pollable wakes
/// its executor; spin-executor 3.1.0 keeps each pollable that has lost a race.
#[test]
fn the_bugs_of_real_releases_are_found() {
    for (release, kind, word) in
        [(WSTD_0_5, FailureKind::Lost, "yield"), (SPIN_EXECUTOR_3_1, FailureKind::Leaked, "race")]
    {
        let checked = check(Source::BuiltIn(release), &[], 60);
        let found = checked.faults.iter().find(|it| it.failure.kind == kind);
        let found = found.unwrap_or_else(|| panic!("{}: not {kind}", release.name));
        let Way::Scripts(scripts) = &found.way else { panic!("{}: no script", release.name) };
        let lines = scripts.lines();
        assert!(scripts.written() <= MOST_STEPS, "{lines:?}");
        assert!(lines.iter().any(|it| it.contains(word)), "{lines:?}");
    }
}
