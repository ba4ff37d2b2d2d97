//! How long events wait, and for which of them the window stays open.

use std::sync::{Arc, Mutex};
use std::task::Context;

use crate::support::by_hand::{poll, simulation, step, told, waits};
use crate::support::random_script::Op;
use pollbench_simulation::agenda::{Event, HostModel, Latencies, SourceId, TOKIO_BUDGET};
use pollbench_simulation::script::{Plan, Script, Step};
use pollbench_simulation::simulation::{
    CALL_NANOSECONDS, HANDLE_NANOSECONDS, Simulation, TaskStep,
};
use quanta::{Clock, Mock};

/// What a poll of one pollable takes.
const POLL_NANOSECONDS: u64 = CALL_NANOSECONDS + HANDLE_NANOSECONDS;

/// A poll reports some events.
fn reports(simulation: &mut Simulation, events: &[&Arc<Event>]) {
    simulation.poll_begins(1).expect("a poll");
    events.iter().for_each(|event| simulation.reported(event));
}

#[test]
fn a_join_has_waited_since_the_last_of_its_events() {
    let mut simulation = simulation(&[Op::Join(vec![0, 1_000_000])]);
    let join = step(&mut simulation, 0).expect("in order");
    for _ in 0..5 {
        simulation.poll_begins(2).expect("a poll in between");
    }
    simulation.jump().expect("its second event is to come");
    poll(&mut simulation, &join).expect("a poll that reports both");
    assert!(simulation.next(0, 0).is_ok());
    let polls = &simulation.latencies().all.polls;
    assert_eq!((polls.len(), polls.max()), (2, 1));
}

#[test]
fn a_timer_is_as_late_as_its_task_runs_after_it() {
    // What a poll takes is part of it, if there was one.
    for (steps, outcome, waited) in [
        (Op::Sleep(1_000_000), 0, 1_000_000),
        (Op::Timeout(Some(9_000_000), 1_000_000), 1, 1_000_000 - POLL_NANOSECONDS),
    ] {
        let mut simulation = simulation(&[steps]);
        assert!(step(&mut simulation, 0).is_ok());
        let now = simulation.now().expect("a time");
        let timer = simulation.timer(now + waited + 500);
        simulation.jump().expect("the timer ends");
        assert!(timer.is_ready());
        assert!(simulation.next(0, outcome).is_ok());
        // The step has taken time too.
        let lateness = &simulation.latencies().lateness;
        assert_eq!((lateness.len(), lateness.max()), (1, 500 + CALL_NANOSECONDS));
    }
}

#[test]
fn a_time_out_that_its_event_has_won_was_not_late() {
    let mut simulation = simulation(&[Op::Timeout(Some(0), 1_000_000)]);
    assert!(step(&mut simulation, 0).is_ok());
    assert!(simulation.next(0, 0).is_ok());
    assert!(simulation.latencies().lateness.is_empty());
    assert_eq!(simulation.latencies().all.polls.len(), 2);
}

