//! The turns of guests' loops, as they are timed.

use pollbench::engine::{Configuration, Guest, Host, Observation, RunLimits, Source};
use pollbench_guests::BUILT_IN;
use pollbench_reports::profile::WokenBy;
use pollbench_simulation::workload::{self, Shape};
use quanta::Clock;

/// What is recorded of the turns is what was counted in the window, which the two lanes and
/// two parts of the program do apart from one another.
#[test]
fn the_turns_have_the_polls_and_handles_of_the_window() {
    for guest in BUILT_IN {
        let host = if guest.name == "poll-set" { Host::Lean } else { Host::Stock };
        let configuration = Configuration::of(host).expect("an engine");
        let guest = Guest::load(&Source::BuiltIn(*guest), &configuration).expect("a guest");
        let knobs: Vec<u64> = guest.description.knobs.iter().map(|it| it.default).collect();
        for name in ["idle", "churn", "timers"] {
            let kind = workload::find(name).expect("a workload");
            let active = kind.activity.of(30, 3);
            let shape = Shape { pollables: 30, active, parameters: kind.defaults(), effort: 3_000 };
            let (limits, clock) = (RunLimits::default(), Clock::new());
            let run = |most| {
                let workload = (kind.build)(&shape);
                let observation = Observation::default();
                guest.run_with_turns(workload, &knobs, observation, most, limits, &clock)
            };
            // Some can't do all workloads.
            let Ok((window, recorded)) = run(usize::MAX) else { continue };
            let what = format!("{} in {name}", guest.description.name);
            let counted = window.counters.window;
            if guest.description.name == "p3" {
                assert!(recorded.turns.is_empty(), "{what}");
                continue;
            }
            let sum = |of: fn(&pollbench_reports::profile::Turn) -> u64| -> u64 {
                recorded.turns.iter().map(of).sum()
            };
            assert_eq!(recorded.turns.len() as u64, counted.poll_calls, "{what}");
            assert_eq!(sum(|it| it.handles.into()), counted.handles_passed, "{what}");
            assert_eq!(sum(|it| it.ready.into()), counted.ready_returned, "{what}");
            // Those before the first poll of the window belong to no turn in it.
            let steps = sum(|it| it.steps.len() as u64);
            assert!(steps > 0 && steps <= counted.steps, "{what}: {steps} of {}", counted.steps);
            let of = |woken_by| {
                let all = recorded.turns.iter().flat_map(|it| &it.steps);
                all.filter(|it| it.woken_by == woken_by).count() as u64
            };
            assert!(of(WokenBy::Pollable) <= counted.pollable_events, "{what}");
            assert!(of(WokenBy::Timer) <= counted.timer_events, "{what}");
            assert!(recorded.turns.is_sorted_by_key(|it| it.start), "{what}");
            let ends = recorded.turns.iter().map(|it| it.start + it.poll + it.guest);
            let next = recorded.turns.iter().skip(1).map(|it| it.start);
            assert!(ends.zip(next).all(|(end, next)| end <= next + 1), "{what}");

            let (_, few) = run(2).expect("it has run before");
            assert_eq!(few.turns.len() as u64 + few.left_out, counted.poll_calls, "{what}");
        }
    }
}
