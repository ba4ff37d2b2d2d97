//! Every executor, broken on purpose: the checks catch each fault and name it.

use crate::support::faulty_sets::FaultySets;
use crate::support::native_host::{Order, measure_on, run};
use crate::support::random_script::{Op, Programs, RandomScript};
use pollbench_adaptive::Adaptive;
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_dotnet::DotNet;
use pollbench_executor::Strategy as Executor;
use pollbench_faulty::{Fault, Faulty};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::HostModel;
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::Violation;
use pollbench_simulation::workload::{self, Shape};
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_tiered::Tiered;
use pollbench_vector_scan::VectorScan;

/// The opportunity at which the fault strikes. Not one of the first: while tasks
/// still start, a task woken by mistake may find that its event has come meanwhile.
const MOMENTS: [u64; 4] = [10, 11, 20, 40];

/// What the tasks do while the fault is waited for.
#[derive(Clone, Copy, Debug)]
enum Scene {
    /// Subscribes, drops, polls and times out with each event.
    Churn,
    /// Idle pollables beside tasks that only yield.
    Busy,
    /// One task sleeps again and again.
    Sleeping,
    /// Events are under a timeout, and both are far off.
    Waiting,
    /// Reads streams that soon end.
    Streams,
}

impl Scene {
    fn workload(self) -> Box<dyn Workload> {
        match self {
            Self::Churn => of_catalogue("churn", &[("lapse", 0)], 30, 2_000),
            Self::Streams => of_catalogue("streams", &[("chunks", 1)], 30, 2_000),
            Self::Busy => of_catalogue("idle", &[("yielders", 3)], 21, 100_000),
            Self::Sleeping => scripted(vec![vec![Op::Sleep(5_000_000); 50]]),
            Self::Waiting => scripted(vec![vec![Op::Timeout(Some(5_000_000), 10_000_000); 10]; 20]),
        }
    }
}

fn scripted(programs: Vec<Vec<Op>>) -> Box<dyn Workload> {
    Box::new(RandomScript::new(&Programs { from_start: programs.len(), programs }))
}

fn of_catalogue(name: &str, set: &[(&str, u64)], pollables: u32, effort: u64) -> Box<dyn Workload> {
    let kind = workload::find(name).expect("a workload");
    let mut parameters = kind.defaults();
    parameters.extend(set.iter().map(|(name, value)| (name.to_string(), *value)));
    (kind.build)(&Shape { pollables, active: 3, parameters, effort })
}

fn broken<E: Executor>(scene: Scene, fault: Fault, at: u64) -> Result<(), Violation> {
    let knobs = E::DESCRIPTION.defaults();
    let executor = |host, tasks| E::run(Faulty::new(host, fault, at), tasks, &knobs);
    run(scene.workload(), Order::List, executor)
}

fn broken_set(scene: Scene, fault: Fault, at: u64) -> Result<(), Violation> {
    let knobs = pollbench_poll_set::DESCRIPTION.defaults();
    // Poll sets are of a host that knows at once what happens.
    measure_on(HostModel::DIRECT, scene.workload(), Order::List, |host, tasks| {
        pollbench_poll_set::run(FaultySets::new(host, fault, at), tasks, &knobs)
    })
    .map(drop)
}

/// What comes of the fault in each executor that can have it.
fn outcomes(scene: Scene, fault: Fault, at: u64) -> Vec<(&'static str, Result<(), Violation>)> {
    let mut outcomes = vec![
        ("bare", broken::<Bare>(scene, fault, at)),
        ("vector-scan", broken::<VectorScan>(scene, fault, at)),
        ("slab", broken::<SlabIndexed>(scene, fault, at)),
        ("slab-list", broken::<SlabList>(scene, fault, at)),
        ("batched", broken::<Batched>(scene, fault, at)),
        ("tiered", broken::<Tiered>(scene, fault, at)),
        ("adaptive", broken::<Adaptive>(scene, fault, at)),
        ("dotnet", broken::<DotNet>(scene, fault, at)),
    ];
    // Tokens are no positions to get wrong.
    if fault != Fault::WrongIndex {
        outcomes.push(("poll-set", broken_set(scene, fault, at)));
    }
    outcomes
}

