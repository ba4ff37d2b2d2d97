use super::kind::{Activity, Kind, Shape};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// All N pollables become ready at once, and again as soon as every task has had its event.
/// It is the opposite of `idle`: the cost of a poll is shared by N events.
pub(super) const KIND: Kind = Kind {
    name: "burst",
    summary: "all N pollables become ready at once, again and again",
    question: "What does an event cost when all pollables are ready?",
    activity: Activity::All,
    parameters: &[],
    build: |shape| Box::new(Burst::new(shape)),
    active: |shape| shape.active,
};

struct Burst {
    plan: Plan,
    sources: Vec<SourceId>,
    /// How many events of this round have let their task run.
    had: usize,
    /// Whether this round is the one in which the tasks end.
    ending: bool,
}

impl Burst {
    fn new(shape: &Shape) -> Self {
        let pollables = u64::from(shape.pollables);
        Self {
            plan: Plan::io(shape.pollables, pollables, pollables * shape.turns_within_effort()),
            sources: Vec::with_capacity(shape.pollables as usize),
            had: 0,
            ending: false,
        }
    }

    fn fire_all(&self, script: &mut Script<'_>) {
        self.sources.iter().for_each(|source| script.agenda.fire(*source));
    }
}

impl Workload for Burst {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, _task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        let tasks = self.plan.tasks as usize;
        if self.sources.len() < tasks {
            let source = script.agenda.add_source();
            self.sources.push(source);
            if self.sources.len() == tasks {
                self.fire_all(script);
            }
            return Step::Wait(source);
        }
        self.had += 1;
        if self.had < tasks {
            return if self.ending { Step::Done } else { Step::Again };
        }
        // This is the last event of a round. When winding down, all pollables are fired
        // once more, so that the other tasks run again and can end.
        self.had = 0;
        if self.ending {
            return Step::Done;
        }
        self.ending = script.winding_down;
        self.fire_all(script);
        Step::Again
    }
}
