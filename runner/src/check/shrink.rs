//! Makes a script that fails as short as can be.
//!
//! proptest shrinks what it has drawn too, but goes through a list of lists once and never
//! comes back to leaving out tasks when steps have become simpler. Here every change is tried
//! again after each one that was kept, until none is left: the result can't be made shorter
//! by leaving out any one thing (it is 1-minimal, as in Zeller and Hildebrandt, "Simplifying
//! and isolating failure-inducing input", IEEE TSE 28(2), 2002).

use pollbench_simulation::scripted::ScriptedStep::{
    self, Again, Join, Race, Read, Repeat, Sleep, Timeout, Wait,
};
use pollbench_simulation::scripted::TaskScripts;

/// The shortest script that was found to fail as `fails` says, as long as `goes_on` does.
pub fn shrink(
    scripts: &TaskScripts,
    fails: &dyn Fn(&TaskScripts) -> bool,
    goes_on: &dyn Fn() -> bool,
) -> TaskScripts {
    let mut shortest = scripts.clone();
    // Changes that did not help are tried again only when all others have been, as most of
    // them still would not help.
    let mut tried = 0;
    loop {
        let mut changes = simpler(&shortest).enumerate().skip(tried);
        match changes.by_ref().take_while(|_| goes_on()).find(|(_, it)| fails(it)) {
            Some((place, shorter)) => {
                drop(changes);
                (tried, shortest) = (place, shorter);
            }
            None if tried == 0 || !goes_on() => return shortest.clone(),
            None => tried = 0,
        }
    }
}

/// Scripts that are simpler in one thing each, those with the most left out first.
fn simpler(scripts: &TaskScripts) -> impl Iterator<Item = TaskScripts> {
    let fewer_runs = (scripts.runs > 1).then(|| TaskScripts { runs: 1, ..scripts.clone() });
    let fewer_tasks = without_some(&scripts.tasks).map(|(tasks, before)| TaskScripts {
        // Those that are left out start with the first that ran from the start.
        started: kept_of_first(scripts.started, before, scripts.tasks.len() - tasks.len()),
        tasks,
        ..*scripts
    });
    let all = scripts.tasks.len() as u32;
    let all_started =
        (scripts.started < all).then(|| TaskScripts { started: all, ..scripts.clone() });
    let simpler_tasks = scripts.tasks.iter().enumerate().flat_map(move |(task, steps)| {
        simpler_steps(steps).map(move |steps| {
            let mut tasks = scripts.tasks.clone();
            tasks[task] = steps;
            TaskScripts { tasks, ..*scripts }
        })
    });
    fewer_runs.into_iter().chain(fewer_tasks).chain(all_started).chain(simpler_tasks)
}

/// How many of the first `started` tasks are left, when `removed` are taken out from the
/// position `before` on. At least one task has to be.
fn kept_of_first(started: u32, before: usize, removed: usize) -> u32 {
    let started = started as usize;
    let gone = started.saturating_sub(before).min(removed);
    (started - gone).max(1) as u32
}

/// A list without some that are side by side: first without half of all, then without ever
/// fewer. With each goes the position from which on they are left out. The list without any
/// is not among them.
fn without_some<T: Clone>(list: &[T]) -> impl Iterator<Item = (Vec<T>, usize)> {
    let sizes = std::iter::successors(Some(list.len() / 2), |size| Some(size / 2));
    let sizes = sizes.take_while(|size| *size > 0);
    sizes.flat_map(move |size| {
        (0..list.len()).step_by(size).map(move |from| {
            let until = (from + size).min(list.len());
            ([&list[..from], &list[until..]].concat(), from)
        })
    })
}

/// Steps that are simpler in one thing each; none at all first.
fn simpler_steps(steps: &[ScriptedStep]) -> impl Iterator<Item = Vec<ScriptedStep>> {
    let none = (!steps.is_empty()).then(Vec::new);
    let fewer = without_some(steps).map(|(steps, _)| steps);
    let each = steps.iter().enumerate().flat_map(move |(at, step)| {
        simpler_step(step)
            .into_iter()
            .map(move |simpler| [&steps[..at], &simpler, &steps[at + 1..]].concat())
    });
    none.into_iter().chain(fewer).chain(each)
}

