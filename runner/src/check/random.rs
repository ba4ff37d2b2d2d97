//! Scripts drawn at random, from the steps that the guest can express.

use std::time::Instant;

use pollbench_reports::check::Group;
use pollbench_simulation::scripted::ScriptedStep::{
    self, Again, Join, Race, Read, Repeat, Sleep, Spawn, Timeout, Wait, Yield,
};
use pollbench_simulation::scripted::TaskScripts;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::Amount;
use super::examination::{Examination, Ran};
use super::steps::Steps;

/// Runs random scripts, and calls `advance` after each. The same seed gives the same scripts,
/// one after the other.
pub fn check(
    examination: &mut Examination<'_>,
    steps: &Steps,
    amount: Amount,
    seed: u64,
    mut advance: impl FnMut(),
) {
    let strategy = scripts(steps, examination.most_runs());
    let mut source = TestRunner::new_with_rng(Config::default(), rng(seed));
    let began = Instant::now();
    let mut runs = 0;
    let (mut first_failure, mut not_run) = (None, None);
    let goes_on = |runs: u64| match amount {
        Amount::Scripts(scripts) => runs < scripts,
        Amount::Time(time) => began.elapsed() < time,
    };
    while goes_on(runs) {
        let Ok(tree) = strategy.new_tree(&mut source) else { break };
        let name = format!("random script {} of seed {seed}", runs + 1);
        match examination.run_scripts(&name, &tree.current()) {
            Ran::Passed | Ran::NotSupported(_) => {}
            Ran::Failed(failure) => drop(first_failure.get_or_insert(failure)),
            Ran::NotRun(why) => {
                not_run = Some(why);
                break;
            }
        }
        runs += 1;
        advance();
    }
    let ran = match (first_failure, not_run) {
        (Some(failure), _) => Ran::Failed(failure),
        (None, Some(why)) if runs == 0 => Ran::NotRun(why),
        (None, _) => Ran::Passed,
    };
    examination.note(Group::Random, format!("random scripts of seed {seed}"), runs, ran);
}

fn rng(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// Some are of few tasks with many steps, some of many tasks with few.
fn scripts(steps: &Steps, most_runs: u32) -> BoxedStrategy<TaskScripts> {
    let step = step(steps);
    let tasks = |tasks, steps| vec(vec(step.clone(), 0..steps), 1..tasks);
    let tasks = prop_oneof![8 => tasks(12, 12), 2 => tasks(80, 4), 1 => tasks(3, 60)];
    let runs = prop_oneof![15 => Just(1), 1 => Just(most_runs.min(2))];
    (tasks, any::<prop::sample::Index>(), runs)
        .prop_map(|(tasks, index, runs)| TaskScripts {
            runs,
            started: 1 + index.index(tasks.len()) as u32,
            tasks,
        })
        .boxed()
}

/// Short enough for events to fall into the same turn, and into others; whole milliseconds,
/// so that some fall on the same instant.
fn delay() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        0..5_000_u64,
        0..100_000_u64,
        0..3_000_000_u64,
        (0..6_u64).prop_map(|it| it * 1_000_000),
    ]
}

fn step(steps: &Steps) -> BoxedStrategy<ScriptedStep> {
    let simple = simple(steps);
    let repeated =
        (2..300_u32, vec(simple.clone(), 1..3)).prop_map(|(times, steps)| Repeat { times, steps });
    prop_oneof![40 => simple, 1 => repeated].boxed()
}

fn simple(steps: &Steps) -> BoxedStrategy<ScriptedStep> {
    let timeout =
        (prop::option::of(delay()), delay()).prop_map(|(event, limit)| Timeout { event, limit });
    let drawn = prop_oneof![
        3 => delay().prop_map(Wait),
        4 => delay().prop_map(Again),
        2 => delay().prop_map(Sleep),
        3 => timeout,
        2 => Just(Yield),
        2 => vec(delay(), 1..5).prop_map(Race),
        2 => vec(delay(), 1..5).prop_map(Join),
        2 => vec(delay(), 1..5).prop_map(Read),
        1 => Just(Spawn),
    ];
    let steps = steps.clone();
    // Every guest can wait.
    drawn
        .prop_map(move |step| match step.name() {
            Some(name) if !steps.support(name) => Wait(1_000),
            _ => step,
        })
        .boxed()
}
