use super::kind::{Activity, Kind, Shape};
use super::{Parameter, Range};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// Work without input or output beside connections that are all but silent: one of the
/// pollables is ready once in [`HEARTBEAT`] yields, which shows whether the guest still
/// polls.
pub(super) const KIND: Kind = Kind {
    name: "wakes",
    summary: "a few tasks yield again and again beside N pollables, one of which is ready now and then",
    question: "What does a wake-up without I/O cost beside idle pollables?",
    activity: Activity::None,
    parameters: &[Parameter {
        name: "yielders",
        summary: "tasks beside the N which only yield",
        range: Range::Integer(1, 100_000),
        default: 10,
    }],
    build: |shape| Box::new(Wakes::new(shape)),
    active: |shape| shape.active,
};

/// Yields from one event of the pollable to the next.
const HEARTBEAT: u64 = 256;

struct Wakes {
    plan: Plan,
    pollables: u32,
    /// The sources of the idle tasks. The first one is fired now and then.
    idle: Vec<SourceId>,
    yields: u64,
}

impl Wakes {
    fn new(shape: &Shape) -> Self {
        let yielders = shape.parameter("yielders");
        let turns = shape.polls_within_effort(u64::from(shape.pollables));
        Self {
            plan: Plan::yields(shape.pollables + yielders as u32, yielders, turns * yielders),
            pollables: shape.pollables,
            idle: Vec::with_capacity(shape.pollables as usize),
            yields: 0,
        }
    }
}

impl Workload for Wakes {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            script.release(std::mem::take(&mut self.idle));
            return Step::Done;
        }
        if task >= self.pollables {
            self.beat(script);
            return Step::Yield;
        }
        if self.idle.len() == self.pollables as usize {
            return Step::Again;
        }
        let source = script.source();
        self.idle.push(source);
        Step::Wait(source)
    }
}

impl Wakes {
    /// Called when a task is about to yield; fires the first source now and then.
    fn beat(&mut self, script: &mut Script<'_>) {
        self.yields += 1;
        if let Some(source) = self.idle.first()
            && self.yields.is_multiple_of(HEARTBEAT)
            && !script.agenda.is_scheduled(*source)
        {
            script.agenda.fire(*source);
        }
    }
}
