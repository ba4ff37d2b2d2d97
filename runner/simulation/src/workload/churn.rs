use super::kind::{Activity, Kind, Shape};
use super::tokens::Tokens;
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// A server's requests: as in `idle` a token goes round, but each event drops its
/// pollable, subscribes to a new one and starts a new timeout over it, which
/// nearly always loses.
pub(super) const KIND: Kind = Kind {
    name: "churn",
    summary: "every event drops its pollable and subscribes anew, under a timeout which mostly loses",
    question: "What do registering, cancelling and timers cost?",
    activity: Activity::Asked,
    parameters: &[
        Parameter {
            name: "timeout",
            summary: "nanoseconds until a timeout wins",
            range: Range::Integer(1, 1_000_000_000_000),
            default: 60_000_000_000,
        },
        Parameter {
            name: "lapse",
            summary: "one event in so many is a timeout that wins; 0: none",
            range: Range::Integer(0, 1_000_000_000),
            default: 100,
        },
    ],
    build: |shape| Box::new(Churn::new(shape)),
    active: |shape| shape.active,
};

/// Nanoseconds of a timeout that is meant to win; the timers of some hosts take a
/// millisecond at least.
const LAPSING: u64 = 20_000;

struct Churn {
    plan: Plan,
    timeout: u64,
    lapse: u64,
    /// Events until the next lapse.
    countdown: u64,
    tokens: Tokens,
}

impl Churn {
    fn new(shape: &Shape) -> Self {
        let turns = shape.turns_within_effort();
        let lapse = shape.parameter("lapse");
        Self {
            plan: Plan::io(shape.pollables, shape.active.into(), turns * u64::from(shape.active)),
            timeout: shape.parameter("timeout"),
            lapse,
            countdown: lapse,
            tokens: Tokens::new(shape, 0),
        }
    }
}

impl Workload for Churn {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.tokens.release(script);
            return Step::Done;
        }
        if let Some(source) = self.tokens.start(task, script) {
            return Step::Timeout(source, self.timeout);
        }
        self.tokens.unsubscribe(task);
        if self.lapses() {
            return Step::Timeout(self.tokens.park(task, script), LAPSING);
        }
        self.tokens.pass_on(task, script);
        Step::Timeout(self.tokens.subscribe(task, script), self.timeout)
    }
}

impl Churn {
    /// Whether this event is followed by a timeout that wins.
    fn lapses(&mut self) -> bool {
        if self.lapse == 0 {
            return false;
        }
        self.countdown -= 1;
        if self.countdown > 0 {
            return false;
        }
        self.countdown = self.lapse;
        true
    }
}
