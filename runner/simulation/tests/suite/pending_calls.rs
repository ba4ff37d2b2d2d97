//! The world without pollables, by hand: a guest's calls wait.

use std::task::{Context, Poll};

use crate::support::by_hand::{always_due, kind, told};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::{HostModel, SourceId, Woken};
use pollbench_simulation::script::{Plan, Step};
use pollbench_simulation::simulation::{
    Edge, LIVELOCK_POLLS, PendingCall, Simulation, UNSEEN_STEPS, Violation,
};

/// A call of `next` for a task, which waits.
fn calls_next(simulation: &mut Simulation, task: u32) -> Result<Option<PendingCall>, Violation> {
    let (running, edge) = simulation.begin_next(task, 0)?;
    if edge == Some(Edge::Closes) {
        simulation.snapshot(Edge::Closes, 0);
    }
    let (_, pending) = simulation.end_next(running);
    if edge == Some(Edge::Opens) {
        simulation.snapshot(Edge::Opens, 0);
    }
    Ok(pending)
}

/// Looks at a call, and says whether it has completed.
fn look(simulation: &mut Simulation, pending: &mut PendingCall, woken: &Woken) -> bool {
    match simulation.poll_pending(pending, &mut Context::from_waker(&woken.waker())) {
        Poll::Ready(completed) => completed.map(|()| true).expect("in order"),
        Poll::Pending => false,
    }
}

#[test]
fn a_task_calls_next_only_when_the_call_before_is_over() {
    let mut simulation = Simulation::checked(always_due(1), HostModel::DIRECT);
    let mut waits = calls_next(&mut simulation, 0).expect("a start");
    // It has completed, which tells that the event has come.
    assert!(look(&mut simulation, waits.as_mut().expect("a pending call"), &Woken::default()));
    let waits = calls_next(&mut simulation, 0).expect("the call before has completed");
    // It is cancelled, and its event is taken by another way, as that of `ready`.
    drop(waits);
    let source = SourceId::from_number(0);
    let mut ready = simulation.ready_event(source).expect("in order").expect("a source");
    assert!(look(&mut simulation, &mut ready, &Woken::default()));
    let waits = calls_next(&mut simulation, 0).expect("the call before was cancelled");
    let mut ready = simulation.ready_event(source).expect("in order").expect("a source");
    assert!(look(&mut simulation, &mut ready, &Woken::default()));
    assert_eq!(kind(calls_next(&mut simulation, 0)), Some(FailureKind::Double));
    drop(waits);
}

#[test]
fn a_call_that_completes_takes_the_place_of_a_poll() {
    let waits = told(Plan::io(1, 1, 2), |_, script| {
        let source = script.agenda.add_source();
        script.agenda.fire(source);
        Step::Wait(source)
    });
    let mut simulation = Simulation::checked(waits, HostModel::DIRECT);
    for _ in 0..3 {
        let mut pending =
            calls_next(&mut simulation, 0).expect("in order").expect("a pending call");
        assert!(look(&mut simulation, &mut pending, &Woken::default()));
    }
    assert!(calls_next(&mut simulation, 0).is_ok());
    let polls = &simulation.latencies().all.polls;
    assert_eq!((polls.len(), polls.min(), polls.max()), (2, 1, 1));
    let window = simulation.tally().window().expect("a window");
    assert_eq!((window.events, window.poll_calls), (2, 2));
}

#[test]
fn yielding_without_end_is_a_livelock() {
    let mut simulation = Simulation::checked(always_due(1), HostModel::DIRECT);
    for _ in 0..LIVELOCK_POLLS {
        assert_eq!(simulation.turn(), Ok(()));
    }
    assert_eq!(kind(simulation.turn()), Some(FailureKind::Livelock));
}