#[test]
fn only_what_happens_in_the_window_is_recorded() {
    let mut left = 7;
    let mut source = None;
    // Waits and sleeps in turn: the first two and the last two are not in the window.
    let workload = told(Plan::io(1, 2, 3), move |_, script| {
        left -= 1;
        if left < 0 {
            return Step::Done;
        }
        if left % 2 == 1 {
            return Step::Sleep(CALL_NANOSECONDS);
        }
        let made = script.agenda.add_source();
        script.agenda.fire(*source.insert(made));
        Step::Wait(made)
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let mut recorded = Vec::new();
    for _ in 0..8 {
        if let TaskStep::Wait(event) = simulation.next(0, 0).expect("in order") {
            reports(&mut simulation, &[&event]);
        }
        let Latencies { all, lateness, .. } = simulation.latencies();
        recorded.push((all.polls.len(), lateness.len()));
    }
    // The window opens with the second event, and closes with the fifth.
    assert_eq!(recorded, [(0, 0), (0, 0), (0, 0), (1, 0), (1, 1), (2, 1), (2, 1), (2, 1)]);
}

/// What the tasks of [`still_waiting`] wait for.
struct Sources {
    own: SourceId,
    join: [SourceId; 2],
    race: [SourceId; 2],
    half: [SourceId; 2],
    queue: SourceId,
}

/// Task 0 has an event at each poll, and makes the others happen; none of the others runs
/// for what it waits for.
fn others_wait() -> impl FnMut(u32, &mut Script<'_>) -> Step + Send + 'static {
    let mut sources: Option<Sources> = None;
    let mut steps = 0;
    move |task, script| {
        let agenda = &mut *script.agenda;
        let sources = sources.get_or_insert_with(|| {
            let mut two = || [agenda.add_source(), agenda.add_source()];
            let (join, race, half) = (two(), two(), two());
            let (own, queue) = (agenda.add_source(), agenda.add_source());
            agenda.mark_cold(queue);
            Sources { own, join, race, half, queue }
        });
        match task {
            1 => return Step::Join(sources.join.to_vec()),
            2 => return Step::Race(sources.race.to_vec()),
            3 => return Step::Join(sources.half.to_vec()),
            4 => return Step::Wait(sources.queue),
            _ => agenda.fire(sources.own),
        }
        steps += 1;
        match steps {
            1 => return Step::Wait(sources.own),
            2 => {
                [sources.join[0], sources.race[0], sources.half[0]]
                    .into_iter()
                    .for_each(|source| agenda.fire(source));
                (0..3).for_each(|_| agenda.plan_in(sources.queue, 0));
            }
            3 => [sources.join[1], sources.race[1]]
                .into_iter()
                .for_each(|source| agenda.fire(source)),
            _ => {}
        }
        Step::Again
    }
}

/// Who has too much to do shows that by those who wait, not by those who were served.
#[test]
fn waits_that_last_beyond_the_window_are_recorded() {
    let mut simulation =
        Simulation::checked(told(Plan::io(5, 1, 2), others_wait()), HostModel::DIRECT);
    for task in 1..5 {
        assert!(simulation.next(task, 0).is_ok());
    }
    let own = waits(simulation.next(0, 0).expect("in order"));
    for expected in [0, 0, 5] {
        reports(&mut simulation, &[&own]);
        assert!(simulation.next(0, 0).is_ok());
        assert_eq!(simulation.latencies().still_waiting, expected);
    }
    // The race and each of the three that are queued since two polls; the join, of which
    // the last event counts, since one. The other join can not run yet.
    let counts = |polls: u64| {
        let Latencies { all, cold, .. } = simulation.latencies();
        [&all.polls, &cold.polls].map(|it| it.count_at(polls))
    };
    assert_eq!([1, 2].map(counts), [[2 + 1, 0], [1 + 3, 3]]);
    let Latencies { all, cold, .. } = simulation.latencies();
    assert_eq!((all.polls.len(), cold.polls.len()), (7, 3));
}

/// Who was asked what to do next, and whether it was to end.
type Log = Arc<Mutex<Vec<(u32, bool)>>>;

/// Task 0 has an event at once each time. Task 1 has one before the window closes, if it is
/// to, and task 2 has one as it closes. Gives their events too, when all wait.
fn winding_down(model: HostModel, is_owed: bool) -> (Simulation, [Arc<Event>; 3], Log) {
    let log = Log::default();
    let noted = log.clone();
    let mut sources = Vec::new();
    let mut events = 0;
    let workload = told(Plan::io(3, 1, 1), move |task, script| {
        noted.lock().expect("one thread").push((task, script.winding_down));
        if sources.is_empty() {
            sources.extend((0..3).map(|_| script.agenda.add_source()));
        }
        let source = sources[task as usize];
        if task > 0 {
            return if script.winding_down { Step::Done } else { Step::Wait(source) };
        }
        script.agenda.fire(source);
        events += 1;
        match events {
            1 => return Step::Wait(source),
            2 if is_owed => script.agenda.fire(sources[1]),
            3 => script.agenda.fire(sources[2]),
            _ => {}
        }
        Step::Again
    });
    let mut simulation = Simulation::checked(workload, model);
    let events = [0, 1, 2].map(|task| waits(simulation.next(task, 0).expect("a start")));
    log.lock().expect("one thread").clear();
    (simulation, events, log)
}

/// Task 0 runs for so many events.
fn runs(simulation: &mut Simulation, own: &Arc<Event>, times: usize) {
    for _ in 0..times {
        reports(simulation, &[own]);
        assert!(simulation.next(0, 0).is_ok());
    }
}

#[test]
fn the_tasks_end_when_every_event_due_in_the_window_is_consumed() {
    let (mut simulation, [own, ..], log) = winding_down(HostModel::DIRECT, false);
    runs(&mut simulation, &own, 2);
    assert_eq!(*log.lock().expect("one thread"), [(0, false), (0, true)]);

    let (mut simulation, [own, owed, _], log) = winding_down(HostModel::DIRECT, true);
    runs(&mut simulation, &own, 4);
    reports(&mut simulation, &[&owed]);
    assert!(matches!(simulation.next(1, 0), Ok(TaskStep::Done)));
    // What became due when the window closed is not waited for.
    let expected = [(0, false), (0, false), (0, false), (0, false), (1, true)];
    assert_eq!(*log.lock().expect("one thread"), expected);
}

/// The guest has asked for it, and it was the host that did not tell.
#[test]
fn the_tasks_do_not_stay_for_events_beyond_the_budget() {
    let (mut simulation, [own, owed, _], log) = winding_down(HostModel::TOKIO, true);
    runs(&mut simulation, &own, 3);
    simulation.host_yields();
    let waker = simulation.woken().waker();
    let mut cx = Context::from_waker(&waker);
    for _ in 0..TOKIO_BUDGET {
        assert!(own.poll_ready(&mut cx).is_ready());
    }
    assert!(owed.poll_ready(&mut cx).is_pending());
    runs(&mut simulation, &own, 1);
    let expected = [(0, false), (0, false), (0, false), (0, true)];
    assert_eq!(*log.lock().expect("one thread"), expected);
}

/// Its time was up, and it has gone on.
#[test]
fn the_tasks_do_not_stay_for_events_without_a_waiting_task() {
    let log = Log::default();
    let noted = log.clone();
    let mut sources: Vec<SourceId> = Vec::new();
    let workload = told(Plan::io(2, 1, 1), move |task, script| {
        noted.lock().expect("one thread").push((task, script.winding_down));
        let agenda = &mut *script.agenda;
        let is_start = sources.len() <= task as usize;
        if is_start {
            sources.push(agenda.add_source());
        }
        match (task, is_start) {
            (0, true) => {
                agenda.fire(sources[0]);
                Step::Wait(sources[0])
            }
            (0, false) => {
                agenda.fire(sources[0]);
                Step::Again
            }
            (_, true) => {
                agenda.fire(sources[1]);
                Step::Timeout(sources[1], 2 * CALL_NANOSECONDS)
            }
            _ => Step::Sleep(1_000_000_000),
        }
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let own = waits(simulation.next(0, 0).expect("a start"));
    assert!(simulation.next(1, 0).is_ok());
    runs(&mut simulation, &own, 1);
    assert!(matches!(simulation.next(1, 1), Ok(TaskStep::Sleep(_))));
    runs(&mut simulation, &own, 1);
    assert_eq!(log.lock().expect("one thread").last(), Some(&(0, true)));
}

/// Those that came before one was taken.
#[test]
fn queued_events_are_taken_in_their_order() {
    let mut source: Option<SourceId> = None;
    let workload = told(Plan::io(1, 1, 4), move |_, script| {
        if let Some(source) = source {
            for delay in [0, 3, 6].map(|polls| polls * POLL_NANOSECONDS) {
                script.agenda.plan_in(source, delay);
            }
            return Step::Again;
        }
        let made = *source.insert(script.agenda.add_source());
        script.agenda.fire(made);
        Step::Wait(made)
    });
    let mut simulation = Simulation::checked(workload, HostModel::DIRECT);
    let event = waits(simulation.next(0, 0).expect("a start"));
    reports(&mut simulation, &[&event]);
    assert!(simulation.next(0, 0).is_ok());
    for _ in 0..9 {
        simulation.poll_begins(1).expect("a poll");
    }
    // They are taken one a poll, and came further apart.
    for _ in 0..3 {
        reports(&mut simulation, &[&event]);
        assert!(simulation.next(0, 0).is_ok());
    }
    let polls = &simulation.latencies().all.polls;
    assert_eq!([10, 9, 7].map(|it| polls.count_at(it)), [1; 3]);
}

/// One task, whose driver takes its time before and after it makes an event happen, so much
/// later in virtual time.
fn taking_time(delay: u64) -> (Simulation, Arc<Mock>) {
    let (clock, mock) = Clock::mock();
    let time = mock.clone();
    let mut source = None;
    let workload = told(Plan::io(1, 1, 3), move |_, script| {
        let first = source.is_none();
        let source = *source.get_or_insert_with(|| script.agenda.add_source());
        script.agenda.mark_cold(source);
        time.increment(5_000);
        script.agenda.fire_in(source, delay);
        time.increment(7_000);
        if first { Step::Wait(source) } else { Step::Again }
    });
    (Simulation::timed(workload, HostModel::DIRECT, Some(clock)), mock)
}

#[test]
fn real_latency_is_from_when_the_event_is_there_to_when_its_task_runs() {
    for delay in [0, 1_000_000] {
        let (mut simulation, time) = taking_time(delay);
        assert!(simulation.next(0, 0).is_ok());
        // The first is not in the window, and the last comes after it.
        for wait in [100, 300, 400, 500, 200] {
            if delay > 0 {
                time.increment(11_000);
                simulation.jump().expect("an event is to come");
            }
            time.increment(wait);
            assert!(simulation.next(0, 0).is_ok());
        }
        let Latencies { all, cold, .. } = simulation.latencies();
        for waits in [all, cold] {
            let histogram = &waits.nanoseconds;
            assert_eq!(histogram.len(), 3, "{delay}");
            assert_eq!([300, 400, 500].map(|it| histogram.count_at(it)), [1; 3], "{delay}");
            assert!(waits.polls.is_empty());
        }
    }
}
