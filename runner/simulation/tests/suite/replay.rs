//! A workload, traced and replayed, is that workload: the same guest polls as often, with as
//! many handles, and finds as many of them ready.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use itertools::Itertools as _;
use pollbench_adaptive::Adaptive;
use pollbench_executor::{Driver, Handle, PollHost, Step, Strategy, StreamHandle, StreamHost};
use pollbench_reports::trace::{
    Function, Head, Look, Made, PollableKind, Recording, Took, TraceFile,
};
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::{CALL_NANOSECONDS, HANDLE_NANOSECONDS};
use pollbench_simulation::workload::{self, Pattern, Replay, Shape};
use pollbench_slab_list::SlabList;
use pollbench_vector_scan::VectorScan;
use proptest::prelude::*;

use crate::support::native_host::{Measured, NativeHost, Order, measure};

/// A host that records a trace, as one of a real component would have it.
#[derive(Clone)]
struct Recorder {
    host: NativeHost,
    recording: Rc<RefCell<Recording>>,
    /// Calls since the last look.
    calls: Rc<Cell<u64>>,
}

impl Recorder {
    fn called(&self) {
        self.calls.set(self.calls.get() + 1);
    }

    fn made(&self, pollable: Handle) {
        let made = Made { kind: PollableKind::Socket, due: None };
        self.recording.borrow_mut().made(self.host.time(), pollable.0, made);
    }
}

impl PollHost for Recorder {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let began = self.host.time();
        self.host.poll(handles, ready);
        let took = self.host.time() - began;
        let worked = CALL_NANOSECONDS + HANDLE_NANOSECONDS * handles.len() as u64;
        let took = Took { worked, blocked: took.saturating_sub(worked) };
        let list: Vec<u32> = handles.iter().map(|it| it.0).collect();
        let calls = self.calls.take();
        let look = Look { function: Function::Poll, list: &list, ready, calls, took };
        self.recording.borrow_mut().looked(began, &look);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.host.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        let pollable = self.host.subscribe_instant(deadline);
        let at = self.host.time();
        let due = Some(deadline.saturating_sub(at));
        let made = Made { kind: PollableKind::Timer, due };
        self.recording.borrow_mut().made(at, pollable.0, made);
        pollable
    }

    fn drop(&self, handle: Handle) {
        self.recording.borrow_mut().dropped(self.host.time(), handle.0);
        PollHost::drop(&self.host, handle);
    }
}

impl StreamHost for Recorder {
    fn subscribe(&self, stream: StreamHandle) -> Handle {
        let pollable = self.host.subscribe(stream);
        self.made(pollable);
        pollable
    }

    fn read(&self, stream: StreamHandle) -> Option<u64> {
        self.called();
        self.host.read(stream)
    }

    fn drop(&self, stream: StreamHandle) {
        self.called();
        StreamHost::drop(&self.host, stream);
    }
}

impl Driver for Recorder {
    type Streams = Self;

    fn streams(&self) -> &Self {
        self
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        self.called();
        let step = self.host.next(task, outcome);
        match &step {
            Step::Wait(pollable) | Step::Timeout(pollable, _) => self.made(*pollable),
            Step::Race(pollables) | Step::Join(pollables) => {
                pollables.iter().for_each(|it| self.made(*it));
            }
            _ => {}
        }
        step
    }
}

/// A workload with so many pollables, of which so many are active.
fn workload(name: &str, pollables: u32, active: u32) -> Box<dyn Workload> {
    let kind = workload::find(name).expect("a workload");
    let active = kind.activity.of(pollables, active);
    let shape = Shape { pollables, active, parameters: kind.defaults(), effort: 40_000 };
    (kind.build)(&shape)
}

fn run<E: Strategy>(workload: Box<dyn Workload>) -> Measured {
    let knobs = E::DESCRIPTION.defaults();
    measure(workload, Order::List, |host, tasks| E::run(host, tasks, &knobs))
        .unwrap_or_else(|violation| panic!("{}: {violation:?}", E::DESCRIPTION.name))
}

/// The pattern that the trace of a guest under a workload has.
fn pattern_of<E: Strategy>(workload: Box<dyn Workload>) -> Arc<Pattern> {
    let knobs = E::DESCRIPTION.defaults();
    let recording = Rc::new(RefCell::new(Recording::new(64 << 20)));
    let kept = recording.clone();
    let traced = measure(workload, Order::List, |host, tasks| {
        E::run(Recorder { host, recording: kept, calls: Rc::default() }, tasks, &knobs)
    });
    assert!(traced.is_ok(), "{}", E::DESCRIPTION.name);
    let mut bytes = Vec::new();
    recording.borrow().write(&Head::default(), &mut bytes).unwrap();
    Arc::new(Pattern::of(&TraceFile::read(bytes).unwrap()).unwrap())
}

