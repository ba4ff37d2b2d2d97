use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::kind::{Activity, BUDGET, Kind, Shape};
use super::random::generator;
use super::{Parameter, Range};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// Storms of timers: all N tasks set a timer at about the same time. Timers that will be
/// cancelled are timeouts over a pollable that is ready long before; the others are sleeps.
pub(super) const KIND: Kind = Kind {
    name: "timers",
    summary: "N timers at a time, some cancelled by a pollable that is ready first",
    question: "What do timers cost when they come in storms?",
    activity: Activity::All,
    parameters: &[
        Parameter {
            name: "deadlines",
            summary: "how the timers of a storm expire: at once, at random, last set first",
            range: Range::Choice(&["same", "uniform", "descending"]),
            default: 0,
        },
        Parameter {
            name: "cancelled",
            summary: "timers in a hundred which are cancelled",
            range: Range::Integer(0, 99),
            default: 50,
        },
        Parameter {
            name: "span",
            summary: "nanoseconds from the first deadline of a storm to its last, unless all are the same",
            range: Range::Integer(1, 1_000_000_000),
            default: 100_000,
        },
    ],
    build: |shape| Box::new(Timers::new(shape)),
    active: |shape| shape.active,
};

/// About how many polls a storm takes.
const POLLS: u64 = 4;
/// More virtual time than a guest needs to handle a task, and to look at a pollable, in
/// nanoseconds.
const TASK: u64 = 4_000;
const HANDLE: u64 = 250;

struct Timers {
    plan: Plan,
    deadlines: Deadlines,
    cancelled: u64,
    /// Timers set so far.
    set: u64,
    /// By task: the source that cancels its timer.
    sources: Vec<Option<SourceId>>,
}

/// The deadlines of the storms. Each storm has a base time; the bases are so far apart that
/// a storm is over, and the next one set, before the next base.
struct Deadlines {
    pattern: Pattern,
    span: u64,
    /// The nanoseconds between the bases of two storms.
    period: u64,
    tasks: u64,
    base: u64,
    /// Timers set in this storm.
    set: u64,
    generator: Pcg64Mcg,
}

#[derive(Clone, Copy)]
enum Pattern {
    Same,
    Uniform,
    Descending,
}

impl Timers {
    fn new(shape: &Shape) -> Self {
        let tasks = u64::from(shape.pollables);
        let storms = (shape.polls_within_effort(tasks) / POLLS).max(1);
        Self {
            plan: Plan::io(shape.pollables, tasks, storms * tasks),
            deadlines: Deadlines::new(shape),
            cancelled: shape.parameter("cancelled"),
            set: 0,
            sources: vec![None; shape.pollables as usize],
        }
    }

    /// Whether the next timer is cancelled. Cancelled timers are spread evenly.
    fn cancels(&mut self) -> bool {
        let share = |set: u64| set * self.cancelled / 100;
        self.set += 1;
        share(self.set) > share(self.set - 1)
    }
}

impl Workload for Timers {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            script.release(std::mem::take(&mut self.sources).into_iter().flatten());
            return Step::Done;
        }
        let timer = self.deadlines.next(script.agenda.now());
        if !self.cancels() {
            self.sources[task as usize] = None;
            return Step::Sleep(timer);
        }
        let source = script.source();
        self.sources[task as usize] = Some(source);
        script.agenda.fire_in(source, timer - self.deadlines.ahead());
        Step::Timeout(source, timer)
    }
}

impl Deadlines {
    fn new(shape: &Shape) -> Self {
        let (tasks, span) = (u64::from(shape.pollables), shape.parameter("span"));
        Self {
            pattern: match shape.parameter("deadlines") {
                0 => Pattern::Same,
                1 => Pattern::Uniform,
                _ => Pattern::Descending,
            },
            span,
            period: 4 * (tasks * (TASK + (1 + tasks.div_ceil(BUDGET)) * HANDLE) + span),
            tasks,
            base: 0,
            set: 0,
            generator: generator(),
        }
    }

    /// How many nanoseconds before its deadline a timer is cancelled. It is less than the
    /// timer's whole time.
    fn ahead(&self) -> u64 {
        self.period / 4
    }

    /// The nanoseconds until the next deadline.
    fn next(&mut self, now: u64) -> u64 {
        let base = (now + self.period / 2).next_multiple_of(self.period);
        if base != self.base {
            (self.base, self.set) = (base, 0);
        }
        self.set += 1;
        let offset = match self.pattern {
            Pattern::Same => 0,
            Pattern::Uniform => self.generator.random_range(0..self.span),
            Pattern::Descending => self.tasks.saturating_sub(self.set) * self.span / self.tasks,
        };
        base + offset - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadlines(pattern: u64) -> Vec<u64> {
        let parameters = [("deadlines", pattern), ("cancelled", 0), ("span", 1_000)];
        let parameters = parameters.map(|(name, value)| (name.to_string(), value)).into();
        let shape = Shape { pollables: 10, active: 10, parameters, effort: 1 };
        let mut deadlines = Deadlines::new(&shape);
        (0..10).map(|task| task * 2_000).map(|now| now + deadlines.next(now)).collect()
    }

    #[test]
    fn deadlines_follow_the_pattern_that_is_asked_for() {
        let same = deadlines(0);
        assert!(same.iter().all(|deadline| *deadline == same[0]), "{same:?}");
        let uniform = deadlines(1);
        assert!(uniform.iter().all(|it| (same[0]..same[0] + 1_000).contains(it)), "{uniform:?}");
        assert!(!uniform.is_sorted() && !uniform.is_sorted_by(|a, b| a >= b), "{uniform:?}");
        let descending = deadlines(2);
        assert!(descending.windows(2).all(|pair| pair[0] - pair[1] == 100), "{descending:?}");
        assert_eq!(descending[9], same[0]);
    }
}
