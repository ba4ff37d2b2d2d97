//! Every executor, broken on purpose: the checks catch each fault and name it.

use std::collections::BTreeMap;

use crate::support::native_host::{Order, run};
use pollbench::simulation::Violation;
use pollbench::workload::{CATALOGUE, Shape};
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_executor::Strategy as Executor;
use pollbench_faulty::{Fault, Faulty};
use pollbench_reports::record::FailureKind;
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_vector_scan::VectorScan;

/// The opportunity at which the fault strikes. Not one of the first: while tasks
/// still start, a task woken by mistake may find that its event has come meanwhile.
const MOMENTS: [u64; 4] = [10, 11, 20, 40];

/// A `churn` has every opportunity: it subscribes, drops, polls and times out
/// with each event.
fn churn() -> Box<dyn pollbench::workload::Workload> {
    let kind = CATALOGUE.iter().find(|kind| kind.name == "churn").expect("churn");
    let parameters: BTreeMap<String, u64> =
        kind.parameters.iter().map(|p| (p.name.to_string(), p.default)).collect();
    (kind.build)(&Shape { pollables: 30, active: 3, parameters, effort: 2_000 })
}

fn broken<E: Executor>(fault: Fault, at: u64, knobs: &[u64]) -> Result<(), Violation> {
    run(churn(), Order::List, |host, tasks| E::run(Faulty::new(host, fault, at), tasks, knobs))
}

/// Every executor fails under one of `expected`, whenever the fault strikes.
fn is_caught_as(fault: Fault, expected: &[FailureKind]) {
    for at in MOMENTS {
        let outcomes = [
            ("bare", broken::<Bare>(fault, at, &[])),
            ("vector-scan", broken::<VectorScan>(fault, at, &[])),
            ("slab", broken::<SlabIndexed>(fault, at, &[])),
            ("slab-list", broken::<SlabList>(fault, at, &[])),
            ("batched", broken::<Batched>(fault, at, &[4])),
        ];
        for (name, outcome) in outcomes {
            let kind = outcome.map_err(|violation| violation.kind);
            let caught = kind.is_err_and(|kind| expected.contains(&kind));
            assert!(caught, "{name} with {fault:?} at {at}: {kind:?}, expected {expected:?}");
        }
    }
}

#[test]
fn a_lost_wakeup() {
    is_caught_as(Fault::LoseWakeup, &[FailureKind::Lost]);
}

#[test]
fn a_task_resumed_twice() {
    is_caught_as(Fault::ResumeTwice, &[FailureKind::Double]);
}

#[test]
fn a_forgotten_drop() {
    is_caught_as(Fault::ForgetDrop, &[FailureKind::Leaked]);
}

#[test]
fn a_wrong_index() {
    is_caught_as(Fault::WrongIndex, &[FailureKind::Early, FailureKind::Double]);
}

#[test]
fn a_wrong_outcome() {
    is_caught_as(Fault::WrongOutcome, &[FailureKind::WrongOutcome]);
}

/// Without a fault the same runs are in order.
#[test]
fn nothing_else() {
    let never = u64::MAX;
    for fault in [Fault::LoseWakeup, Fault::WrongIndex] {
        assert_eq!(broken::<Bare>(fault, never, &[]), Ok(()));
        assert_eq!(broken::<VectorScan>(fault, never, &[]), Ok(()));
        assert_eq!(broken::<SlabIndexed>(fault, never, &[]), Ok(()));
        assert_eq!(broken::<SlabList>(fault, never, &[]), Ok(()));
        assert_eq!(broken::<Batched>(fault, never, &[4]), Ok(()));
    }
}
