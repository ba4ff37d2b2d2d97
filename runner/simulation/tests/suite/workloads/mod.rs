//! Every workload, natively: it ends in order on every executor, whatever its size
//! and parameters, and does what it says.

mod activity;
mod clock;
mod ends;
mod steps;
mod wakes;

use std::collections::BTreeMap;

use crate::support::native_host::{Measured, Order, measure};
use crate::support::spy::{Call, Spy};
use pollbench_executor::Strategy as _;
use pollbench_simulation::script::{Step, Workload};
use pollbench_simulation::workload::{self, Kind, Shape};
use pollbench_slab::SlabIndexed;

fn kind(name: &str) -> &'static Kind {
    workload::find(name).expect("a workload")
}

/// A workload of a size, its parameters the defaults but for these.
fn workload(name: &str, (n, active): (u32, u32), others: &[(&str, u64)]) -> Box<dyn Workload> {
    let kind = kind(name);
    let mut parameters = kind.defaults();
    for (name, value) in others {
        assert!(parameters.insert(name.to_string(), *value).is_some(), "no parameter {name}");
    }
    (kind.build)(&Shape { pollables: n, active, parameters, effort: 20_000 })
}

/// Runs it on `slab`, and says what was counted and what its tasks were told.
fn watch(workload: Box<dyn Workload>) -> (Measured, Vec<Call>) {
    let (spy, calls) = Spy::on(workload);
    let measured = measure(spy, Order::List, |host, tasks| {
        SlabIndexed::run(host, tasks, &SlabIndexed::DESCRIPTION.defaults())
    });
    let calls = std::mem::take(&mut *calls.lock().expect("one thread"));
    (measured.unwrap_or_else(|violation| panic!("{violation:?}")), calls)
}

/// The calls that follow an event, before the wind-down.
fn events(calls: &[Call]) -> Vec<&Call> {
    let mut last = BTreeMap::new();
    let mut events = Vec::new();
    for call in calls.iter().filter(|call| !call.winding_down) {
        let before = last.insert(call.task, &call.step);
        if before.is_some_and(|step| !matches!(step, Step::Spawn(_))) {
            events.push(call);
        }
    }
    events
}