/// By how much the counts of a guest differ between a workload and the replay of a trace, as
/// a part of the former. Each run is counted as a whole, for a trace has the end, too.
fn differences<E: Strategy>(
    workload: Box<dyn Workload>,
    pattern: &Arc<Pattern>,
) -> [(&'static str, f64); 3] {
    let [real, replayed] = [run::<E>(workload), run::<E>(Box::new(Replay::new(pattern.clone())))]
        .map(|it| {
            let total = it.tally.total;
            [total.poll_calls, total.handles_passed, total.ready_returned]
        });
    let differs = |at: usize| replayed[at] as f64 / real[at] as f64 - 1.0;
    [("polls", differs(0)), ("handles", differs(1)), ("ready", differs(2))]
}

/// The workloads that a trace tells nearly everything of: all but `fan-out`, for it does not
/// tell which pollables were awaited together.
const TOLD: [&str; 11] = [
    "idle", "burst", "churn", "timers", "chain", "skew", "wakes", "shared", "arrivals", "spawn",
    "streams",
];

const SIZES: [(u32, u32); 3] = [(100, 1), (100, 10), (1_000, 100)];

/// How far the counts of a replay may be from those of the workload.
const NEAR: f64 = 0.05;

/// Those of some differences that are too large, in words.
fn far(cell: &str, guest: &str, differences: [(&str, f64); 3]) -> Option<String> {
    let is_far = differences.iter().any(|it| it.1.abs() > NEAR);
    is_far.then(|| format!("{cell} {guest}: {differences:.3?}"))
}

#[test]
fn a_replay_has_the_counts_of_what_was_traced() {
    let mut wrong = Vec::new();
    for (name, (pollables, active)) in TOLD.into_iter().cartesian_product(SIZES) {
        let workload = || workload(name, pollables, active);
        let cell = format!("{name} {pollables}/{active}");
        let pattern = pattern_of::<VectorScan>(workload());
        wrong.extend(far(&cell, "vector-scan", differences::<VectorScan>(workload(), &pattern)));
        let pattern = pattern_of::<SlabList>(workload());
        wrong.extend(far(&cell, "slab-list", differences::<SlabList>(workload(), &pattern)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a replay is for: the trace of one executor tells what others would do.
#[test]
fn a_replay_has_the_counts_of_another_guest() {
    let mut wrong = Vec::new();
    let workloads = ["idle", "chain", "skew", "arrivals", "streams"];
    for (name, (pollables, active)) in workloads.into_iter().cartesian_product(SIZES) {
        let workload = || workload(name, pollables, active);
        let cell = format!("{name} {pollables}/{active}");
        let pattern = pattern_of::<VectorScan>(workload());
        wrong.extend(far(&cell, "slab-list", differences::<SlabList>(workload(), &pattern)));
        wrong.extend(far(&cell, "adaptive", differences::<Adaptive>(workload(), &pattern)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a trace does not tell shows: this is the difference that the page of traces states.
#[test]
fn what_a_trace_does_not_tell_is_missing() {
    let workload = || workload("fan-out", 100, 10);
    let pattern = pattern_of::<VectorScan>(workload());
    let [(_, polls), _, (_, ready)] = differences::<VectorScan>(workload(), &pattern);
    assert!((0.2..0.3).contains(&polls) && ready < 0.1, "{polls} {ready}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever a program does, its replay can be run by a sound executor, and ends.
    #[test]
    fn every_trace_can_be_replayed(events in prop::collection::vec(any::<(u8, u16, u16)>(), 0..300)) {
        let file = file_of(&events);
        if let Ok(pattern) = Pattern::of(&file) {
            let pattern = Arc::new(pattern);
            run::<VectorScan>(Box::new(Replay::new(pattern.clone())));
            run::<Adaptive>(Box::new(Replay::new(pattern)));
        }
    }
}

/// The file of a trace in which pollables come and go and are looked at as these numbers say.
fn file_of(numbers: &[(u8, u16, u16)]) -> TraceFile {
    let mut recording = Recording::new(1 << 20);
    let (mut at, mut alive) = (0, Vec::new());
    for (what, which, time) in numbers {
        at += u64::from(*time);
        let free = (0..).find(|it| !alive.contains(it)).expect("a number");
        let chosen = alive.get(usize::from(*which) % alive.len().max(1)).copied();
        let took = Took { worked: 100, blocked: u64::from(time % 2) * 1_000 };
        match (what % 8, chosen) {
            (0..=2, _) => {
                let kind = [PollableKind::Timer, PollableKind::Socket][usize::from(which % 2)];
                let due = (kind == PollableKind::Timer).then(|| u64::from(*which) * 1_000);
                recording.made(at, free, Made { kind, due });
                alive.push(free);
            }
            (3, Some(pollable)) => {
                recording.dropped(at, pollable);
                alive.retain(|it| *it != pollable);
            }
            (4, Some(pollable)) => {
                let ready = [&[][..], &[0]][usize::from(time % 2)];
                let function = Function::Ready;
                recording.looked(at, &Look { function, list: &[pollable], ready, calls: 0, took });
            }
            (_, Some(_)) => {
                let ready: Vec<u32> =
                    (0..alive.len() as u32).filter(|it| which >> (it % 16) & 1 == 1).collect();
                let look = Look {
                    function: Function::Poll,
                    list: &alive,
                    ready: &ready,
                    calls: u64::from(time % 3),
                    took,
                };
                recording.looked(at, &look);
            }
            (_, None) => {}
        }
    }
    let mut bytes = Vec::new();
    recording.write(&Head::default(), &mut bytes).expect("memory takes everything");
    TraceFile::read(bytes).expect("a trace")
}
