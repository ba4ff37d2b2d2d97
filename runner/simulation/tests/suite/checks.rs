//! Each check on its own: a guest that does just one thing wrong is told which.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::support::random_script::{Op, Programs, RandomScript};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::script::{Plan, Script, Step, Workload};
use pollbench_simulation::simulation::{
    Edge, LIVELOCK_POLLS, STARVED_TURNS, STARVED_TURNS_A_TASK, Simulation, TaskStep, Violation,
};

/// One task with these steps, after the two yields every script begins with.
fn simulation(steps: &[Op]) -> Simulation {
    let programs = Programs { programs: vec![steps.to_vec()], from_start: 1 };
    let mut simulation = Simulation::new(Box::new(RandomScript::new(&programs)), None);
    for _ in 0..2 {
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Yield)));
    }
    simulation
}

fn step(simulation: &mut Simulation, outcome: u32) -> Result<TaskStep, Violation> {
    simulation.next(0, outcome).map(|(step, _)| step)
}

fn kind<T>(result: Result<T, Violation>) -> Option<FailureKind> {
    result.err().map(|violation| violation.kind)
}

#[test]
fn blocking_in_front_of_a_task_that_yielded_is_lost() {
    assert_eq!(kind(simulation(&[]).jump()), Some(FailureKind::Lost));
}

#[test]
fn blocking_in_front_of_a_task_that_never_started_is_lost() {
    let programs = Programs { programs: vec![vec![]], from_start: 1 };
    let mut simulation = Simulation::new(Box::new(RandomScript::new(&programs)), None);
    assert_eq!(kind(simulation.jump()), Some(FailureKind::Lost));
}

#[test]
fn blocking_in_front_of_a_ready_pollable_is_lost() {
    let mut simulation = simulation(&[Op::Wait(0)]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Wait(_))));
    assert_eq!(kind(simulation.jump()), Some(FailureKind::Lost));
}

#[test]
fn a_sleep_without_a_timer_is_a_deadlock() {
    let mut simulation = simulation(&[Op::Sleep(1_000_000)]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
    let violation = simulation.jump().expect_err("nothing can happen");
    assert_eq!(violation.kind, FailureKind::Deadlock);
    assert!(violation.message.contains("task 0 waits for a sleep"), "{}", violation.message);
}

#[test]
fn a_forgotten_sleep_with_time_gone_by_is_lost() {
    let mut simulation = simulation(&[Op::Sleep(500)]);
    assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Sleep(_))));
    simulation.now();
    assert_eq!(kind(simulation.jump()), Some(FailureKind::Lost));
}

#[test]
fn running_before_the_time_is_early() {
    let mut simulation = simulation(&[Op::Sleep(1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    simulation.poll_begins(1).expect("a first poll");
    assert_eq!(kind(step(&mut simulation, 0)), Some(FailureKind::Early));
}

#[test]
fn running_again_without_a_poll_is_double() {
    let mut simulation = simulation(&[Op::Wait(1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    assert_eq!(kind(step(&mut simulation, 0)), Some(FailureKind::Double));
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
        simulation.poll_begins(1).expect("a first poll");
        assert_eq!(kind(step(&mut simulation, outcome)), expected, "{steps:?} {outcome}");
    }
}

#[test]
fn polling_without_end_is_a_livelock() {
    let mut simulation = simulation(&[Op::Wait(1_000_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    for _ in 0..LIVELOCK_POLLS {
        assert_eq!(simulation.poll_begins(1), Ok(()));
    }
    assert_eq!(kind(simulation.poll_begins(1)), Some(FailureKind::Livelock));
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

/// Tasks that yield and nothing else.
fn yielders(tasks: usize, yields: usize) -> Simulation {
    let programs = Programs { programs: vec![vec![Op::Yield; yields]; tasks], from_start: tasks };
    Simulation::new(Box::new(RandomScript::new(&programs)), None)
}

#[test]
fn a_yield_lets_those_run_first_that_could_when_it_was_made() {
    let mut simulation = yielders(3, 5);
    let mut run = |tasks: &[u32]| tasks.iter().try_for_each(|t| simulation.next(*t, 0).map(drop));
    // Starts may come in any order; each yield then waits for what was before it.
    assert_eq!(run(&[2, 0, 1, 2, 0, 1]), Ok(()));
    let violation = run(&[0]).expect_err("2 could run when 0 yielded");
    assert_eq!(violation.kind, FailureKind::OutOfOrderYield);
    assert!(violation.message.starts_with("at step 7: task 0 "), "{}", violation.message);
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
    let mut simulation =
        Simulation::new(Box::new(RandomScript::new(&Programs { programs, from_start: 1 })), None);
    for task in [0, 0, 0, 0, 0, 1] {
        assert!(simulation.next(task, 0).is_ok(), "task {task}");
    }
}

/// One task waits for an event that is due, another runs again and again.
fn passed_over(turns: u64) -> Result<(), Violation> {
    let yields = vec![Op::Yield; turns as usize + 10];
    let programs = Programs { programs: vec![yields, vec![Op::Wait(0)]], from_start: 2 };
    let mut simulation = Simulation::new(Box::new(RandomScript::new(&programs)), None);
    simulation.next(0, 0)?;
    simulation.next(1, 0)?;
    (0..turns).try_for_each(|_| simulation.next(0, 0).map(drop))?;
    simulation.next(1, 0).map(drop)
}

#[test]
fn an_event_that_is_passed_over_for_too_long_starves() {
    let bound = STARVED_TURNS + 2 * STARVED_TURNS_A_TASK;
    assert_eq!(passed_over(bound), Ok(()));
    let violation = passed_over(bound + 1).expect_err("one turn too many");
    assert_eq!(violation.kind, FailureKind::Starved);
    assert!(violation.message.contains("task 1 could run"), "{}", violation.message);
}

#[test]
fn a_start_that_is_passed_over_for_too_long_starves() {
    let busy = Op::WaitAgain(0, vec![0; 2 * STARVED_TURNS as usize]);
    let programs = Programs { programs: vec![vec![], vec![busy]], from_start: 2 };
    let mut simulation = Simulation::new(Box::new(RandomScript::new(&programs)), None);
    for _ in 0..STARVED_TURNS + 100 {
        simulation.next(1, 0).expect("its event is due each time");
    }
    assert_eq!(kind(simulation.next(0, 0)), Some(FailureKind::Starved));
}

/// One task that yields until it is to end. Counts how often it was asked what to do.
struct Yielding(Arc<AtomicU32>);

impl Workload for Yielding {
    fn plan(&self) -> Plan {
        Plan { tasks: 1, warm_up: 1, measured: 2 }
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
    let mut simulation = Simulation::new(Box::new(Yielding(asked.clone())), None);
    for expected in [None, Some(Edge::Opens), None] {
        let (step, edge) = simulation.next(0, 0).expect("it goes on while it is measured");
        assert!(matches!(step, TaskStep::Yield));
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
