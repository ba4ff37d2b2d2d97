//! How long a task may be passed over, to the step.

use std::sync::Arc;
use std::task::Context;

use crate::support::by_hand::{always_due, poll, scripted, step, told};
use crate::support::random_script::Op;
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::{Event, HostModel, SourceId, TOKIO_BUDGET};
use pollbench_simulation::script::{Plan, Step};
use pollbench_simulation::simulation::{
    CALL_NANOSECONDS, STARVED_STEPS, STARVED_STEPS_A_TASK, Simulation, TaskStep,
    UNSEEN_POLLS_A_TASK, UNSEEN_STEPS, UNSEEN_STEPS_A_TASK, Violation,
};

/// Task 0 yields so often, and the others do what they are told.
fn beside_yields(yields: u64, others: &[Op]) -> Simulation {
    let yields = vec![Op::Yield; yields as usize + 10];
    let others = others.iter().map(|op| vec![op.clone()]);
    let mut simulation = scripted(std::iter::once(yields).chain(others).collect());
    // What every script begins with.
    for _ in 0..3 {
        assert!(step(&mut simulation, 0).is_ok());
    }
    simulation
}

/// Task 0 runs so often.
fn runs(simulation: &mut Simulation, steps: u64) -> Result<(), Violation> {
    (0..steps).try_for_each(|_| simulation.next(0, 0).map(drop))
}

/// Task 0 may run so often and no more, for else another starves or is late.
fn runs_at_most(simulation: &mut Simulation, steps: u64, kind: FailureKind) -> String {
    assert_eq!(runs(simulation, steps), Ok(()));
    let violation = simulation.next(0, 0).err().expect("one step too many");
    assert_eq!(violation.kind, kind, "{violation}");
    violation.message
}

fn events(step: TaskStep) -> Vec<Arc<Event>> {
    match step {
        TaskStep::Wait(event) => vec![event],
        TaskStep::Join(events) => events,
        _ => panic!("it waits for pollables"),
    }
}

fn unseen_steps(tasks: u64) -> u64 {
    UNSEEN_STEPS + UNSEEN_STEPS_A_TASK * tasks
}

/// An executor that asks for a few at a time takes long to come round.
#[test]
fn each_of_a_few_polls_allows_a_due_event_as_many_steps_more() {
    let (few, steps) = (2 * UNSEEN_POLLS_A_TASK, unseen_steps(2));
    for (polls, bound) in [(0, 1), (1, 1), (3, 3), (few, few), (few + 1, 1)] {
        let mut simulation = beside_yields(bound * steps, &[Op::Wait(0)]);
        assert!(simulation.next(1, 0).is_ok());
        for _ in 0..polls {
            simulation.poll_begins(1).expect("a poll of something else");
        }
        runs_at_most(&mut simulation, bound * steps, FailureKind::Starved);
    }
}

/// Each of those reported together may be the last to be served.
#[test]
fn events_reported_together_are_each_given_the_time_of_all() {
    let waits = [const { Op::Wait(0) }; 3];
    let reported = |timers: usize| {
        let mut simulation = beside_yields(1_000, &waits);
        let events: Vec<_> = [1, 2, 3]
            .into_iter()
            .flat_map(|task| events(simulation.next(task, 0).expect("a start")))
            .collect();
        simulation.poll_begins(3).expect("a poll");
        // The end of a timer belongs to no task.
        for _ in 0..timers {
            let timer = simulation.timer(0);
            simulation.reported(&timer);
        }
        // To be told again is no news.
        for event in events.iter().chain(&events).chain(&events) {
            simulation.reported(event);
        }
        simulation
    };
    for timers in [0, 100] {
        // The first may have to wait for the task that yields, and the three reported.
        let bound = STARVED_STEPS + STARVED_STEPS_A_TASK * (1 + 3);
        let message = runs_at_most(&mut reported(timers), bound, FailureKind::Starved);
        assert!(message.contains("the event of task 1"), "{message}");
        // The last has waited while two were served, and knows itself how many were ahead.
        let mut simulation = reported(timers);
        for task in [1, 2] {
            assert!(simulation.next(task, 0).is_ok());
        }
        let bound = STARVED_STEPS + STARVED_STEPS_A_TASK * (1 + 2 + 1);
        let message = runs_at_most(&mut simulation, bound - 2, FailureKind::Starved);
        assert!(message.contains("the event of task 3"), "{message}");
    }
}