/// Every executor fails under one of `expected`, whenever the fault strikes.
fn is_caught_as(scene: Scene, fault: Fault, expected: &[FailureKind]) {
    is_caught_at(&MOMENTS, scene, fault, expected);
}

fn is_caught_at(moments: &[u64], scene: Scene, fault: Fault, expected: &[FailureKind]) {
    for &at in moments {
        for (name, outcome) in outcomes(scene, fault, at) {
            let kind = outcome.as_ref().map_err(|violation| violation.kind);
            let caught = kind.is_err_and(|kind| expected.contains(&kind));
            assert!(caught, "{name} with {fault:?} at {at}: {outcome:?}, expected {expected:?}");
        }
    }
}

#[test]
fn a_lost_wakeup_is_caught() {
    is_caught_as(Scene::Churn, Fault::LoseWakeup, &[FailureKind::Lost]);
}

#[test]
fn a_task_resumed_twice_is_caught() {
    is_caught_as(Scene::Churn, Fault::ResumeTwice, &[FailureKind::Double]);
}

#[test]
fn a_forgotten_drop_is_caught() {
    is_caught_as(Scene::Churn, Fault::ForgetDrop, &[FailureKind::Leaked]);
}

#[test]
fn a_wrong_index_is_caught() {
    let expected = [FailureKind::Early, FailureKind::Double];
    is_caught_as(Scene::Churn, Fault::WrongIndex, &expected);
}

#[test]
fn a_wrong_outcome_is_caught() {
    is_caught_as(Scene::Churn, Fault::WrongOutcome, &[FailureKind::WrongOutcome]);
}

#[test]
fn a_timeout_before_its_time_is_caught() {
    is_caught_as(Scene::Waiting, Fault::ExpireEarly, &[FailureKind::Early]);
}

#[test]
fn a_yield_that_does_not_let_others_run_is_caught() {
    is_caught_as(Scene::Busy, Fault::IgnoreYield, &[FailureKind::OutOfOrderYield]);
}

#[test]
fn a_task_that_starves_is_caught() {
    // Each task waits for a new pollable once.
    is_caught_at(&[10, 11, 20], Scene::Busy, Fault::Starve, &[FailureKind::Starved]);
}

#[test]
fn a_forgotten_timer_is_caught() {
    is_caught_as(Scene::Sleeping, Fault::ForgetTimer, &[FailureKind::Deadlock]);
}

#[test]
fn a_poll_that_spins_is_caught() {
    is_caught_as(Scene::Churn, Fault::Spin, &[FailureKind::Livelock]);
}

#[test]
fn a_return_before_the_end_is_caught() {
    is_caught_as(Scene::Churn, Fault::ReturnEarly, &[FailureKind::Unfinished]);
}

#[test]
fn a_task_that_does_not_exist_is_caught() {
    is_caught_as(Scene::Churn, Fault::UnknownTask, &[FailureKind::UnknownTask]);
}

#[test]
fn a_stream_that_is_dropped_before_its_pollable_is_caught() {
    is_caught_as(Scene::Streams, Fault::DropStreamFirst, &[FailureKind::Trap]);
}

/// Without a fault the same runs are in order.
#[test]
fn without_a_fault_nothing_is_caught() {
    for scene in [Scene::Churn, Scene::Busy, Scene::Sleeping, Scene::Waiting, Scene::Streams] {
        for (name, outcome) in outcomes(scene, Fault::LoseWakeup, u64::MAX) {
            assert_eq!(outcome, Ok(()), "{name} in {scene:?}");
        }
    }
}
