//! A workload with a list of steps for each task, and a proptest strategy for it.

use pollbench_simulation::script::{Plan, Script, Step, Workload};
use proptest::collection::vec;
use proptest::prelude::*;

/// A step, with the nanoseconds until each of its events.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Wait(u64),
    /// Only ever after `Wait`: this many more events of the same pollable.
    WaitAgain(u64, Vec<u64>),
    Sleep(u64),
    /// The event, if it ever comes, and the timeout.
    Timeout(Option<u64>, u64),
    Yield,
    Race(Vec<u64>),
    Join(Vec<u64>),
    /// The events of a stream; the last one is its end.
    Read(u64, Vec<u64>),
    /// Start the next task that has not been started.
    Spawn,
}

/// What every task does, and how many run from the start.
#[derive(Clone, Debug)]
pub struct Programs {
    pub programs: Vec<Vec<Op>>,
    pub from_start: usize,
}

pub fn programs(tasks: usize, steps: usize) -> impl Strategy<Value = Programs> {
    (vec(vec(op(), 0..steps), 1..=tasks), any::<prop::sample::Index>()).prop_map(
        |(programs, index)| Programs { from_start: 1 + index.index(programs.len()), programs },
    )
}

fn op() -> impl Strategy<Value = Op> {
    // Short enough for events to fall into the same turn, and into others.
    let delay = || prop_oneof![Just(0), 0..5_000u64, 0..100_000u64, 0..3_000_000u64];
    prop_oneof![
        3 => delay().prop_map(Op::Wait),
        3 => (delay(), vec(delay(), 1..4)).prop_map(|(first, more)| Op::WaitAgain(first, more)),
        2 => delay().prop_map(Op::Sleep),
        3 => (prop::option::of(delay()), delay()).prop_map(|(event, limit)| Op::Timeout(event, limit)),
        2 => Just(Op::Yield),
        2 => vec(delay(), 1..5).prop_map(Op::Race),
        2 => vec(delay(), 1..5).prop_map(Op::Join),
        2 => (delay(), vec(delay(), 0..4)).prop_map(|(first, more)| Op::Read(first, more)),
        1 => Just(Op::Spawn),
    ]
}

pub struct RandomScript {
    plan: Plan,
    /// By task: the steps to come, last first.
    steps: Vec<Vec<Op>>,
    /// By task: the events to come of the pollable it keeps or the stream it reads, last first.
    again: Vec<(Option<pollbench_simulation::agenda::SourceId>, Vec<u64>)>,
    started: usize,
}

impl Programs {
    /// The same with every time so many times as long.
    pub fn slower(mut self, factor: u64) -> Self {
        for op in self.programs.iter_mut().flatten() {
            let (one, list) = match op {
                Op::Wait(one) | Op::Sleep(one) => (Some(one), None),
                Op::WaitAgain(one, list) | Op::Read(one, list) => (Some(one), Some(list)),
                Op::Timeout(event, limit) => {
                    *limit *= factor;
                    (event.as_mut(), None)
                }
                Op::Race(list) | Op::Join(list) => (None, Some(list)),
                Op::Yield | Op::Spawn => (None, None),
            };
            one.into_iter().chain(list.into_iter().flatten()).for_each(|time| *time *= factor);
        }
        self
    }

    /// The same without `again` and `yield`, which not every executor can express.
    pub fn without_again_and_yield(&self) -> Self {
        self.with_each(|op| match op {
            Op::WaitAgain(first, _) => Op::Wait(*first),
            Op::Yield => Op::Wait(0),
            op => op.clone(),
        })
    }

    /// The same without streams, which not every world has.
    pub fn without_streams(&self) -> Self {
        self.with_each(|op| match op {
            Op::Read(first, _) => Op::Wait(*first),
            op => op.clone(),
        })
    }

    fn with_each(&self, plain: impl Fn(&Op) -> Op) -> Self {
        let programs = self.programs.iter();
        let programs = programs.map(|program| program.iter().map(&plain).collect()).collect();
        Self { programs, ..*self }
    }
}

/// Crates that can neither await a pollable `again` nor `yield`.
pub const ONE_SHOT: [&str; 2] = ["spin-executor", "wasi-async-runtime"];

impl RandomScript {
    /// What the guest of this name can express of some programs.
    pub fn for_guest(guest: &str, programs: &Programs) -> Self {
        if ONE_SHOT.contains(&guest) {
            return Self::new(&programs.without_again_and_yield());
        }
        if guest == "p3" {
            return Self::new(&programs.without_streams());
        }
        Self::new(programs)
    }

    /// The first task waits twice before its own steps: a plan has at least one event
    /// to warm up and one to measure.
    pub fn new(Programs { programs, from_start }: &Programs) -> Self {
        let mut steps: Vec<Vec<Op>> =
            programs.iter().map(|program| program.iter().rev().cloned().collect()).collect();
        steps[0].extend([Op::Wait(0), Op::Wait(0)]);
        let total: u64 = steps.iter().flatten().map(events).sum();
        Self {
            plan: Plan::io(*from_start as u32, 1, total - 1),
            again: vec![(None, Vec::new()); steps.len()],
            steps,
            started: *from_start,
        }
    }
}

fn events(op: &Op) -> u64 {
    match op {
        Op::Spawn | Op::Yield => 0,
        Op::WaitAgain(_, more) | Op::Read(_, more) => 1 + more.len() as u64,
        _ => 1,
    }
}

impl Workload for RandomScript {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        let task = task as usize;
        if let (Some(source), more) = &mut self.again[task]
            && let Some(delay) = more.pop()
        {
            script.agenda.fire_in(*source, delay);
            return Step::Again;
        }
        let mut source = |delay| {
            let source = script.agenda.add_source();
            script.agenda.fire_in(source, delay);
            source
        };
        match self.steps[task].pop() {
            None => {
                // Tasks nobody has spawned are started by the last that end.
                if self.started < self.steps.len() {
                    self.started += 1;
                    return Step::Spawn(self.started as u32 - 1);
                }
                Step::Done
            }
            Some(Op::Wait(delay)) => Step::Wait(source(delay)),
            Some(Op::WaitAgain(first, mut more)) => {
                let source = source(first);
                more.reverse();
                self.again[task] = (Some(source), more);
                Step::Wait(source)
            }
            Some(Op::Read(first, mut more)) => {
                let source = source(first);
                more.reverse();
                self.again[task] = (Some(source), more);
                Step::Read(source, 100)
            }
            Some(Op::Sleep(nanoseconds)) => Step::Sleep(nanoseconds),
            Some(Op::Timeout(Some(delay), limit)) => Step::Timeout(source(delay), limit),
            Some(Op::Timeout(None, limit)) => Step::Timeout(script.agenda.add_source(), limit),
            Some(Op::Yield) => Step::Yield,
            Some(Op::Race(delays)) => Step::Race(delays.into_iter().map(source).collect()),
            Some(Op::Join(delays)) => Step::Join(delays.into_iter().map(source).collect()),
            Some(Op::Spawn) if self.started < self.steps.len() => {
                self.started += 1;
                Step::Spawn(self.started as u32 - 1)
            }
            Some(Op::Spawn) => self.next(task as u32, 0, script),
        }
    }
}
