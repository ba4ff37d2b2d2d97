use std::collections::VecDeque;

use super::kind::{Activity, Kind, Shape};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// A task for each request: it starts, waits once and ends, and the last thing it
/// does is to start the one that takes its place.
pub(super) const KIND: Kind = Kind {
    name: "spawn",
    summary: "N short-lived tasks: each waits once, starts its successor and ends",
    question: "What does a task cost that starts, waits once and ends?",
    activity: Activity::Asked,
    parameters: &[],
    build: |shape| Box::new(Spawn::new(shape)),
    active: |shape| shape.active,
};

struct Spawn {
    plan: Plan,
    active: usize,
    /// By task; numbers are never reused.
    tasks: Vec<Life>,
    /// Tasks to start before there are N.
    missing: u32,
    /// The sources of waiting tasks without an event under way, the oldest first.
    waiting: VecDeque<SourceId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Starts,
    Waits,
    Ends,
}

impl Spawn {
    fn new(shape: &Shape) -> Self {
        let turns = shape.turns_within_effort();
        Self {
            plan: Plan::io(shape.pollables, shape.active.into(), turns * u64::from(shape.active)),
            active: shape.active as usize,
            tasks: vec![Life::Starts; shape.pollables as usize],
            missing: shape.pollables,
            waiting: VecDeque::with_capacity(shape.pollables as usize),
        }
    }

    /// Lets a task that starts wait. Once N tasks have started, the oldest waiting ones get
    /// events: A of them at first, then one for each task that starts.
    fn wait(&mut self, script: &mut Script<'_>) -> Step {
        let source = script.source();
        self.waiting.push_back(source);
        let due = match self.missing {
            0 => 1,
            1 => self.active,
            _ => 0,
        };
        self.missing = self.missing.saturating_sub(1);
        self.waiting.drain(..due).for_each(|source| script.agenda.fire(source));
        Step::Wait(source)
    }
}

impl Workload for Spawn {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            script.release(std::mem::take(&mut self.waiting));
            return Step::Done;
        }
        let life = &mut self.tasks[task as usize];
        match *life {
            Life::Starts => {
                *life = Life::Waits;
                self.wait(script)
            }
            Life::Waits => {
                *life = Life::Ends;
                self.tasks.push(Life::Starts);
                Step::Spawn(self.tasks.len() as u32 - 1)
            }
            Life::Ends => Step::Done,
        }
    }
}