/// The last of its events is due, but the guest can't know that.
#[test]
fn a_join_does_not_starve_before_the_last_of_its_events_is_reported() {
    let mut simulation = beside_yields(1_000, &[Op::Join(vec![0, CALL_NANOSECONDS])]);
    let events = events(simulation.next(1, 0).expect("a start"));
    simulation.poll_begins(1).expect("a poll");
    simulation.reported(&events[0]);
    assert_eq!(runs(&mut simulation, 4 * STARVED_STEPS), Ok(()));
    simulation.reported(&events[1]);
    let bound = STARVED_STEPS + 2 * STARVED_STEPS_A_TASK;
    runs_at_most(&mut simulation, bound, FailureKind::Starved);
}

#[test]
fn a_join_starves_since_the_last_of_its_events() {
    let before = 2 * STARVED_STEPS;
    let mut simulation = beside_yields(1_000, &[Op::Join(vec![0, before * CALL_NANOSECONDS])]);
    let events = events(simulation.next(1, 0).expect("a start"));
    simulation.poll_begins(1).expect("a poll");
    simulation.reported(&events[0]);
    // Until its second event it can not run.
    assert_eq!(runs(&mut simulation, before), Ok(()));
    simulation.poll_begins(1).expect("a poll");
    simulation.reported(&events[1]);
    let bound = STARVED_STEPS + 2 * STARVED_STEPS_A_TASK;
    runs_at_most(&mut simulation, bound, FailureKind::Starved);
}

#[test]
fn a_join_of_which_nothing_is_reported_starves_since_the_last_of_its_events() {
    let before = unseen_steps(2) - 100;
    let join = Op::Join(vec![0, before * CALL_NANOSECONDS]);
    let mut simulation = beside_yields(3 * before, &[join]);
    assert!(simulation.next(1, 0).is_ok());
    assert_eq!(runs(&mut simulation, before), Ok(()));
    let message = runs_at_most(&mut simulation, unseen_steps(2) - 1, FailureKind::Starved);
    assert!(message.contains("the event of task 1 has been due"), "{message}");
}

