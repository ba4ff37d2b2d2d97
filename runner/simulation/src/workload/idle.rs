use super::kind::{Activity, Kind, Shape};
use super::tokens::{DELAY, Tokens};
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// N connections wait, and A of them have data, as in libevent's `bench.c` (n pipes, a
/// active, each read writes to the next pipe).
pub(super) const KIND: Kind = Kind {
    name: "idle",
    summary: "N pollables wait, each of A events passes a token on to the next task",
    question: "What does an event cost when nearly all pollables are idle?",
    activity: Activity::Asked,
    parameters: &[
        DELAY,
        Parameter {
            name: "yielders",
            summary: "tasks beside the N which only yield: work that never ends",
            range: Range::Integer(0, 100_000),
            default: 0,
        },
    ],
    build: |shape| Box::new(Idle::new(shape)),
    active: |shape| shape.active,
};

struct Idle {
    plan: Plan,
    pollables: u32,
    tokens: Tokens,
}

impl Idle {
    fn new(shape: &Shape) -> Self {
        let yielders = shape.parameter("yielders");
        let turns = shape.turns_within_effort();
        let active = u64::from(shape.active);
        Self {
            plan: Plan::io(shape.pollables + yielders as u32, active, turns * active),
            pollables: shape.pollables,
            tokens: Tokens::new(shape, shape.parameter(DELAY.name)),
        }
    }
}

impl Workload for Idle {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.tokens.release(script);
            return Step::Done;
        }
        if task >= self.pollables {
            return Step::Yield;
        }
        if let Some(source) = self.tokens.start(task, script) {
            return Step::Wait(source);
        }
        self.tokens.pass_on(task, script);
        Step::Again
    }
}
