//! A guest of the second world, broken on purpose: the checks catch each fault and
//! name it.

use std::sync::LazyLock;

use crate::support::random_script::{Op, Programs, RandomScript};
use pollbench::engine::{Configuration, Guest, Lane, NoWindow, Outcome, RunLimits, Source};
use pollbench_faulty_p3::{FAULTS, Fault};
use pollbench_guests::FAULTY_P3;
use pollbench_reports::record::FailureKind;

static GUEST: LazyLock<Guest> = LazyLock::new(|| {
    let configuration = Configuration::new().expect("an engine");
    Guest::load(&Source::BuiltIn(FAULTY_P3), &configuration).expect("a guest")
});

/// Runs a task for each of these programs. (The first begins with two events.)
fn run(fault: Fault, programs: &[&[Op]]) -> Outcome {
    let knob = FAULTS.iter().position(|(_, it)| *it == fault).expect("one of them") as u64;
    let from_start = programs.len();
    let programs = programs.iter().map(|program| program.to_vec()).collect();
    let script = RandomScript::new(&Programs { programs, from_start });
    GUEST.run(Box::new(script), &[knob], Lane::Counted, RunLimits::default(), &quanta::Clock::new())
}

fn caught(fault: Fault, programs: &[&[Op]]) -> (FailureKind, String) {
    match run(fault, programs) {
        Err(NoWindow::Failed(failure)) => (failure.kind, failure.message),
        other => panic!("{fault:?} came to {other:?}"),
    }
}

const EVERYTHING: &[&[Op]] = &[
    &[Op::Wait(1_000), Op::Sleep(2_000), Op::Timeout(Some(500), 9_000), Op::Timeout(None, 700)],
    &[Op::Yield, Op::Wait(0), Op::Sleep(0), Op::Timeout(Some(0), 0), Op::Wait(1_000_000)],
];

/// An event that never happens, and a sleep.
const FORGOTTEN: &[&[Op]] = &[&[Op::Timeout(None, 1_000), Op::Sleep(1_000_000)]];

/// Without a fault, nothing is caught.
#[test]
fn without_a_fault_nothing_is_caught() {
    for programs in [EVERYTHING, FORGOTTEN] {
        assert_eq!(run(Fault::Nothing, programs).err(), None);
    }
}

#[test]
fn each_fault_is_reported_under_its_name() {
    let cases: [(Fault, &[&[Op]], FailureKind); 15] = [
        // Without the sleep nothing would be left to wait for, which traps.
        (Fault::LoseWakeup, &[&[Op::Wait(0)], &[Op::Sleep(9_000)]], FailureKind::Lost),
        (Fault::LoseWakeup, &[&[], &[Op::Sleep(0), Op::Sleep(9_000)]], FailureKind::Lost),
        (Fault::ForgetSleep, FORGOTTEN, FailureKind::Deadlock),
        (Fault::SleepHalf, &[&[Op::Sleep(1_000_000)]], FailureKind::Early),
        (Fault::NextTwice, &[&[Op::Wait(1_000)]], FailureKind::Double),
        (Fault::NextTwice, &[&[Op::Wait(0)]], FailureKind::Double),
        (Fault::WrongOutcome, EVERYTHING, FailureKind::WrongOutcome),
        (Fault::ForgetCancel, FORGOTTEN, FailureKind::Leaked),
        (Fault::ForgetCancel, &[&[Op::Timeout(Some(0), 1_000_000)]], FailureKind::Leaked),
        (Fault::ReturnEarly, EVERYTHING, FailureKind::Unfinished),
        (Fault::YieldForEver, EVERYTHING, FailureKind::Livelock),
        (Fault::UnknownTask, EVERYTHING, FailureKind::UnknownTask),
        (Fault::UnknownEvent, EVERYTHING, FailureKind::Trap),
        (Fault::Panic, EVERYTHING, FailureKind::Trap),
        (Fault::Fail, EVERYTHING, FailureKind::GuestError),
    ];
    for (fault, programs, expected) in cases {
        let (kind, message) = caught(fault, programs);
        assert_eq!(kind, expected, "{fault:?} over {programs:?}: {message}");
    }
}

#[test]
fn messages_say_what_was_seen() {
    let message = |fault, programs| caught(fault, programs).1;
    let twice = message(Fault::NextTwice, &[&[Op::Wait(0)]]);
    assert!(twice.contains("an earlier call of `next` for it still waits"), "{twice}");
    let leaked = message(Fault::ForgetCancel, FORGOTTEN);
    assert!(leaked.contains("1 of 5 calls still waited"), "{leaked}");
    let deadlock = message(Fault::ForgetSleep, FORGOTTEN);
    assert!(deadlock.contains("task 0 waits for a sleep"), "{deadlock}");
    let unknown = message(Fault::UnknownEvent, EVERYTHING);
    assert!(unknown.contains("which no step has named"), "{unknown}");
}

#[test]
fn a_refusal_is_no_failure() {
    let refused = NoWindow::NotSupported("broken on purpose".into());
    assert_eq!(run(Fault::Refuse, EVERYTHING).err(), Some(refused));
}
