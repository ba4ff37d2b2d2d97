use super::kind::{Activity, Kind, Shape};
use super::ring::Ring;
use super::{Parameter, Range};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// Several tasks wait for one thing: a connection of a pool, a configuration, a shutdown.
/// Each task has its own pollable, and all of them stand for one event of the host.
pub(super) const KIND: Kind = Kind {
    name: "shared",
    summary: "groups of tasks wait for one event each, on a pollable a task; it wakes the whole group",
    question: "What does an event cost that wakes several tasks?",
    activity: Activity::Asked,
    parameters: &[Parameter {
        name: "waiters",
        summary: "tasks that wait for one event, N at most",
        range: Range::Integer(1, 1_000_000),
        default: 8,
    }],
    build: |shape| Box::new(Shared::new(shape)),
    active: |shape| shape.active.next_multiple_of(waiters(shape)).min(shape.pollables),
};

/// The number of tasks in a group.
fn waiters(shape: &Shape) -> u32 {
    shape.parameter("waiters").min(shape.pollables.into()) as u32
}

struct Shared {
    plan: Plan,
    waiters: u32,
    groups: Vec<Group>,
    ring: Ring,
    started: Vec<bool>,
}

#[derive(Clone, Default)]
struct Group {
    size: u32,
    /// The first source of the latest event, which ends with its task's next step.
    source: Option<SourceId>,
    /// Tasks that wait for the latest event.
    waiting: u32,
    /// Tasks that have had the event before it.
    had: u32,
}

impl Shared {
    fn new(shape: &Shape) -> Self {
        let pollables = shape.pollables;
        let waiters = waiters(shape);
        let groups: Vec<Group> = (0..pollables.div_ceil(waiters))
            .map(|it| Group { size: waiters.min(pollables - it * waiters), ..Group::default() })
            .collect();
        let active = shape.active.div_ceil(waiters);
        let turn = u64::from(active) * u64::from(waiters);
        Self {
            plan: Plan::io(pollables, turn, turn * shape.turns_within_effort()),
            waiters,
            ring: Ring::new(groups.len() as u32, active),
            groups,
            started: vec![false; pollables as usize],
        }
    }

    /// Called when a task of a group has had its event. With the last task, the token goes
    /// to the next group.
    fn has_had(&mut self, group: usize, script: &mut Script<'_>) {
        let Group { had, size, .. } = &mut self.groups[group];
        *had += 1;
        if had == size {
            *had = 0;
            let next = self.ring.pass_on(group);
            self.fire(next, script);
        }
    }

    /// The source a task of a group is to wait on: the first makes the event, the
    /// others share it.
    fn subscribe(&mut self, group: usize, script: &mut Script<'_>) -> SourceId {
        let it = &mut self.groups[group];
        let source = match it.source {
            Some(first) if it.waiting > 0 => script.agenda.share(first),
            _ => {
                let first = script.agenda.add_shared();
                it.source = Some(first);
                first
            }
        };
        it.waiting += 1;
        if it.waiting == it.size {
            it.waiting = 0;
            let due = self.ring.waits(group);
            self.fire(due, script);
        }
        source
    }

    fn fire(&self, groups: impl IntoIterator<Item = usize>, script: &mut Script<'_>) {
        let sources = groups.into_iter().filter_map(|group| self.groups[group].source);
        sources.for_each(|source| script.agenda.fire(source));
    }
}

impl Workload for Shared {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            let groups = std::mem::take(&mut self.groups);
            script.release(groups.iter().filter_map(|group| group.source));
            return Step::Done;
        }
        let group = (task / self.waiters) as usize;
        if std::mem::replace(&mut self.started[task as usize], true) {
            self.has_had(group, script);
        }
        Step::Wait(self.subscribe(group, script))
    }
}
