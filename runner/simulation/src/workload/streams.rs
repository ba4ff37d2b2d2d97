use super::kind::{Activity, Kind, Shape};
use super::tokens::{DELAY, Tokens};
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// As `idle`, but over streams of `wasi:io`, whose pollables are children of what they wait
/// for. A stream that ends is followed by another, as the body of a response is by that of
/// the next.
pub(super) const KIND: Kind = Kind {
    name: "streams",
    summary: "as `idle`, and each event is a chunk to read from a stream, or the stream's end",
    question: "What do reading a stream and subscribing to it cost?",
    activity: Activity::Asked,
    parameters: &[
        DELAY,
        Parameter {
            name: "chunks",
            summary: "chunks of a stream before its end, which is an event too; 0: it never ends",
            range: Range::Integer(0, 1_000_000),
            default: 16,
        },
        Parameter {
            name: "bytes",
            summary: "bytes of a chunk",
            range: Range::Integer(1, 65_536),
            default: 64,
        },
    ],
    build: |shape| Box::new(Streams::new(shape)),
    active: |shape| shape.active,
};

struct Streams {
    plan: Plan,
    tokens: Tokens,
    /// The events of a stream, its end included; `None`, if it never ends.
    events: Option<u64>,
    bytes: u32,
    /// By task: the events of its stream that are still to come.
    left: Vec<u64>,
}

impl Streams {
    fn new(shape: &Shape) -> Self {
        let active = u64::from(shape.active);
        let chunks = shape.parameter("chunks");
        Self {
            plan: Plan::io(shape.pollables, active, shape.turns_within_effort() * active),
            tokens: Tokens::new(shape, shape.parameter(DELAY.name)),
            events: (chunks > 0).then_some(chunks + 1),
            bytes: shape.parameter("bytes") as u32,
            left: vec![0; shape.pollables as usize],
        }
    }

    /// Counts an event of the task's stream. Returns whether it was the stream's end.
    fn has_ended(&mut self, task: u32) -> bool {
        let Some(events) = self.events else { return false };
        let left = &mut self.left[task as usize];
        *left = left.checked_sub(1).unwrap_or(events - 1);
        *left == 0
    }
}

impl Workload for Streams {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.tokens.release(script);
            return Step::Done;
        }
        if let Some(source) = self.tokens.start(task, script) {
            return Step::Read(source, self.bytes);
        }
        if !self.has_ended(task) {
            self.tokens.pass_on(task, script);
            return Step::Again;
        }
        self.tokens.unsubscribe(task);
        self.tokens.pass_on(task, script);
        Step::Read(self.tokens.subscribe(task, script), self.bytes)
    }
}
