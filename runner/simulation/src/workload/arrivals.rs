use rand::RngExt;

use super::kind::{Activity, Kind, Shape};
use super::random::{exponential, generator};
use super::sources::Sources;
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// An open loop: events come when they were planned to, whatever the guest does,
/// as requests do from clients who don't know of each other. Latency counts from
/// the planned time, as in wrk2; so an event that waits behind others shows it.
pub(super) const KIND: Kind = Kind {
    name: "arrivals",
    summary: "events come at planned times, in bursts at random, each for a random one of N tasks",
    question: "How long do events wait when they come whether or not the guest is ready?",
    activity: Activity::All,
    parameters: &[
        Parameter {
            name: "gap",
            summary: "mean virtual nanoseconds from event to event; a poll takes 1,000 and 200 a handle",
            range: Range::Integer(1, 1_000_000_000),
            default: 30_000,
        },
        Parameter {
            name: "burst",
            summary: "events that come at the same time; 1: a Poisson process",
            range: Range::Integer(1, 10_000),
            default: 1,
        },
    ],
    build: |shape| Box::new(Arrivals::new(shape)),
    active: |shape| shape.active,
};

/// The fewest bursts in a run: with fewer, the result would depend on chance.
const FEWEST_BURSTS: u64 = 32;

struct Arrivals {
    plan: Plan,
    gap: u64,
    burst: u64,
    sources: Sources,
}

impl Arrivals {
    fn new(shape: &Shape) -> Self {
        let burst = shape.parameter("burst");
        // A task handles one event in a poll, so a burst of more than N events takes
        // several.
        let polls_per_burst = burst.div_ceil(shape.pollables.into());
        let polls = shape.polls_within_effort(shape.pollables.into());
        let bursts = (polls / polls_per_burst).max(FEWEST_BURSTS);
        Self {
            plan: Plan::io(shape.pollables, burst, bursts * burst),
            gap: shape.parameter("gap"),
            burst,
            sources: Sources::new(shape.pollables),
        }
    }

    /// Plans every event, from now on.
    fn plan_all(&self, script: &mut Script<'_>) {
        let mut generator = generator();
        let mut ahead = 0;
        for _ in 0..self.plan.events() / self.burst {
            ahead += exponential(self.gap * self.burst, &mut generator);
            for _ in 0..self.burst {
                let task = generator.random_range(0..self.plan.tasks);
                script.agenda.plan_in(self.sources.of(task), ahead);
            }
        }
    }
}

impl Workload for Arrivals {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.sources.release(script);
            return Step::Done;
        }
        let Some(source) = self.sources.start(task, script) else { return Step::Again };
        if self.sources.all_started() {
            self.plan_all(script);
        }
        Step::Wait(source)
    }
}