/// Task 0 has an event at once each time, and the others wait for one that they share, or
/// have just begun if there is none. Gives what is behind the pollables of those that wait.
fn busy_beside(others: u32, shares: bool) -> (Simulation, Vec<Arc<Event>>) {
    let mut sources: Vec<SourceId> = Vec::new();
    let workload = told(Plan::io(1 + others, 1, 100_000), move |task, script| {
        let source = match sources.get(task as usize) {
            Some(source) => *source,
            None => {
                sources.push(match task {
                    0 => script.agenda.add_source(),
                    1 => script.agenda.add_shared(),
                    _ => script.agenda.share(sources[1]),
                });
                let source = sources[task as usize];
                if task == others && task > 0 {
                    script.agenda.fire(sources[1]);
                }
                if task == 0 {
                    script.agenda.fire(source);
                }
                return Step::Wait(source);
            }
        };
        if task > 0 {
            return Step::Done;
        }
        script.agenda.fire(source);
        Step::Again
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let tasks = if shares { 1 + others } else { 1 };
    let events =
        (0..tasks).flat_map(|task| events(simulation.next(task, 0).expect("a start"))).collect();
    (simulation, events)
}

/// Task 0 runs for its event, which a poll has reported.
fn serves(simulation: &mut Simulation, own: &Arc<Event>) -> Result<(), Violation> {
    simulation.poll_begins(1)?;
    simulation.reported(own);
    simulation.next(0, 0).map(drop)
}

#[test]
fn a_start_is_passed_over_for_so_many_steps_and_no_more() {
    let (mut simulation, events) = busy_beside(1, false);
    let bound = STARVED_STEPS + 2 * STARVED_STEPS_A_TASK;
    // The start of task 0 was the first.
    for _ in 1..bound {
        assert_eq!(serves(&mut simulation, &events[0]), Ok(()));
    }
    let violation = serves(&mut simulation, &events[0]).expect_err("one step too many");
    assert_eq!(violation.kind, FailureKind::Starved);
}

/// Its start, which it left long before, is no older claim.
#[test]
fn a_turn_is_waited_for_since_the_task_yielded() {
    let mut sources: [Option<SourceId>; 2] = [None; 2];
    let mut left = 100;
    // Both are busy, and task 1 yields when it has had its events.
    let workload = told(Plan::io(2, 1, 100_000), move |task, script| {
        left -= u32::from(task == 1);
        if left == 0 && task == 1 {
            return Step::Yield;
        }
        let known = &mut sources[task as usize];
        let is_start = known.is_none();
        let source = *known.get_or_insert_with(|| script.agenda.add_source());
        script.agenda.fire(source);
        if is_start { Step::Wait(source) } else { Step::Again }
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let busy = events(simulation.next(1, 0).expect("a start")).remove(0);
    for _ in 1..100 {
        simulation.poll_begins(1).expect("a poll");
        simulation.reported(&busy);
        assert!(simulation.next(1, 0).is_ok());
    }
    let own = events(simulation.next(0, 0).expect("a start")).remove(0);
    // The start of task 0 was the first of the steps since.
    let bound = STARVED_STEPS + 2 * STARVED_STEPS_A_TASK;
    for _ in 1..bound {
        assert_eq!(serves(&mut simulation, &own), Ok(()));
    }
    let violation = serves(&mut simulation, &own).expect_err("one step too many");
    assert_eq!(violation.kind, FailureKind::Starved);
    let words = format!("task 1 could run and was passed over for {} steps", bound + 1);
    assert!(violation.message.contains(&words), "{violation}");
}

/// One that waited for it no longer has taken nothing from the others.
#[test]
fn an_event_that_is_shared_starves_though_another_task_has_given_up() {
    let mut sources: Vec<SourceId> = Vec::new();
    let workload = told(Plan::io(3, 1, 100_000), move |task, script| {
        let agenda = &mut *script.agenda;
        match (task, sources.len()) {
            (0, _) => Step::Yield,
            (_, 0) => {
                sources.push(agenda.add_shared());
                Step::Timeout(sources[0], CALL_NANOSECONDS)
            }
            (_, 1) => {
                sources.push(agenda.share(sources[0]));
                agenda.fire(sources[0]);
                Step::Wait(sources[1])
            }
            _ => Step::Done,
        }
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    assert!(simulation.next(0, 0).is_ok());
    assert!(simulation.next(1, 0).is_ok());
    let events = events(simulation.next(2, 0).expect("a start"));
    simulation.poll_begins(2).expect("a poll");
    (0..2).for_each(|_| simulation.reported(&events[0]));
    assert!(matches!(simulation.next(1, 1), Ok(TaskStep::Done)));
    let violation = runs(&mut simulation, 2 * STARVED_STEPS).expect_err("task 2 waits");
    assert!(violation.message.contains("the event of task 2"), "{violation}");
}

/// The next one is due as soon as the one before has been had.
#[test]
fn an_event_that_was_queued_starves_like_any_other() {
    let mut source: Option<SourceId> = None;
    let workload = told(Plan::io(2, 1, 100_000), move |task, script| {
        if task == 0 {
            return Step::Yield;
        }
        if source.is_some() {
            return Step::Again;
        }
        let source = *source.insert(script.agenda.add_source());
        (0..2).for_each(|_| script.agenda.plan_in(source, 0));
        Step::Wait(source)
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let events = events(simulation.next(1, 0).expect("a start"));
    assert!(simulation.next(0, 0).is_ok());
    simulation.poll_begins(1).expect("a poll");
    simulation.reported(&events[0]);
    assert!(simulation.next(1, 0).is_ok());
    let message = runs_at_most(&mut simulation, unseen_steps(2), FailureKind::Starved);
    assert!(message.contains("the event of task 1 has been due"), "{message}");
}

/// Whether or not others have had it since: it is reported anew to those that wait.
#[test]
fn an_event_that_is_shared_starves_like_any_other() {
    for served in [0, 1] {
        let (mut simulation, events) = busy_beside(2, true);
        let polls = |simulation: &mut Simulation, tasks: &[Arc<Event>]| {
            simulation.poll_begins(tasks.len()).expect("a poll");
            tasks.iter().for_each(|event| simulation.reported(event));
        };
        polls(&mut simulation, &events[1..]);
        for task in 1..=served {
            assert!(simulation.next(task, 0).is_ok());
            polls(&mut simulation, &events[2..]);
        }
        let starved =
            (0..2 * STARVED_STEPS).find_map(|_| serves(&mut simulation, &events[0]).err());
        let violation = starved.unwrap_or_else(|| panic!("{served} served, and one starves"));
        assert_eq!(violation.kind, FailureKind::Starved);
        let words = format!("reported the event of task {}", 1 + served);
        assert!(violation.message.contains(&words), "{violation}");
    }
}

/// A host that has too much to report leaves the rest out: a guest that goes on asking can
/// not help it, and one that has stopped can.
#[test]
fn events_beyond_the_budget_starve_only_if_the_guest_does_not_poll_again() {
    let mut simulation = Simulation::checked(always_due(2), HostModel::TOKIO);
    let mut start = |task| events(simulation.next(task, 0).expect("a start")).remove(0);
    let (own, other) = (start(0), start(1));
    let asks = |simulation: &mut Simulation| {
        simulation.poll_begins(2).expect("a poll");
        simulation.host_yields();
        let waker = simulation.woken().waker();
        let mut cx = Context::from_waker(&waker);
        assert!((0..TOKIO_BUDGET).all(|_| own.poll_ready(&mut cx).is_ready()));
        assert!(other.poll_ready(&mut cx).is_pending());
    };
    let bound = unseen_steps(2);
    asks(&mut simulation);
    for _ in 0..=bound {
        assert_eq!(serves(&mut simulation, &own), Ok(()));
    }
    // Only now has it not been asked for.
    for _ in 0..bound {
        assert_eq!(serves(&mut simulation, &own), Ok(()));
    }
    let violation = serves(&mut simulation, &own).expect_err("one step too many");
    assert_eq!(violation.kind, FailureKind::Starved);
    assert!(violation.message.contains("the event of task 1 has been due"), "{violation}");
}

/// Each timer has all the time that a timer has to be noticed.
#[test]
fn a_timer_that_is_noticed_leaves_the_next_one_its_time() {
    let sleeps = [Op::Sleep(CALL_NANOSECONDS), Op::Sleep(2 * CALL_NANOSECONDS)];
    let bound = unseen_steps(3);
    let mut simulation = beside_yields(2 * bound, &sleeps);
    for task in [1, 2] {
        assert!(matches!(simulation.next(task, 0), Ok(TaskStep::Sleep(_))));
    }
    assert_eq!(runs(&mut simulation, bound), Ok(()));
    assert!(simulation.next(1, 0).is_ok());
    runs_at_most(&mut simulation, bound, FailureKind::Late);
}

#[test]
fn a_timer_is_not_late_before_it_is_over_nor_after_nobody_waits_for_it() {
    let bound = unseen_steps(3);
    let others = [Op::Sleep(1_000_000_000), Op::Timeout(Some(0), CALL_NANOSECONDS)];
    let mut simulation = beside_yields(2 * bound, &others);
    assert!(simulation.next(1, 0).is_ok());
    let timeout = simulation.next(2, 0).expect("a start");
    poll(&mut simulation, &timeout).expect("a poll");
    assert!(simulation.next(2, 0).is_ok());
    assert_eq!(runs(&mut simulation, 2 * bound), Ok(()));
}
