//! Each check on its own: a guest that does just one thing wrong is told which.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::support::by_hand::{kind, poll, scripted, simulation, step, step_of};
use crate::support::random_script::{Op, Programs, RandomScript};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::HostModel;
use pollbench_simulation::script::{Plan, Script, Step, Workload};
use pollbench_simulation::simulation::{
    CALL_NANOSECONDS, Edge, HOARDED, HOARDED_A_POLLABLE, LATE_NANOSECONDS, LIVELOCK_CALLS_A_HANDLE,
    LIVELOCK_POLLS, STARVED_STEPS, STARVED_STEPS_A_TASK, Simulation, TaskStep, UNSEEN_STEPS,
    UNSEEN_STEPS_A_TASK, Violation,
};

#[test]
fn blocking_in_front_of_a_task_that_yielded_is_lost() {
    let mut simulation = simulation(&[Op::Yield]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Yield)));
    assert_eq!(kind(simulation.host_waits()), Some(FailureKind::Lost));
}

#[test]
fn blocking_in_front_of_a_task_that_never_started_is_lost() {
    let mut simulation = scripted(vec![vec![]]);
    assert_eq!(kind(simulation.host_waits()), Some(FailureKind::Lost));
}

#[test]
fn blocking_in_front_of_a_ready_pollable_is_lost() {
    for (steps, expected) in [
        (Op::Wait(0), Some(FailureKind::Lost)),
        (Op::Timeout(Some(0), 1_000_000), Some(FailureKind::Lost)),
        (Op::Race(vec![1_000_000, 0]), Some(FailureKind::Lost)),
        (Op::Join(vec![0, 0]), Some(FailureKind::Lost)),
        (Op::Join(vec![1_000_000, 0]), None),
        (Op::Read(0, vec![]), Some(FailureKind::Lost)),
        (Op::Read(1_000_000, vec![]), None),
    ] {
        let mut simulation = simulation(std::slice::from_ref(&steps));
        assert!(step(&mut simulation, 0).is_ok());
        assert_eq!(kind(simulation.jump()), expected, "{steps:?}");
    }
}

#[test]
fn a_sleep_without_a_timer_is_a_deadlock() {
    let mut simulation = simulation(&[Op::Sleep(1_000_000)]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
    let violation = simulation.host_waits().expect_err("nothing can happen");
    assert_eq!(violation.kind, FailureKind::Deadlock);
    assert!(violation.message.contains("task 0 waits for a sleep"), "{}", violation.message);
}

#[test]
fn a_forgotten_sleep_with_time_gone_by_is_lost() {
    let mut simulation = simulation(&[Op::Sleep(500)]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
    simulation.poll_begins(1).expect("a poll takes time");
    assert_eq!(kind(simulation.host_waits()), Some(FailureKind::Lost));
}

/// A poll of a set takes as long as a call, and so does a step.
#[test]
fn a_sleep_is_over_at_its_end_and_not_before() {
    for (nanoseconds, expected) in
        [(2 * CALL_NANOSECONDS, None), (2 * CALL_NANOSECONDS + 1, Some(FailureKind::Early))]
    {
        let mut simulation = simulation(&[Op::Sleep(nanoseconds)]);
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
        simulation.poll_set_begins().expect("a poll");
        assert_eq!(kind(simulation.next(0, 0)), expected);
    }
}

#[test]
fn running_before_the_time_is_early() {
    let mut simulation = simulation(&[Op::Sleep(1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    simulation.poll_begins(1).expect("a poll");
    assert_eq!(kind(step(&mut simulation, 0)), Some(FailureKind::Early));
}

#[test]
fn running_again_without_a_poll_is_double() {
    let mut simulation = simulation(&[Op::Wait(1_000_000)]);
    assert!(simulation.next(0, 0).is_ok());
    assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::Double));
}

/// Its event has come each time, and the host has said so once.
#[test]
fn running_twice_for_one_report_is_double() {
    let mut simulation = simulation(&[Op::WaitAgain(0, vec![0])]);
    assert!(step(&mut simulation, 0).is_ok());
    assert!(simulation.next(0, 0).is_ok());
    assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::Double));
}

/// Whoever guesses is wrong, even if the guess is right.
#[test]
fn running_for_an_event_that_was_not_reported_is_caught() {
    for steps in [Op::Wait(0), Op::Timeout(Some(0), 1_000), Op::Race(vec![0]), Op::Join(vec![0; 3])]
    {
        let mut simulation = simulation(std::slice::from_ref(&steps));
        assert!(simulation.next(0, 0).is_ok());
        simulation.poll_begins(1).expect("a poll of something else");
        assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::Unreported), "{steps:?}");
    }
    // All of a join have to be.
    let mut simulation = simulation(&[Op::Join(vec![0, 0])]);
    let Ok(TaskStep::Join(events)) = simulation.next(0, 0) else { panic!("a join") };
    simulation.poll_begins(1).expect("a poll of one");
    simulation.reported(&events[1]);
    assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::Unreported));
}

