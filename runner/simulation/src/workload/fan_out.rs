use super::kind::{Activity, BUDGET, Kind, Shape};
use super::ring::Ring;
use super::{Parameter, Range};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// Parents which wait for several pollables at once, in the three ways of .NET's
/// `Task`: `WhenAll` is a join, `WhenAny` a race, and for `WhenEach` a child task
/// waits on each pollable, so that every result is handled when it comes and the
/// parent goes on after the last.
pub(super) const KIND: Kind = Kind {
    name: "fan-out",
    summary: "parents wait for several of N pollables each: for all, for any, or for each as it comes",
    question: "What does waiting for several things at once cost?",
    activity: Activity::Asked,
    parameters: &[
        Parameter {
            name: "mode",
            summary: "WhenAll (a join), WhenAny (a race) or WhenEach (a child task for each)",
            range: Range::Choice(&["all", "any", "each"]),
            default: 0,
        },
        Parameter {
            name: "width",
            summary: "pollables of a parent, N at most",
            range: Range::Integer(1, 1_000_000),
            default: 10,
        },
        Parameter {
            name: "waves",
            summary: "in how many parts the pollables of a parent become ready; not for any",
            range: Range::Integer(1, 1_000),
            default: 4,
        },
    ],
    build: |shape| Box::new(FanOut::new(shape)),
    active: |shape| match shape.parameter("mode") {
        1 => shape.active.min(shape.pollables.div_ceil(width(shape))),
        _ => shape.active.next_multiple_of(width(shape)).min(shape.pollables),
    },
};

/// Pollables of a parent.
fn width(shape: &Shape) -> u32 {
    shape.parameter("width").min(shape.pollables.into()) as u32
}

/// More virtual time than a guest needs to handle an event, and to look at a pollable, in
/// nanoseconds.
const EVENT: u64 = 4_000;
const HANDLE: u64 = 250;
/// Fewer rounds than this are no measurement.
const FEWEST_ROUNDS: u64 = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    All,
    Any,
    Each,
}

struct FanOut {
    plan: Plan,
    mode: Mode,
    waves: usize,
    /// Waves come at multiples of this time, in nanoseconds, so that the waves of all
    /// parents share a poll.
    period: u64,
    parents: Vec<Parent>,
    ring: Ring,
    /// By child task, numbered after the parents: its parent, and which of the parent's
    /// pollables it waits on.
    children: Vec<(usize, usize)>,
}

/// A parent and its pollables.
#[derive(Clone, Default)]
struct Parent {
    width: usize,
    /// The parent's sources in this round. That of a child is removed once the child has
    /// had its event.
    members: Vec<Option<SourceId>>,
    /// How many rounds have ended.
    rounds: usize,
    /// How many children of this round the parent has started, and how many of them wait.
    spawned: usize,
    waiting: usize,
    /// The source that the last child to end fires, so that the parent goes on.
    own: Option<SourceId>,
}

impl FanOut {
    fn new(shape: &Shape) -> Self {
        let mode = match shape.parameter("mode") {
            0 => Mode::All,
            1 => Mode::Any,
            _ => Mode::Each,
        };
        let pollables = u64::from(shape.pollables);
        let width = u64::from(width(shape));
        let waves = shape.parameter("waves").min(width);
        let count = pollables.div_ceil(width);
        let parents: Vec<Parent> = (0..count)
            .map(|it| width.min(pollables - it * width) as usize)
            .map(|width| Parent { width, ..Parent::default() })
            .collect();
        // In a round: how many parents are active, and how many events and polls each has.
        let active = u64::from(shape.active);
        let active = match mode {
            Mode::All | Mode::Each => active.div_ceil(width),
            Mode::Any => active.min(count),
        };
        let (events, polls) = match mode {
            Mode::All => (1, waves),
            Mode::Any => (1, 1),
            Mode::Each => (width + 1, waves + 2),
        };
        let rounds = (shape.polls_within_effort(pollables) / polls).max(FEWEST_ROUNDS);
        let round = active * events;
        Self {
            plan: Plan::io(count as u32, round, rounds * round),
            mode,
            waves: waves as usize,
            period: (active * width + 4) * EVENT
                + (2 + (active * width).div_ceil(BUDGET)) * pollables * HANDLE,
            ring: Ring::new(count as u32, active as u32),
            parents,
            children: Vec::new(),
        }
    }

