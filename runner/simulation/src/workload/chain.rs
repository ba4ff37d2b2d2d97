use super::kind::{Activity, Kind, Shape};
use super::sources::Sources;
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// A request that goes down through layers of tasks and an answer that comes back
/// up, one hop at a time: ping-pong, at depth 2, is its shortest form.
pub(super) const KIND: Kind = Kind {
    name: "chain",
    summary: "one token goes down and up a chain of tasks, beside N pollables that are never ready",
    question: "What does a hop from task to task cost behind idle pollables?",
    activity: Activity::One,
    parameters: &[Parameter {
        name: "depth",
        summary: "tasks in the chain, beside the N",
        range: Range::Integer(1, 10_000),
        default: 8,
    }],
    build: |shape| Box::new(Chain::new(shape)),
    active: |shape| shape.active,
};

struct Chain {
    plan: Plan,
    depth: u32,
    /// By task: first those of the chain, then the idle ones.
    sources: Sources,
    upwards: bool,
}

impl Chain {
    fn new(shape: &Shape) -> Self {
        let depth = shape.parameter("depth");
        let tasks = shape.pollables + depth as u32;
        let hops = shape.polls_within_effort(u64::from(tasks));
        Self {
            plan: Plan::io(tasks, hops.min(2 * depth), hops),
            depth: depth as u32,
            sources: Sources::new(tasks),
            upwards: false,
        }
    }

    /// The task the token goes to next. The ends of the chain turn it round.
    fn hop(&mut self, task: u32) -> u32 {
        let last = self.depth - 1;
        if task == 0 {
            self.upwards = false;
        } else if task == last {
            self.upwards = true;
        }
        match self.upwards {
            true => task - 1,
            false => (task + 1).min(last),
        }
    }
}

impl Workload for Chain {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.sources.release(script);
            return Step::Done;
        }
        let Some(source) = self.sources.start(task, script) else {
            let next = self.hop(task);
            script.agenda.fire(self.sources.of(next));
            return Step::Again;
        };
        if self.sources.all_started() {
            script.agenda.fire(self.sources.of(0));
        }
        Step::Wait(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(depth: u32, hops: usize) -> Vec<u32> {
        let parameters = [("depth".to_string(), u64::from(depth))].into();
        let shape = Shape { pollables: 1, active: 1, parameters, effort: 1 };
        let mut chain = Chain::new(&shape);
        let way = std::iter::successors(Some(0), |task| Some(chain.hop(*task)));
        way.take(hops).collect()
    }

    #[test]
    fn a_token_goes_down_and_up() {
        assert_eq!(way(4, 10), [0, 1, 2, 3, 2, 1, 0, 1, 2, 3]);
        assert_eq!(way(2, 4), [0, 1, 0, 1]);
        assert_eq!(way(1, 3), [0, 0, 0]);
    }
}
