//! Each fault behaves as it says, beside the executor without one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use pollbench_adaptive_executor::{Calls, VirtualHost};
use pollbench_executor::{Driver, Handle, PollHost, Step, Strategy, StreamHandle, StreamHost};

use super::{StandingFault, run_standing};
use crate::Sound;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLISECOND;

#[derive(Clone, Copy)]
enum Op {
    /// Waits for what happens after so many nanoseconds.
    Wait(u64),
    Again,
    Sleep(u64),
    /// The event after so many nanoseconds, and the limit.
    Timeout(u64, u64),
    Yield,
}

/// Tasks with a list of steps each.
#[derive(Clone)]
struct Little {
    host: VirtualHost,
    tasks: Rc<RefCell<Vec<VecDeque<Op>>>>,
    ran: Rc<RefCell<Vec<u32>>>,
}

impl PollHost for Little {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.host.poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.host.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.host.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        PollHost::drop(&self.host, handle);
    }
}

impl StreamHost for Little {
    fn subscribe(&self, _stream: StreamHandle) -> Handle {
        unreachable!("no step names a stream")
    }

    fn read(&self, _stream: StreamHandle) -> Option<u64> {
        unreachable!("no step names a stream")
    }

    fn drop(&self, _stream: StreamHandle) {
        unreachable!("no step names a stream")
    }
}

impl Driver for Little {
    type Streams = Self;

    fn streams(&self) -> &Self {
        self
    }

    fn next(&self, task: u32, _outcome: u32) -> Step {
        self.ran.borrow_mut().push(task);
        let event = |after| self.host.pollable(after).into_handle();
        match self.tasks.borrow_mut()[task as usize].pop_front() {
            Some(Op::Wait(after)) => Step::Wait(event(after)),
            Some(Op::Again) => Step::Again,
            Some(Op::Sleep(nanoseconds)) => Step::Sleep(nanoseconds),
            Some(Op::Timeout(after, limit)) => Step::Timeout(event(after), limit),
            Some(Op::Yield) => Step::Yield,
            None => Step::Done,
        }
    }
}

/// What came of a run.
struct Ran {
    /// The tasks, in the order in which they ran.
    order: Vec<u32>,
    calls: Calls,
    now: u64,
}

/// Runs tasks with these steps.
fn ran(host: VirtualHost, fault: Option<StandingFault>, tasks: &[Vec<Op>]) -> Ran {
    let steps = tasks.iter().map(|steps| steps.iter().copied().collect()).collect();
    let little =
        Little { host: host.clone(), tasks: Rc::new(RefCell::new(steps)), ran: Rc::default() };
    let count = tasks.len() as u32;
    match fault {
        None => Sound::run(little.clone(), count, &[]),
        Some(fault) => run_standing::<Sound, _>(little.clone(), fault, count, &[]),
    }
    .expect("it ends");
    assert_eq!(host.pollables(), 0, "nothing is left behind");
    Ran { order: little.ran.take(), calls: host.calls(), now: host.now() }
}

/// The same without the fault and with it, on a host with an event loop of its own.
fn both(fault: StandingFault, tasks: &[Vec<Op>]) -> [Ran; 2] {
    [None, Some(fault)].map(|fault| ran(VirtualHost::cooperative(1_000), fault, tasks))
}

#[test]
fn never_polls() {
    let [sound, faulty] =
        both(StandingFault::NeverPolls, &[vec![Op::Yield; 100], vec![Op::Wait(5_000)]]);
    assert_eq!(sound.order.last(), Some(&0));
    assert_eq!(faulty.order.last(), Some(&1), "its event waits until nothing is runnable");
    assert_eq!(faulty.calls.polls, 1);
}

#[test]
fn kept_marker() {
    let [sound, faulty] =
        both(StandingFault::KeptMarker, &[vec![Op::Yield; 100], vec![Op::Wait(5_000)]]);
    assert_eq!(sound.order.last(), Some(&0));
    assert_eq!(faulty.order.last(), Some(&1), "its event waits until a poll may block");
    assert!(faulty.calls.polls > 90, "{:?}", faulty.calls);
}

