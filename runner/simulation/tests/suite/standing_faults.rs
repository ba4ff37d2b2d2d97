//! Executors that always behave wrongly: each is caught under its own name, in every
//! workload in which its fault can show.

use crate::support::native_host::{Order, run};
use pollbench_adaptive::Adaptive;
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_dotnet::DotNet;
use pollbench_executor::Strategy as Executor;
use pollbench_faulty::{Broken, FAULTS, STANDING_FAULTS, StandingFault, run_standing};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::Violation;
use pollbench_simulation::workload::{self, Shape};
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_tiered::Tiered;
use pollbench_vector_scan::VectorScan;

const POLLABLES: u32 = 60;
const ACTIVE: u32 = 3;

/// Enough events for a task to starve.
const EFFORT: u64 = 200_000;

/// A workload of the catalogue, and what is set of it.
type Scene = (&'static str, &'static [(&'static str, u64)]);

const IDLE: Scene = ("idle", &[]);
const IDLE_LATER: Scene = ("idle", &[("delay", 100_000)]);
const IDLE_BUSY: Scene = ("idle", &[("yielders", 3)]);
const IDLE_BUSY_LATER: Scene = ("idle", &[("yielders", 3), ("delay", 100_000)]);
const BURST: Scene = ("burst", &[]);
const CHURN: Scene = ("churn", &[]);
const CHURN_LAPSING: Scene = ("churn", &[("lapse", 1)]);
const ALL: Scene = ("fan-out", &[("mode", 0)]);
const ANY: Scene = ("fan-out", &[("mode", 1)]);
const EACH: Scene = ("fan-out", &[("mode", 2)]);
const TIMERS: Scene = ("timers", &[]);
const TIMERS_UNIFORM: Scene = ("timers", &[("deadlines", 1)]);
const TIMERS_DESCENDING: Scene = ("timers", &[("deadlines", 2)]);
const TIMERS_SLEEPS: Scene = ("timers", &[("cancelled", 0)]);
const TIMERS_CANCELLED: Scene = ("timers", &[("cancelled", 99)]);
const CHAIN: Scene = ("chain", &[]);
const SKEW: Scene = ("skew", &[]);
const WAKES: Scene = ("wakes", &[]);
const SHARED: Scene = ("shared", &[]);
const ARRIVALS: Scene = ("arrivals", &[]);
const ARRIVALS_CROWDED: Scene = ("arrivals", &[("gap", 1_000)]);
const SPAWN: Scene = ("spawn", &[]);

const STREAMS: Scene = ("streams", &[("chunks", 2)]);

const SCENES: [Scene; 23] = [
    IDLE,
    IDLE_LATER,
    IDLE_BUSY,
    IDLE_BUSY_LATER,
    BURST,
    CHURN,
    CHURN_LAPSING,
    ALL,
    ANY,
    EACH,
    TIMERS,
    TIMERS_UNIFORM,
    TIMERS_DESCENDING,
    TIMERS_SLEEPS,
    TIMERS_CANCELLED,
    CHAIN,
    SKEW,
    WAKES,
    SHARED,
    ARRIVALS,
    ARRIVALS_CROWDED,
    SPAWN,
    STREAMS,
];

fn workload((name, set): Scene) -> Box<dyn Workload> {
    let kind = workload::find(name).expect("a workload");
    let mut parameters = kind.defaults();
    for (name, value) in set {
        parameters.insert(name.to_string(), *value).expect("a parameter");
    }
    let active = kind.activity.of(POLLABLES, ACTIVE);
    (kind.build)(&Shape { pollables: POLLABLES, active, parameters, effort: EFFORT })
}

fn standing<E: Executor>(scene: Scene, fault: Option<StandingFault>) -> Result<(), Violation> {
    let knobs = E::DESCRIPTION.defaults();
    run(workload(scene), Order::List, |host, tasks| match fault {
        Some(fault) => run_standing::<E, _>(host, fault, tasks, &knobs),
        None => E::run(host, tasks, &knobs),
    })
}

/// What comes of the fault in the executor that is broken as its knob says.
fn broken(scene: Scene, fault: StandingFault) -> Result<(), Violation> {
    let place = STANDING_FAULTS.iter().position(|it| it.1 == fault).expect("a fault");
    let knobs = [(FAULTS.len() + place) as u64, 1];
    run(workload(scene), Order::List, |host, tasks| Broken::run(host, tasks, &knobs))
}

/// What comes of it in each of the others.
fn outcomes(
    scene: Scene,
    fault: Option<StandingFault>,
) -> [(&'static str, Result<(), Violation>); 8] {
    [
        ("bare", standing::<Bare>(scene, fault)),
        ("vector-scan", standing::<VectorScan>(scene, fault)),
        ("slab", standing::<SlabIndexed>(scene, fault)),
        ("slab-list", standing::<SlabList>(scene, fault)),
        ("batched", standing::<Batched>(scene, fault)),
        ("tiered", standing::<Tiered>(scene, fault)),
        ("adaptive", standing::<Adaptive>(scene, fault)),
        ("dotnet", standing::<DotNet>(scene, fault)),
    ]
}

fn assert_caught(
    (name, outcome): (&str, Result<(), Violation>),
    scene: Scene,
    fault: StandingFault,
    expected: &[FailureKind],
) {
    let kind = outcome.as_ref().map_err(|violation| violation.kind);
    let caught = kind.is_err_and(|kind| expected.contains(&kind));
    assert!(caught, "{name} in {scene:?} with {fault:?}: {outcome:?}, expected {expected:?}");
}

/// The broken executor fails under one of `expected` in each of these.
fn is_caught_as(fault: StandingFault, expected: &[FailureKind], scenes: &[Scene]) {
    for scene in scenes {
        assert_caught(("faulty", broken(*scene, fault)), *scene, fault, expected);
    }
}

/// And so does every other with the same fault.
fn is_always_caught_as(fault: StandingFault, expected: &[FailureKind], scenes: &[Scene]) {
    is_caught_as(fault, expected, scenes);
    for scene in scenes {
        for outcome in outcomes(*scene, Some(fault)) {
            assert_caught(outcome, *scene, fault, expected);
        }
    }
}

/// Where tasks are runnable for ever.
const BUSY: [Scene; 3] = [IDLE_BUSY, IDLE_BUSY_LATER, WAKES];

/// Where there are sleeps and time-outs.
const TIMED: [Scene; 7] = [
    CHURN,
    CHURN_LAPSING,
    TIMERS,
    TIMERS_UNIFORM,
    TIMERS_DESCENDING,
    TIMERS_SLEEPS,
    TIMERS_CANCELLED,
];

/// Where a task awaits the same pollable again.
const AGAIN: [Scene; 10] = [
    IDLE,
    IDLE_LATER,
    IDLE_BUSY,
    IDLE_BUSY_LATER,
    BURST,
    CHAIN,
    SKEW,
    WAKES,
    ARRIVALS,
    ARRIVALS_CROWDED,
];

#[test]
fn never_polling_while_tasks_are_runnable_is_caught() {
    is_always_caught_as(StandingFault::NeverPolls, &[FailureKind::Starved], &BUSY);
}

#[test]
fn polling_with_a_marker_that_is_kept_is_caught() {
    is_always_caught_as(StandingFault::KeptMarker, &[FailureKind::Starved], &BUSY);
}

#[test]
fn serving_the_newest_first_is_caught() {
    // Elsewhere there are too few that are new: the old ones have their turn.
    let scenes = [SKEW, ARRIVALS_CROWDED, SPAWN];
    is_always_caught_as(StandingFault::NewestFirst, &[FailureKind::Starved], &scenes);
    is_caught_as(StandingFault::NewestFirst, &[FailureKind::Starved], &[IDLE_BUSY]);
}

#[test]
fn rounding_deadlines_is_caught() {
    is_always_caught_as(StandingFault::RoundsDeadlines, &[FailureKind::Late], &TIMED);
}

#[test]
fn slow_timers_are_caught() {
    is_always_caught_as(StandingFault::SlowTimers, &[FailureKind::Late], &TIMED);
}

#[test]
fn guessing_which_pollable_is_ready_is_caught() {
    let expected = [FailureKind::Unreported, FailureKind::Early, FailureKind::Double];
    // With tasks that are always runnable, or nothing but timers, there is nothing to guess.
    let nothing = [IDLE_BUSY, WAKES, TIMERS_SLEEPS, STREAMS];
    let scenes: Vec<Scene> = SCENES.into_iter().filter(|it| !nothing.contains(it)).collect();
    is_always_caught_as(StandingFault::Guesses, &expected, &scenes);
    // Whoever reads a stream where nothing has arrived is told so, and may ask again.
    is_always_caught_as(StandingFault::Guesses, &[FailureKind::Livelock], &[STREAMS]);
}

#[test]
fn taking_a_pollable_for_ready_for_ever_is_caught() {
    let expected = [FailureKind::Unreported, FailureKind::Early, FailureKind::Double];
    is_always_caught_as(StandingFault::ReadyForEver, &expected, &AGAIN);
}

#[test]
fn waiting_for_cancelled_timers_is_caught() {
    let expected = [FailureKind::Lingering];
    is_always_caught_as(StandingFault::WaitsOutTimers, &expected, &[CHURN, CHURN_LAPSING]);
    // In the other storms some task sleeps as long.
    is_caught_as(StandingFault::WaitsOutTimers, &expected, &[TIMERS_CANCELLED]);
}

#[test]
fn asking_in_a_loop_is_caught() {
    is_always_caught_as(StandingFault::AsksInALoop, &[FailureKind::Livelock], &SCENES);
}

/// In the others every pollable is awaited again and again, and there is nothing to drop.
#[test]
fn dropping_nothing_before_the_end_is_caught() {
    let scenes = [
        IDLE_BUSY,
        IDLE_BUSY_LATER,
        CHURN,
        CHURN_LAPSING,
        ALL,
        ANY,
        EACH,
        TIMERS,
        TIMERS_UNIFORM,
        TIMERS_DESCENDING,
        TIMERS_CANCELLED,
        SHARED,
        SPAWN,
    ];
    is_always_caught_as(StandingFault::Hoards, &[FailureKind::Hoarded], &scenes);
    // A stream is dropped, and a pollable of it is kept.
    is_always_caught_as(StandingFault::Hoards, &[FailureKind::Trap], &[STREAMS]);
    is_caught_as(StandingFault::Hoards, &[FailureKind::Hoarded], &[WAKES]);
}

/// Without a fault the same runs are in order.
#[test]
fn without_a_fault_nothing_is_caught() {
    for scene in SCENES {
        for (name, outcome) in outcomes(scene, None) {
            assert_eq!(outcome, Ok(()), "{name} in {scene:?}");
        }
    }
}
