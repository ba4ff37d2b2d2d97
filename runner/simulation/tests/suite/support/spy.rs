//! A workload that is watched: what its tasks are told, and when.

use std::sync::{Arc, Mutex};

use pollbench_simulation::script::{Plan, Script, Step, Workload};

/// A call of `next`.
#[derive(Clone, Debug)]
pub struct Call {
    pub task: u32,
    pub outcome: u32,
    /// Virtual time.
    pub now: u64,
    pub winding_down: bool,
    pub step: Step,
}

pub struct Spy {
    inner: Box<dyn Workload>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Spy {
    /// The watched workload, and where its calls will be.
    pub fn on(inner: Box<dyn Workload>) -> (Box<dyn Workload>, Arc<Mutex<Vec<Call>>>) {
        let calls = Arc::default();
        (Box::new(Self { inner, calls: Arc::clone(&calls) }), calls)
    }
}

impl Workload for Spy {
    fn plan(&self) -> Plan {
        self.inner.plan()
    }

    fn next(&mut self, task: u32, outcome: u32, script: &mut Script<'_>) -> Step {
        let (now, winding_down) = (script.agenda.now(), script.winding_down);
        let step = self.inner.next(task, outcome, script);
        let call = Call { task, outcome, now, winding_down, step: step.clone() };
        self.calls.lock().expect("one thread").push(call);
        step
    }
}