    /// Called when all pollables of a parent are waited for.
    fn waits(&mut self, parent: usize, script: &mut Script<'_>) {
        let due = self.ring.waits(parent);
        due.into_iter().for_each(|it| self.fire(it, script));
    }

    fn pass_on(&mut self, parent: usize, script: &mut Script<'_>) {
        if let Some(next) = self.ring.pass_on(parent) {
            self.fire(next, script);
        }
    }

    fn fire(&self, parent: usize, script: &mut Script<'_>) {
        let Parent { width, members, rounds, .. } = &self.parents[parent];
        let now = script.agenda.now();
        let first = now.next_multiple_of(self.period) - now;
        for (position, source) in members.iter().enumerate() {
            let Some(source) = *source else { continue };
            match self.mode {
                // The pollables win in turn, a different one in each round.
                Mode::Any if position == rounds % width => script.agenda.fire(source),
                Mode::Any => {}
                Mode::All | Mode::Each => {
                    let wave = (position * self.waves / width) as u64;
                    script.agenda.fire_in(source, first + wave * self.period);
                }
            }
        }
    }

    /// Begins a parent's next join or race, and ends the previous one if there was one.
    fn wait_for_all_or_any(&mut self, parent: usize, script: &mut Script<'_>) -> Step {
        let it = &mut self.parents[parent];
        if !it.members.is_empty() {
            it.members.clear();
            it.rounds += 1;
            self.pass_on(parent, script);
        }
        let sources: Vec<SourceId> =
            (0..self.parents[parent].width).map(|_| script.source()).collect();
        self.parents[parent].members = sources.iter().copied().map(Some).collect();
        self.waits(parent, script);
        if self.mode == Mode::Any { Step::Race(sources) } else { Step::Join(sources) }
    }

    /// The parent starts its children one by one, then waits for the last to end.
    fn wait_for_each(&mut self, parent: usize, script: &mut Script<'_>) -> Step {
        let it = &mut self.parents[parent];
        if it.spawned == it.width {
            it.spawned = 0;
            return Step::Wait(it.own.expect("made with the first child"));
        }
        if it.spawned == 0 {
            it.own = Some(script.source());
        }
        self.children.push((parent, it.spawned));
        it.spawned += 1;
        Step::Spawn(self.plan.tasks + self.children.len() as u32 - 1)
    }

    /// A child starts, or has had its event and ends.
    fn child(&mut self, child: usize, script: &mut Script<'_>) -> Step {
        let (parent, position) = self.children[child];
        let it = &mut self.parents[parent];
        if it.members.get(position).is_none_or(Option::is_none) {
            let source = script.source();
            it.members.resize(it.width, None);
            it.members[position] = Some(source);
            it.waiting += 1;
            if it.waiting == it.width {
                self.waits(parent, script);
            }
            return Step::Wait(source);
        }
        it.members[position] = None;
        it.waiting -= 1;
        if it.waiting == 0 {
            it.rounds += 1;
            let own = it.own.expect("made with the first child");
            script.agenda.fire(own);
            self.pass_on(parent, script);
        }
        Step::Done
    }

    fn release(&mut self, script: &mut Script<'_>) {
        for Parent { members, own, .. } in &mut self.parents {
            script.release(members.drain(..).flatten().chain(own.take()));
        }
    }
}

impl Workload for FanOut {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.release(script);
            return Step::Done;
        }
        match (task.checked_sub(self.plan.tasks), self.mode) {
            (Some(child), _) => self.child(child as usize, script),
            (None, Mode::Each) => self.wait_for_each(task as usize, script),
            (None, _) => self.wait_for_all_or_any(task as usize, script),
        }
    }
}