#[test]
fn sleeping_without_end_is_a_livelock() {
    let never = told(Plan::io(1, 1, 2), |_, script| Step::Wait(script.agenda.add_source()));
    let mut simulation = Simulation::checked(never, HostModel::DIRECT);
    let _waits = calls_next(&mut simulation, 0).expect("a start");
    let mut sleeps = || {
        let mut pending = simulation.sleep(10)?;
        assert!(!look(&mut simulation, &mut pending, &Woken::default()));
        simulation.jump().expect("its end is to come");
        simulation.complete(&mut pending)
    };
    for _ in 0..LIVELOCK_POLLS {
        assert_eq!(sleeps(), Ok(()));
    }
    assert_eq!(kind(sleeps()), Some(FailureKind::Livelock));
}

/// The engine runs the loop, and what comes first is its choice.
#[test]
fn a_guest_whose_calls_wait_is_not_held_to_an_order() {
    let mut simulation = Simulation::checked(always_due(2), HostModel::DIRECT);
    let mut pending = calls_next(&mut simulation, 0).expect("a start").expect("a pending call");
    let _passed_over = calls_next(&mut simulation, 1).expect("a start");
    for _ in 0..2 * UNSEEN_STEPS {
        assert!(look(&mut simulation, &mut pending, &Woken::default()));
        pending = calls_next(&mut simulation, 0).expect("in order").expect("a pending call");
    }
}

#[test]
fn every_call_that_waits_for_a_source_is_woken_by_its_event() {
    let mut source = None;
    let workload = told(Plan::io(2, 1, 9), move |task, script| {
        let source = *source.get_or_insert_with(|| script.agenda.add_source());
        if task == 0 {
            return Step::Timeout(source, 1_000_000);
        }
        script.agenda.fire(source);
        Step::Yield
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    assert!(calls_next(&mut simulation, 0).is_ok());
    let woken = [Woken::default(), Woken::default()];
    let mut waits = woken.each_ref().map(|woken| {
        let pending = simulation.ready_event(SourceId::from_number(0)).expect("in order");
        let mut pending = pending.expect("a source");
        assert!(!look(&mut simulation, &mut pending, woken));
        pending
    });
    assert!(calls_next(&mut simulation, 1).is_ok());
    assert!(woken.iter().all(Woken::is_set));
    assert!(waits.iter_mut().all(|pending| look(&mut simulation, pending, &woken[0])));
}

/// A sleep has the number of the one that was cancelled before.
#[test]
fn a_cancelled_call_is_not_woken() {
    let mut simulation = Simulation::checked(always_due(1), HostModel::DIRECT);
    let [given_up, waiting] = [Woken::default(), Woken::default()];
    let mut cancelled = simulation.sleep(1_500).expect("a sleep begins");
    assert!(!look(&mut simulation, &mut cancelled, &given_up));
    drop(cancelled);
    let mut pending = simulation.sleep(2_500).expect("a sleep begins");
    assert!(!look(&mut simulation, &mut pending, &waiting));
    for _ in 0..2 {
        simulation.poll_begins(5).expect("a poll takes time");
    }
    assert!(look(&mut simulation, &mut pending, &waiting));
    assert_eq!((given_up.is_set(), waiting.is_set()), (false, true));
}

#[test]
fn a_sleep_that_has_ended_leaves_nothing_behind() {
    let mut simulation = Simulation::checked(always_due(1), HostModel::TOKIO);
    for times in 1..10 {
        let mut pending = simulation.sleep(1_500).expect("a sleep begins");
        assert!(!look(&mut simulation, &mut pending, &Woken::default()));
        // It ends when the timers of the host do, of which there is one each millisecond.
        while !look(&mut simulation, &mut pending, &Woken::default()) {
            simulation.poll_set_begins().expect("a poll takes time");
            simulation.host_yields();
        }
        assert_eq!(simulation.now(), Ok(times * 1_000_000));
    }
    // The number of its source is free again.
    let (running, _) = simulation.begin_next(0, 0).expect("a start");
    let (step, _) = simulation.end_next(running);
    assert_eq!(step, Step::Wait(SourceId::from_number(0)));
}