/// What may stand in place of a step: the steps of a repetition once, a wait in place of what
/// waits for several things, shorter times.
fn simpler_step(step: &ScriptedStep) -> Vec<Vec<ScriptedStep>> {
    let one = |step| vec![step];
    match step {
        Wait(delay) => smaller(*delay).map(Wait).map(one).collect(),
        Again(delay) => smaller(*delay).map(Again).map(one).collect(),
        Sleep(time) => smaller(*time).map(Sleep).map(one).collect(),
        Timeout { event, limit } => simpler_timeout(*event, *limit).into_iter().map(one).collect(),
        Race(delays) => simpler_list(delays, Race).into_iter().map(one).collect(),
        Join(delays) => simpler_list(delays, Join).into_iter().map(one).collect(),
        Read(delays) => simpler_list(delays, Read).into_iter().map(one).collect(),
        Repeat { times, steps } => simpler_repetition(*times, steps),
        ScriptedStep::Yield | ScriptedStep::Spawn => Vec::new(),
    }
}

fn simpler_timeout(event: Option<u64>, limit: u64) -> Vec<ScriptedStep> {
    let mut simpler = vec![event.map_or(Sleep(limit), Wait)];
    simpler.extend(smaller(limit).map(|limit| Timeout { event, limit }));
    let earlier = event.into_iter().flat_map(smaller);
    simpler.extend(earlier.map(|event| Timeout { event: Some(event), limit }));
    simpler
}

fn simpler_list(delays: &[u64], list: fn(Vec<u64>) -> ScriptedStep) -> Vec<ScriptedStep> {
    let mut simpler: Vec<ScriptedStep> = delays.first().copied().map(Wait).into_iter().collect();
    simpler.extend(without_some(delays).map(|(fewer, _)| list(fewer)));
    for (at, delay) in delays.iter().enumerate() {
        simpler.extend(smaller(*delay).map(|earlier| {
            let mut delays = delays.to_vec();
            delays[at] = earlier;
            list(delays)
        }));
    }
    simpler
}

fn simpler_repetition(times: u32, steps: &[ScriptedStep]) -> Vec<Vec<ScriptedStep>> {
    let mut simpler = vec![steps.to_vec()];
    // Once is what the steps are without a repetition.
    let fewer = smaller(times.into()).filter(|times| *times > 1);
    simpler.extend(fewer.map(|it| vec![Repeat { times: it as u32, steps: steps.to_vec() }]));
    let inner = simpler_steps(steps).filter(|steps| !steps.is_empty());
    simpler.extend(inner.map(|steps| vec![Repeat { times, steps }]));
    simpler
}

