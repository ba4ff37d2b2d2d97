//! What a guest can notice of the host's runtime: when what happens is known, how much is
//! reported, and when timers end.

use std::sync::{Arc, Mutex};
use std::task::Context;

use crate::support::by_hand::{always_due, told, waits};
use pollbench_simulation::agenda::{Event, HostModel, TOKIO_BUDGET, Watch, Woken};
use pollbench_simulation::script::{Plan, Step};
use pollbench_simulation::simulation::{CALL_NANOSECONDS, Simulation, TaskStep};

/// So many tasks, each with an event at once every time. Gives what is behind their
/// pollables when all wait.
fn busy(model: HostModel, tasks: u32) -> (Simulation, Vec<Arc<Event>>) {
    let mut simulation = Simulation::checked(always_due(tasks), model);
    let events = (0..tasks).map(|task| waits(simulation.next(task, 0).expect("a start"))).collect();
    (simulation, events)
}

/// Whether a look finds it ready, and whether that wakes who looked.
fn look(event: &Event) -> (bool, bool) {
    let woken = Woken::default();
    let is_ready = event.poll_ready(&mut Context::from_waker(&woken.waker())).is_ready();
    (is_ready, woken.is_set())
}

const READY: (bool, bool) = (true, false);
const PENDING: (bool, bool) = (false, false);
/// It asks to be looked at again.
const LOOK_AGAIN: (bool, bool) = (false, true);

#[test]
fn events_become_ready_when_the_host_yields() {
    let (mut simulation, events) = busy(HostModel::TOKIO, 2);
    let waker = simulation.woken().waker();
    for event in &events {
        assert!(event.is_due() && !event.is_ready());
        assert!(event.poll_ready(&mut Context::from_waker(&waker)).is_pending());
    }
    assert!(!simulation.woken().is_set());
    assert!(simulation.host_yields());
    assert!(events.iter().all(|event| event.is_ready() && look(event) == READY));
    // So is the next event of the same pollable.
    simulation.reported(&events[0]);
    assert!(simulation.next(0, 0).is_ok());
    assert!(events[0].is_due() && look(&events[0]) == PENDING);
    simulation.host_yields();
    assert_eq!(look(&events[0]), READY);

    let (_, events) = busy(HostModel::DIRECT, 2);
    assert!(events.iter().all(|event| event.is_ready() && look(event) == READY));
}

#[test]
fn no_more_than_the_budget_is_reported_until_the_host_yields() {
    let (mut simulation, events) = busy(HostModel::TOKIO, TOKIO_BUDGET + 10);
    let ready = || events.iter().filter(|event| look(event) == READY).count() as u32;
    // Nothing is known, and to look takes nothing.
    assert_eq!(ready(), 0);
    for _ in 0..3 {
        simulation.host_yields();
        assert_eq!(ready(), TOKIO_BUDGET);
        assert_eq!(ready(), 0);
        assert_eq!(look(&events[0]), LOOK_AGAIN);
    }
    let (_, events) = busy(HostModel::DIRECT, TOKIO_BUDGET + 10);
    assert!(events.iter().all(|event| look(event) == READY));
}

/// To look at one that is not ready takes nothing of the budget, and gives nothing to it.
#[test]
fn a_pollable_that_is_not_ready_uses_no_budget() {
    let (mut simulation, events) = busy(HostModel::TOKIO, 2);
    simulation.host_yields();
    simulation.reported(&events[1]);
    assert!(simulation.next(1, 0).is_ok());
    assert!((0..2 * TOKIO_BUDGET).all(|_| look(&events[1]) == PENDING));
    assert!((0..TOKIO_BUDGET).all(|_| look(&events[0]) == READY));
    assert_eq!(look(&events[0]), LOOK_AGAIN);
}

#[test]
fn the_end_of_a_timer_that_was_over_yields_to_the_host_once() {
    let (mut simulation, events) = busy(HostModel::TOKIO, 1);
    let now = simulation.now().expect("a time");
    for deadline in [0, now] {
        let over = simulation.timer(deadline);
        assert!(over.is_ready());
        assert_eq!(look(&over), LOOK_AGAIN);
        assert!((0..2 * TOKIO_BUDGET).all(|_| look(&over) == READY));
    }
    // None of that was of the budget.
    simulation.host_yields();
    assert!((0..TOKIO_BUDGET).all(|_| look(&events[0]) == READY));
    assert_eq!(look(&simulation.timer(now + 1)), LOOK_AGAIN);

    let (mut simulation, _) = busy(HostModel::DIRECT, 1);
    let over = simulation.timer(0);
    assert_eq!(look(&over), READY);
}

