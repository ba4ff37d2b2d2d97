use super::kind::{Activity, Kind, Shape};
use super::{Parameter, Range};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// Work without input or output beside connections that are all silent: no
/// pollable is ever ready, so a yield that blocks is caught the first time.
pub(super) const KIND: Kind = Kind {
    name: "wakes",
    summary: "a few tasks yield again and again beside N pollables that are never ready",
    question: "What does a wake-up without I/O cost beside idle pollables?",
    activity: Activity::None,
    parameters: &[Parameter {
        name: "yielders",
        summary: "tasks beside the N which only yield",
        range: Range::Integer(1, 100_000),
        default: 10,
    }],
    build: |shape| Box::new(Wakes::new(shape)),
};

struct Wakes {
    plan: Plan,
    pollables: u32,
    idle: Vec<SourceId>,
}

impl Wakes {
    fn new(shape: &Shape) -> Self {
        let yielders = shape.parameter("yielders");
        let turns = shape.polls_within_effort(u64::from(shape.pollables));
        Self {
            plan: Plan {
                tasks: shape.pollables + yielders as u32,
                warm_up: yielders,
                measured: turns * yielders,
            },
            pollables: shape.pollables,
            idle: Vec::with_capacity(shape.pollables as usize),
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
            return Step::Yield;
        }
        let source = script.source();
        self.idle.push(source);
        Step::Wait(source)
    }
}