/// Smaller numbers: 0, and then ever closer ones, so that the smallest is found by halves.
fn smaller(number: u64) -> impl Iterator<Item = u64> {
    let steps = std::iter::successors(Some(number), |step| Some(step / 2));
    steps.take_while(|step| *step > 0).map(move |step| number - step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ScriptedStep::{Spawn, Yield};
    use super::*;

    /// By this every change makes a script smaller, so that shrinking ends.
    fn size(scripts: &TaskScripts) -> impl Ord {
        let written = scripts.tasks.iter().map(|steps| written(steps)).sum::<u64>();
        let not_started = scripts.tasks.len() as u64 - u64::from(scripts.started);
        (scripts.runs, scripts.tasks.len(), scripts.steps(), written, not_started, times(scripts))
    }

    /// The parts of which steps are made.
    fn written(steps: &[ScriptedStep]) -> u64 {
        let one = |step: &ScriptedStep| match step {
            Repeat { steps, .. } => 1 + written(steps),
            Race(delays) | Join(delays) | Read(delays) => 3 + delays.len() as u64,
            Timeout { .. } => 2,
            _ => 1,
        };
        steps.iter().map(one).sum()
    }

    fn times(scripts: &TaskScripts) -> u128 {
        fn sum(steps: &[ScriptedStep]) -> u128 {
            let one = |step: &ScriptedStep| match step {
                Wait(time) | Again(time) | Sleep(time) => u128::from(*time),
                Timeout { event, limit } => u128::from(event.unwrap_or(0)) + u128::from(*limit),
                Race(delays) | Join(delays) | Read(delays) => {
                    delays.iter().map(|it| u128::from(*it)).sum()
                }
                Repeat { steps, .. } => sum(steps),
                Yield | Spawn => 0,
            };
            steps.iter().map(one).sum()
        }
        scripts.tasks.iter().map(|steps| sum(steps)).sum()
    }

    fn scripts() -> impl Strategy<Value = TaskScripts> {
        let time = || 0..5_000_000_u64;
        let simple = prop_oneof![
            time().prop_map(Wait),
            time().prop_map(Again),
            time().prop_map(Sleep),
            (prop::option::of(time()), time()).prop_map(|(event, limit)| Timeout { event, limit }),
            Just(Yield),
            Just(Spawn),
            prop::collection::vec(time(), 1..5).prop_map(Race),
            prop::collection::vec(time(), 1..5).prop_map(Join),
            prop::collection::vec(time(), 1..5).prop_map(Read),
        ];
        let step = simple.prop_recursive(2, 8, 3, |inner| {
            (1..50_u32, prop::collection::vec(inner, 1..3))
                .prop_map(|(times, steps)| Repeat { times, steps })
        });
        let tasks = prop::collection::vec(prop::collection::vec(step, 0..6), 1..6);
        (tasks, any::<prop::sample::Index>(), 1..3_u32).prop_map(|(tasks, index, runs)| {
            let started = 1 + index.index(tasks.len()) as u32;
            TaskScripts { runs, started, tasks }
        })
    }

    /// All steps of some kind, wherever they stand.
    fn has(steps: &[ScriptedStep], is: &dyn Fn(&ScriptedStep) -> bool) -> bool {
        steps.iter().any(|step| match step {
            Repeat { steps, .. } => has(steps, is),
            step => is(step),
        })
    }

    proptest! {
        #[test]
        fn each_change_is_smaller_and_can_be_run(scripts in scripts()) {
            for simpler in simpler(&scripts) {
                prop_assert_eq!(simpler.check(), Ok(()));
                prop_assert!(size(&simpler) < size(&scripts), "{:?}", simpler);
            }
        }

        /// A fault that two steps of different tasks make together, in a time of its own.
        #[test]
        fn two_steps_of_two_tasks_are_found(mut scripts in scripts(), at in 0..5_usize) {
            let steps = &mut scripts.tasks[0];
            steps.insert(at.min(steps.len()), Sleep(4_000_000));
            scripts.tasks.push(vec![Wait(5), Repeat { times: 7, steps: vec![Yield] }]);
            let is_long = |step: &ScriptedStep| matches!(step, Sleep(time) if *time >= 1_234_567);
            let is_yield = |step: &ScriptedStep| matches!(step, Yield);
            let fails = |scripts: &TaskScripts| {
                let of = |is: &dyn Fn(&ScriptedStep) -> bool| {
                    scripts.tasks.iter().position(|steps| has(steps, is))
                };
                matches!((of(&is_long), of(&is_yield)), (Some(one), Some(other)) if one != other)
            };
            prop_assume!(fails(&scripts));
            let shrunk = shrink(&scripts, &fails, &|| true);
            let mut tasks = shrunk.tasks.clone();
            tasks.sort_by_key(|steps| has(steps, &is_yield));
            prop_assert_eq!(tasks, [vec![Sleep(1_234_567)], vec![Yield]]);
            prop_assert_eq!((shrunk.runs, shrunk.started), (1, 2));
        }
    }

    #[test]
    fn a_number_of_repetitions_is_found_by_halves() {
        let scripts = TaskScripts::all_started(vec![vec![
            Yield,
            Repeat { times: 100_000, steps: vec![Sleep(0), Yield] },
        ]]);
        let tries = std::cell::Cell::new(0);
        let fails = |scripts: &TaskScripts| {
            tries.set(tries.get() + 1);
            scripts.steps() > 4_096
        };
        let shrunk = shrink(&scripts, &fails, &|| true);
        // A single step more than that would do, but not with both in one repetition.
        assert_eq!((shrunk.written(), shrunk.steps()), (2, 4_098));
        assert!(tries.get() < 1_000, "{} tries", tries.get());
    }

    #[test]
    fn what_is_to_stop_does() {
        let scripts = TaskScripts::all_started(vec![vec![Wait(1_000); 10]]);
        assert_eq!(shrink(&scripts, &|_| true, &|| false), scripts);
    }
}