/// A run that is timed repeats one that was checked.
#[test]
fn a_timed_run_does_not_check_the_guest() {
    let programs = Programs { programs: vec![vec![Op::Wait(0)]], from_start: 1 };
    let script = Box::new(RandomScript::new(&programs));
    let mut simulation = Simulation::timed(script, HostModel::DIRECT, None);
    for _ in 0..3 {
        assert!(matches!(simulation.next(0, 0), Ok(TaskStep::Wait(_))));
        simulation.dropped();
    }
    assert!(matches!(simulation.next(0, 0), Ok(TaskStep::Done)));
    assert_eq!(simulation.finish(), Ok(()));
}

#[test]
fn running_after_the_end_is_double() {
    let mut simulation = simulation(&[]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
    assert_eq!(kind(step(&mut simulation, 0)), Some(FailureKind::Double));
}

#[test]
fn outcomes_that_did_not_happen_are_wrong() {
    let ready_second = [Op::Race(vec![1_000_000, 0])];
    for (steps, outcome, expected) in [
        (&[Op::Wait(0)][..], 1, Some(FailureKind::WrongOutcome)),
        (&[Op::Timeout(Some(0), 1_000_000)], 2, Some(FailureKind::WrongOutcome)),
        (&[Op::Timeout(Some(0), 1_000_000)], 1, Some(FailureKind::WrongOutcome)),
        (&[Op::Timeout(Some(1_000_000), 0)], 0, Some(FailureKind::WrongOutcome)),
        (&[Op::Timeout(Some(1_000_000), 1_000_000)], 0, Some(FailureKind::Early)),
        (&[Op::Timeout(Some(1_000_000), 1_000_000)], 1, Some(FailureKind::Early)),
        (&[Op::Timeout(Some(1_000_000), 0)], 1, None),
        (&ready_second, 0, Some(FailureKind::WrongOutcome)),
        (&ready_second, 2, Some(FailureKind::WrongOutcome)),
        (&ready_second, 1, None),
        (&[Op::Join(vec![0, 1_000_000])], 0, Some(FailureKind::Early)),
    ] {
        let mut simulation = simulation(steps);
        assert!(step(&mut simulation, 0).is_ok());
        assert_eq!(kind(step(&mut simulation, outcome)), expected, "{steps:?} {outcome}");
    }
}

#[test]
fn polling_without_end_is_a_livelock() {
    let mut simulation = simulation(&[Op::Wait(1_000_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    for _ in 1..LIVELOCK_POLLS {
        assert_eq!(simulation.poll_begins(1), Ok(()));
    }
    assert_eq!(kind(simulation.poll_begins(1)), Some(FailureKind::Livelock));
}

#[test]
fn asking_without_end_is_a_livelock() {
    type Ask = fn(&mut Simulation) -> Result<(), Violation>;
    let clock: Ask = |simulation| simulation.now().map(drop);
    for ask in [Simulation::ready_call as Ask, Simulation::block_call, clock] {
        let mut simulation = simulation(&[Op::Wait(1_000_000_000_000)]);
        assert!(step(&mut simulation, 0).is_ok());
        for _ in 0..LIVELOCK_POLLS + LIVELOCK_CALLS_A_HANDLE {
            assert_eq!(ask(&mut simulation), Ok(()));
        }
        assert_eq!(kind(ask(&mut simulation)), Some(FailureKind::Livelock));
    }
}

/// Whatever the guest has asked before.
#[test]
fn a_guest_may_ask_anew_after_a_poll_or_a_step() {
    let mut simulation = simulation(&[Op::Yield, Op::Yield, Op::Yield, Op::Yield]);
    let asks = |simulation: &mut Simulation| {
        (0..LIVELOCK_POLLS).for_each(|_| assert_eq!(simulation.ready_call(), Ok(())));
    };
    for _ in 0..2 {
        asks(&mut simulation);
        assert!(simulation.next(0, 0).is_ok());
        asks(&mut simulation);
        for _ in 1..LIVELOCK_POLLS {
            assert_eq!(simulation.poll_begins(1), Ok(()));
        }
    }
}

/// The task waits for something else, and there is a timer of the guest's.
#[test]
fn blocking_when_all_is_done_is_lingering() {
    let mut simulation = simulation(&[]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
    let timer = simulation.timer(60_000_000_000);
    assert_eq!(kind(simulation.host_waits()), Some(FailureKind::Lingering));
    drop(timer);
}

#[test]
fn blocking_past_the_end_of_a_sleep_is_late() {
    for (late, expected) in
        [(LATE_NANOSECONDS, None), (LATE_NANOSECONDS + 2_000, Some(FailureKind::Late))]
    {
        let mut simulation = simulation(&[Op::Sleep(1_000_000)]);
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
        let now = simulation.now().expect("a time");
        let timer = simulation.timer(now + 1_000_000 + late);
        // Whoever waits for the timer is woken.
        let waker = simulation.woken().waker();
        assert!(timer.poll_ready(&mut std::task::Context::from_waker(&waker)).is_pending());
        assert_eq!(kind(simulation.host_waits()), expected, "{late}");
        if expected.is_none() {
            assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
        }
    }
}

#[test]
fn a_timer_that_a_busy_guest_does_not_notice_is_late() {
    let yields = vec![Op::Yield; 2 * UNSEEN_STEPS as usize];
    let mut simulation = scripted(vec![yields, vec![Op::Sleep(1_000)]]);
    assert!(matches!(step_of(&mut simulation, 1, 0), Ok(TaskStep::Sleep(_))));
    let until_late = (0..).find_map(|steps| match step(&mut simulation, 0) {
        Ok(_) => None,
        Err(violation) => Some((steps, violation.kind)),
    });
    let (steps, kind) = until_late.expect("it ends");
    assert_eq!(kind, FailureKind::Late);
    assert!(steps - (UNSEEN_STEPS + 2 * UNSEEN_STEPS_A_TASK) < 10, "{steps}");
}

#[test]
fn returning_before_the_end_is_unfinished() {
    assert_eq!(kind(simulation(&[]).finish()), Some(FailureKind::Unfinished));
}

#[test]
fn a_pollable_that_is_not_dropped_is_leaked() {
    let mut simulation = simulation(&[Op::Wait(0)]);
    assert!(step(&mut simulation, 0).is_ok());
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
    assert_eq!(kind(simulation.finish()), Some(FailureKind::Leaked));
}

/// The library of a language keeps one for what it prints.
#[test]
fn a_pollable_of_a_standard_stream_is_no_leak_and_hides_none() {
    for (own, expected) in [(0, None), (2, Some("2 of 5 pollables"))] {
        let mut simulation = simulation(&[Op::Wait(0)]);
        simulation.stream_pollable();
        simulation.stream_pollable();
        assert!(step(&mut simulation, 0).is_ok());
        simulation.stream_pollable_dropped();
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
        simulation.dropped();
        let timers: Vec<_> = (0..own).map(|_| simulation.timer(u64::MAX)).collect();
        let message = simulation.finish().err().map(|violation| violation.message);
        assert_eq!(message.is_some(), expected.is_some(), "{message:?}");
        assert!(message.zip(expected).is_none_or(|(it, words)| it.contains(words)));
        assert_eq!(simulation.tally().stream_handles, 1);
        assert_eq!(simulation.tally().executor_handles(), timers.len() as u64);
    }
}

/// What a task waits for is said as a whole sentence.
#[test]
fn a_guest_that_blocks_in_front_of_a_task_is_told_why_it_could_run() {
    let message = |simulation: &mut Simulation| match simulation.host_waits() {
        Ok(()) => panic!("it may not block"),
        Err(violation) => violation.message,
    };
    for (steps, why) in [
        (&[Op::Yield][..], "it has yielded, and waits for nothing but its turn"),
        (&[Op::Wait(0)], "it waits for a pollable, which is ready"),
        (&[Op::Race(vec![0, 1_000_000])], "it waits for one of 2 pollables, and one is ready"),
        (&[Op::Join(vec![0, 0])], "it waits for 2 pollables, and all are ready"),
    ] {
        let mut simulation = simulation(steps);
        assert!(step(&mut simulation, 0).is_ok());
        let expected = format!("the guest blocks although task 0 could run: {why}");
        let said = message(&mut simulation);
        assert!(said.ends_with(&expected), "{said}");
    }
    let never_run = message(&mut scripted(vec![vec![]]));
    assert!(never_run.ends_with("it was started, and has not run yet"), "{never_run}");
}

/// A guest may drop late, but not everything at the end. What is still to come may be of use.
#[test]
fn keeping_what_has_been_used_is_hoarding() {
    // A timer needs one more than a wait.
    let needed = 2;
    let allowed = HOARDED + HOARDED_A_POLLABLE * needed;
    let mut simulation = simulation(&[Op::Timeout(Some(1_000_000), 1), Op::Sleep(1)]);
    assert!(step(&mut simulation, 0).is_ok());
    let timers = |simulation: &mut Simulation, count, deadline| -> Vec<_> {
        (0..count).map(|_| simulation.timer(deadline)).collect()
    };
    let to_come = timers(&mut simulation, 2 * allowed, u64::MAX);
    let over = timers(&mut simulation, allowed - 1, 0);
    over.iter().for_each(|it| simulation.reported(it));
    assert_eq!(simulation.poll_begins(1), Ok(()));
    let one_more = timers(&mut simulation, 1, 0);
    simulation.reported(&one_more[0]);
    // The timers are not counted at each look.
    let violation = (0..LIVELOCK_POLLS).find_map(|_| simulation.poll_begins(1).err());
    let violation = violation.expect("it hoards");
    assert_eq!(violation.kind, FailureKind::Hoarded);
    let words = format!("{} pollables are alive", over.len() + 2);
    assert!(violation.message.contains(&words), "{}", violation.message);
    assert!(violation.message.contains("needed 2 at most"), "{}", violation.message);
    drop((to_come, one_more));
}

/// However often a guest looks at the clock, and makes and drops timers, it meets the same
/// load.
#[test]
fn asking_the_clock_takes_no_time() {
    let mut simulation = simulation(&[Op::Wait(1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    let before = simulation.now().expect("a time");
    for _ in 0..1_000 {
        assert_eq!(simulation.now(), Ok(before));
        assert_eq!(simulation.clock_call(), Ok(()));
        drop(simulation.timer(before + 1));
        simulation.dropped();
        simulation.stream_pollable();
        simulation.stream_pollable_dropped();
        simulation.set_change();
    }
    assert_eq!(simulation.now(), Ok(before));
    for call in [Simulation::ready_call, Simulation::block_call] {
        let before = simulation.now().expect("a time");
        assert_eq!(call(&mut simulation), Ok(()));
        assert_eq!(simulation.now(), Ok(before + CALL_NANOSECONDS));
    }
}

/// Crates keep a pollable that is always ready for the life of the program.
#[test]
fn one_pollable_that_was_ready_when_made_is_no_leak() {
    let kept_to_the_end = |deadlines: &[u64]| {
        let mut simulation = simulation(&[]);
        let kept: Vec<_> = deadlines.iter().map(|it| simulation.timer(*it)).collect();
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Done)));
        let result = kind(simulation.finish());
        drop(kept);
        result
    };
    assert_eq!(kept_to_the_end(&[0]), None);
    for deadlines in [&[0, 0][..], &[1_000_000], &[0, 1_000_000]] {
        assert_eq!(kept_to_the_end(deadlines), Some(FailureKind::Leaked), "{deadlines:?}");
    }
}

#[test]
fn a_task_nobody_started_is_unknown() {
    for task in [1, u32::MAX] {
        assert_eq!(kind(simulation(&[]).next(task, 0)), Some(FailureKind::UnknownTask));
    }
}

/// The first thing that goes wrong is what is reported, whatever follows from it.
#[test]
fn the_first_violation_is_kept() {
    let mut simulation = simulation(&[]);
    assert_eq!(kind(simulation.next(7, 0)), Some(FailureKind::UnknownTask));
    assert_eq!(kind(step(&mut simulation, 9)), Some(FailureKind::UnknownTask));
    assert_eq!(kind(simulation.finish()), Some(FailureKind::UnknownTask));
}

/// Tasks that yield and nothing else; the first has had two events before.
fn yielders(tasks: usize, yields: usize) -> Simulation {
    let mut simulation = scripted(vec![vec![Op::Yield; yields]; tasks]);
    for _ in 0..2 {
        assert!(step(&mut simulation, 0).is_ok());
    }
    simulation
}

#[test]
fn a_task_that_yields_runs_after_those_that_were_runnable() {
    let mut simulation = yielders(3, 5);
    let mut run = |tasks: &[u32]| tasks.iter().try_for_each(|t| simulation.next(*t, 0).map(drop));
    // Starts may come in any order; each yield then waits for what was before it.
    assert_eq!(run(&[2, 0, 1, 2, 0, 1]), Ok(()));
    let violation = run(&[0]).expect_err("2 could run when 0 yielded");
    assert_eq!(violation.kind, FailureKind::OutOfOrderYield);
    assert!(violation.message.starts_with("at step 9: task 0 "), "{}", violation.message);
    assert!(violation.message.contains("before task 2"), "{}", violation.message);
}

#[test]
fn a_yield_before_a_task_that_never_started_is_out_of_order() {
    let mut simulation = yielders(2, 5);
    assert!(simulation.next(0, 0).is_ok());
    assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::OutOfOrderYield));
}

#[test]
fn a_spawned_task_may_run_after_a_yield() {
    let programs = vec![vec![Op::Spawn, Op::Yield], vec![]];
    let script = RandomScript::new(&Programs { programs, from_start: 1 });
    let mut simulation = Simulation::checked(Box::new(script), HostModel::DIRECT);
    for task in [0, 0, 0, 0, 0, 1] {
        assert!(step_of(&mut simulation, task, 0).is_ok(), "task {task}");
    }
}

/// One task waits for an event that is due, another runs so often, and then the first
/// does. Is the event reported?
fn passed_over(steps: u64, is_reported: bool) -> Result<(), Violation> {
    let yields = vec![Op::Yield; steps as usize + 10];
    let mut simulation = scripted(vec![yields, vec![Op::Wait(0)]]);
    // What every script begins with takes polls.
    (0..3).try_for_each(|_| step(&mut simulation, 0).map(drop))?;
    let waiting = simulation.next(1, 0)?;
    if is_reported {
        poll(&mut simulation, &waiting)?;
    }
    (0..steps).try_for_each(|_| step(&mut simulation, 0).map(drop))?;
    poll(&mut simulation, &waiting)?;
    simulation.next(1, 0).map(drop)
}

#[test]
fn an_event_that_is_passed_over_for_too_long_starves() {
    // The other task could run too, and the event is one of those reported.
    let reported = STARVED_STEPS + 2 * STARVED_STEPS_A_TASK;
    let unseen = UNSEEN_STEPS + 2 * UNSEEN_STEPS_A_TASK;
    for (bound, is_reported, words) in [
        (reported, true, "the host reported the event of task 1"),
        (unseen, false, "the event of task 1 has been due"),
    ] {
        assert_eq!(passed_over(bound, is_reported), Ok(()));
        let violation = passed_over(bound + 1, is_reported).expect_err("one step too many");
        assert_eq!(violation.kind, FailureKind::Starved);
        assert!(violation.message.contains(words), "{}", violation.message);
    }
}

/// The first of two is served again and again, and the other one is not.
#[test]
fn a_start_that_is_passed_over_for_too_long_starves() {
    let busy = Op::WaitAgain(0, vec![0; 2 * STARVED_STEPS as usize]);
    let mut simulation = scripted(vec![vec![busy], vec![]]);
    let mut last = step(&mut simulation, 0).expect("its start");
    let until_starved = (0..).find_map(|_| {
        poll(&mut simulation, &last).expect("a poll");
        match simulation.next(0, 0) {
            Ok(TaskStep::Again) => None,
            Ok(step) => {
                last = step;
                None
            }
            Err(violation) => Some(violation),
        }
    });
    let violation = until_starved.expect("it ends");
    assert_eq!(violation.kind, FailureKind::Starved);
    assert!(violation.message.contains("task 1 could run and was passed over"), "{violation}");
}

/// One task that yields until it is to end. Counts how often it was asked what to do.
struct Yielding(Arc<AtomicU32>);

impl Workload for Yielding {
    fn plan(&self) -> Plan {
        Plan::yields(1, 1, 2)
    }

    fn next(&mut self, _task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        self.0.fetch_add(1, Relaxed);
        if script.winding_down { Step::Done } else { Step::Yield }
    }
}

/// What lets every task end comes after the window.
#[test]
fn winding_down_is_no_part_of_the_window() {
    let asked = Arc::new(AtomicU32::new(0));
    let yielding = Box::new(Yielding(asked.clone()));
    let mut simulation = Simulation::checked(yielding, HostModel::DIRECT);
    for expected in [None, Some(Edge::Opens), None] {
        let (running, edge) = simulation.begin(0, 0).expect("it goes on while it is measured");
        assert!(matches!(simulation.answer(running), TaskStep::Yield));
        assert_eq!(edge, expected);
        if let Some(edge) = edge {
            simulation.snapshot(edge, 0);
        }
    }
    let (running, edge) = simulation.begin(0, 0).expect("the last event");
    assert_eq!(edge, Some(Edge::Closes));
    assert_eq!(asked.load(Relaxed), 3);
    simulation.snapshot(Edge::Closes, 0);
    assert!(matches!(simulation.answer(running), TaskStep::Done));
    assert_eq!(simulation.finish(), Ok(()));
}

#[test]
fn a_poll_that_no_task_has_run_before_is_spurious() {
    let mut simulation = simulation(&[Op::Wait(1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    // Each poll so far was for a task.
    assert_eq!(simulation.tally().total.spurious_wakeups, 0);
    for count in 1..4 {
        simulation.poll_begins(1).expect("a poll");
        assert_eq!(simulation.tally().total.spurious_wakeups, count);
    }
}
