use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::kind::{Activity, Kind, Shape};
use super::random::{generator, weighted, zipf_weights};
use super::tokens::Tokens;
use super::{Parameter, Range};
use crate::script::{Plan, Script, Step, Workload};

/// A few connections have nearly all events and most have few: Zipf's law, as in YCSB. If a
/// design favours busy connections at the cost of the others, the latency of the cold ones
/// shows it.
pub(super) const KIND: Kind = Kind {
    name: "skew",
    summary: "as idle, but the next task is drawn by Zipf's law: few are busy, most are cold",
    question: "How long does an event of a rarely active pollable wait?",
    activity: Activity::Asked,
    parameters: &[Parameter {
        name: "exponent",
        summary: "Zipf's exponent in hundredths; 0: all are equally active",
        range: Range::Integer(0, 300),
        default: 100,
    }],
    build: |shape| Box::new(Skew::new(shape)),
    active: |shape| shape.active,
};

/// The cold pollables are the least active ones that together have one in this many of all
/// events.
const COLD: u64 = 10;
/// How often to draw again when a pollable has an event under way already.
const DRAWS: usize = 16;

struct Skew {
    plan: Plan,
    /// By rank, the most active first: tasks in random order, so that a task's
    /// number says nothing about its activity.
    tasks: Vec<u32>,
    ranks: WeightedIndex<u64>,
    /// By task: whether it is cold.
    cold: Vec<bool>,
    generator: Pcg64Mcg,
    tokens: Tokens,
}

impl Skew {
    fn new(shape: &Shape) -> Self {
        let turns = shape.turns_within_effort();
        let weights = zipf_weights(shape.pollables, shape.parameter("exponent") as f64 / 100.0);
        let mut generator = generator();
        let mut tasks: Vec<u32> = (0..shape.pollables).collect();
        tasks.shuffle(&mut generator);
        Self {
            plan: Plan::io(shape.pollables, shape.active.into(), turns * u64::from(shape.active)),
            cold: cold(&tasks, &weights),
            tasks,
            ranks: weighted(&weights),
            generator,
            tokens: Tokens::new(shape, 0),
        }
    }

    /// Draws the task that gets the token of `task`. The token stays with `task` if all the
    /// tasks drawn hold one.
    fn draw(&mut self, task: u32) -> u32 {
        let ranks = (&self.ranks).sample_iter(&mut self.generator).take(DRAWS);
        let mut drawn = ranks.map(|rank| self.tasks[rank]);
        drawn.find(|it| *it == task || !self.tokens.holds(*it)).unwrap_or(task)
    }
}

/// Which tasks are cold.
fn cold(tasks: &[u32], weights: &[u64]) -> Vec<bool> {
    let share = weights.iter().sum::<u64>() / COLD;
    let mut cold = vec![false; tasks.len()];
    let mut sum = 0;
    for (task, weight) in tasks.iter().zip(weights).rev() {
        sum += weight;
        if sum > share {
            break;
        }
        cold[*task as usize] = true;
    }
    cold
}

impl Workload for Skew {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if script.winding_down {
            self.tokens.release(script);
            return Step::Done;
        }
        if let Some(source) = self.tokens.start(task, script) {
            if self.cold[task as usize] {
                script.agenda.mark_cold(source);
            }
            return Step::Wait(source);
        }
        let next = self.draw(task);
        self.tokens.pass_to(next, task, script);
        Step::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skew(pollables: u32, exponent: u64) -> Skew {
        let parameters = [("exponent".to_string(), exponent)].into();
        Skew::new(&Shape { pollables, active: 1, parameters, effort: 1 })
    }

    /// How often each rank is drawn.
    fn draws(skew: &mut Skew, count: usize) -> Vec<f64> {
        let mut ranks = vec![0; skew.tasks.len()];
        for task in skew.tasks.clone() {
            ranks[task as usize] = skew.tasks.iter().position(|it| *it == task).expect("a rank");
        }
        let mut drawn = vec![0.0; ranks.len()];
        (0..count).for_each(|_| drawn[ranks[skew.draw(0) as usize]] += 1.0);
        drawn
    }

    #[test]
    fn draws_follow_zipf() {
        for exponent in [0, 50, 100, 200] {
            let drawn = draws(&mut skew(20, exponent), 100_000);
            for rank in [2, 5, 20] {
                let ratio = drawn[0] / drawn[rank - 1];
                let expected = (rank as f64).powf(exponent as f64 / 100.0);
                // Five standard deviations of a ratio of counts.
                let error = 5.0 * (1.0 / drawn[0] + 1.0 / drawn[rank - 1]).sqrt();
                assert!((ratio / expected - 1.0).abs() < error, "{exponent} {rank}: {ratio}");
            }
        }
    }

    /// The numbers have to be the same on every machine: if they change, results change.
    #[test]
    fn draws_are_always_the_same() {
        let mut skew = skew(1_000, 100);
        let drawn: Vec<u32> = (0..6).map(|_| skew.draw(0)).collect();
        assert_eq!(drawn, [473, 856, 160, 231, 77, 52]);
    }

    #[test]
    fn the_cold_have_a_tenth_of_all_events() {
        for (pollables, exponent) in [(1_000, 0), (1_000, 100), (100, 50), (10_000, 120)] {
            let mut skew = skew(pollables, exponent);
            let cold = (0..50_000).filter(|_| {
                let task = skew.draw(0);
                skew.cold[task as usize]
            });
            let share = cold.count() as f64 / 50_000.0;
            assert!((0.08..=0.11).contains(&share), "{pollables} {exponent}: {share}");
        }
        assert_eq!(skew(1, 100).cold, [false]);
    }
}