#[test]
fn newest_first() {
    let tasks = [vec![Op::Wait(1)], vec![Op::Wait(1)], vec![Op::Wait(1)]];
    let [sound, faulty] = both(StandingFault::NewestFirst, &tasks);
    assert_eq!(sound.order, [0, 1, 2, 0, 1, 2]);
    // It has the host look before each poll.
    assert_eq!(faulty.order, [0, 1, 2, 2, 1, 0]);
    assert_eq!((sound.calls.polls, faulty.calls.polls), (1, 6));
}

#[test]
fn rounds_deadlines() {
    let tasks = [vec![Op::Sleep(3 * MILLISECOND)], vec![Op::Timeout(u64::MAX, MILLISECOND)]];
    let [sound, faulty] = both(StandingFault::RoundsDeadlines, &tasks);
    assert!(sound.now < 4 * MILLISECOND);
    assert!((SECOND..SECOND + MILLISECOND).contains(&faulty.now), "{}", faulty.now);
}

#[test]
fn slow_timers() {
    let tasks = [vec![Op::Sleep(3 * MILLISECOND), Op::Timeout(u64::MAX, 2 * MILLISECOND)]];
    let [sound, faulty] = both(StandingFault::SlowTimers, &tasks);
    assert!((5 * MILLISECOND..6 * MILLISECOND).contains(&sound.now), "{}", sound.now);
    assert!((5 * SECOND..6 * SECOND).contains(&faulty.now), "{}", faulty.now);
}

#[test]
fn guesses() {
    let [sound, faulty] = both(StandingFault::Guesses, &[vec![Op::Wait(SECOND)]]);
    assert!(sound.now >= SECOND && faulty.now < SECOND);
    assert_eq!((sound.calls.polls, faulty.calls.polls), (1, 0));
}

#[test]
fn ready_for_ever() {
    let [sound, faulty] =
        both(StandingFault::ReadyForEver, &[vec![Op::Wait(SECOND), Op::Again, Op::Again]]);
    assert_eq!((sound.calls.polls, faulty.calls.polls), (3, 1));
}

#[test]
fn waits_out_timers() {
    let tasks = [vec![Op::Timeout(1, 5 * SECOND)]];
    let [sound, faulty] = both(StandingFault::WaitsOutTimers, &tasks);
    assert!(sound.now < MILLISECOND && faulty.now >= 5 * SECOND);
    assert_eq!((sound.calls.polls, faulty.calls.polls), (1, 2));
}

#[test]
fn overflows_timers() {
    let just_fits = (1 << 31) * MILLISECOND - MILLISECOND;
    let tasks = |nanoseconds| [vec![Op::Sleep(nanoseconds)]];
    let [sound, faulty] = both(StandingFault::OverflowsTimers, &tasks(just_fits));
    assert!(sound.now >= just_fits && faulty.now >= just_fits);
    let [sound, faulty] = both(StandingFault::OverflowsTimers, &tasks(just_fits + SECOND));
    // The executor looks at its deadline, too, and makes the timer again until it fits.
    assert!(sound.now >= just_fits + SECOND && faulty.now >= just_fits + SECOND);
    assert!(sound.calls.polls == 1 && faulty.calls.polls > 1_000, "{:?}", faulty.calls);
}

#[test]
fn asks_in_a_loop() {
    let faulty = ran(
        VirtualHost::taking(1_000),
        Some(StandingFault::AsksInALoop),
        &[vec![Op::Wait(MILLISECOND)]],
    );
    assert_eq!(faulty.calls.polls, 0);
    assert!((900..1_100).contains(&faulty.calls.asks), "{:?}", faulty.calls);
}

/// What happens becomes known when a poll lets the host go back to its loop.
#[test]
#[should_panic(expected = "the host lets a guest ask in an endless loop")]
fn asking_in_a_loop_never_ends_where_the_host_has_an_event_loop() {
    ran(
        VirtualHost::cooperative(1_000),
        Some(StandingFault::AsksInALoop),
        &[vec![Op::Wait(MILLISECOND)]],
    );
}