#[test]
fn timers_end_when_those_of_the_host_do() {
    for (model, after, end) in [
        (HostModel::DIRECT, 1_500, 1_500),
        (HostModel::TOKIO, 1_500, 1_000_000),
        (HostModel::TOKIO, 1_000_000, 1_000_000),
        (HostModel::TOKIO, 1_000_001, 2_000_000),
    ] {
        let sleeping = told(Plan::io(1, 1, 1), move |_, _| Step::Sleep(after - CALL_NANOSECONDS));
        let mut simulation = Simulation::checked(sleeping, model);
        assert!(matches!(simulation.next(0, 0), Ok(TaskStep::Sleep(_))));
        let timer = simulation.timer(after);
        let waker = simulation.woken().waker();
        assert!(timer.poll_ready(&mut Context::from_waker(&waker)).is_pending());
        // One that is dropped is nothing to wait for.
        drop(simulation.timer(after - 400));
        assert!(!simulation.host_yields());
        simulation.jump().expect("the timer is to end");
        assert_eq!(simulation.now(), Ok(end), "{model:?} {after}");
        assert!(simulation.host_yields() && timer.is_ready());
    }
}

/// The task has been told that its time is up, and the guest keeps the pollable.
#[test]
fn a_pollable_whose_task_has_gone_on_becomes_ready_all_the_same() {
    for delay in [0, 500, 50_000] {
        let mut source = None;
        let workload = told(Plan::io(1, 1, 9), move |_, script| {
            if source.is_some() {
                return Step::Yield;
            }
            let source = *source.insert(script.agenda.add_source());
            script.agenda.fire_in(source, delay);
            Step::Timeout(source, CALL_NANOSECONDS)
        });
        let mut simulation = Simulation::checked(workload, HostModel::TOKIO);
        let event = waits(simulation.next(0, 0).expect("a start"));
        assert!(matches!(simulation.next(0, 1), Ok(TaskStep::Yield)));
        while !event.is_due() {
            simulation.poll_begins(1).expect("a poll takes time");
        }
        assert_eq!(look(&event), PENDING);
        simulation.host_yields();
        assert_eq!(look(&event), READY);
    }
}

/// It has the number of one whose event is still to come.
#[test]
fn a_source_has_no_event_of_another() {
    let (mut step, mut sources) = (0, Vec::new());
    let workload = told(Plan::io(1, 1, 9), move |_, script| {
        step += 1;
        if step == 2 {
            return Step::Yield;
        }
        if step < 4 {
            sources.push(script.agenda.add_source());
        }
        let source = *sources.last().expect("a source");
        match step {
            1 => {
                script.agenda.fire_in(source, 50_000);
                Step::Timeout(source, CALL_NANOSECONDS)
            }
            3 => {
                assert_eq!(source, sources[0]);
                script.agenda.fire_in(source, 200_000);
                Step::Wait(source)
            }
            _ => Step::Again,
        }
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let kept = waits(simulation.next(0, 0).expect("a start"));
    assert!(simulation.next(0, 1).is_ok());
    let event = waits(simulation.next(0, 0).expect("after its yield"));
    simulation.jump().expect("the first event is to come");
    assert!(kept.is_ready() && !event.is_ready());
    simulation.jump().expect("the second event is to come");
    assert!(event.is_ready());
    simulation.poll_begins(1).expect("a poll");
    simulation.reported(&event);
    assert!(simulation.next(0, 0).is_ok());
    assert!(!event.is_due(), "it has had its event");
}

/// What takes time for the guest, and what does not.
#[test]
fn each_call_takes_its_virtual_time() {
    let (mut simulation, _) = busy(HostModel::DIRECT, 1);
    assert_eq!(simulation.now(), Ok(CALL_NANOSECONDS));
    assert_eq!(simulation.now(), Ok(CALL_NANOSECONDS));
    assert_eq!(simulation.ready_call(), Ok(()));
    assert_eq!(simulation.now(), Ok(2 * CALL_NANOSECONDS));
    assert_eq!(simulation.block_call(), Ok(()));
    assert_eq!(simulation.now(), Ok(3 * CALL_NANOSECONDS));
}

/// A host that keeps account of what is ready: what it was told, and under which key.
#[derive(Default)]
struct Account(Mutex<Vec<(u32, bool)>>);

impl Watch for Account {
    fn changed(&self, key: u32, ready: bool) {
        self.0.lock().expect("one thread").push((key, ready));
    }
}

#[test]
fn a_watcher_is_told_when_an_event_comes_and_when_it_is_consumed() {
    let (mut simulation, events) = busy(HostModel::TOKIO, 1);
    let account = Arc::new(Account::default());
    let told = || std::mem::take(&mut *account.0.lock().expect("one thread"));
    let watching = events[0].watch(account.clone(), 1);
    assert_eq!(told(), []);
    simulation.host_yields();
    assert_eq!(told(), [(1, true)]);
    // Who begins to watch what is ready is told so at once.
    let other = events[0].watch(account.clone(), 2);
    assert_eq!(told(), [(2, true)]);
    events[0].unwatch(watching);
    simulation.reported(&events[0]);
    assert!(simulation.next(0, 0).is_ok());
    assert_eq!(told(), [(2, false)]);
    events[0].unwatch(other);
    simulation.host_yields();
    assert_eq!(told(), []);
}
