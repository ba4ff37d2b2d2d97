//! What tasks do.

use std::collections::BTreeMap;

use super::{events, watch, workload};
use pollbench_simulation::script::Step;

#[test]
fn all_any_and_each_subscribe_to_every_pollable_of_a_round() {
    let counts = |mode, waves| {
        let parameters = [("mode", mode), ("width", 20), ("waves", waves)];
        let (measured, _) = watch(workload("fan-out", (100, 1), &parameters));
        measured.tally.window().expect("a window")
    };
    for (mode, waves, polls) in [(0, 1, 1), (0, 5, 5), (1, 5, 1)] {
        let it = counts(mode, waves);
        // After the last event there is nothing to subscribe to any more.
        assert_eq!(it.subscriptions, 20 * (it.events - 1));
        assert_eq!(it.poll_calls, polls * it.events);
    }
    // A round has twenty events of children and the parent's, and a poll for each
    // wave, for the parent, and while the children start, which takes a marker.
    let it = counts(2, 5);
    let each = |count: u64| count as f64 / it.events as f64 * 21.0;
    assert!((each(it.subscriptions) - 22.0).abs() < 1.0, "{it:?}");
    assert!((each(it.poll_calls) - 7.0).abs() < 0.5, "{it:?}");
    // It starts, waits and ends; the parent starts it.
    assert!((each(it.steps) - (3.0 * 20.0 + 1.0)).abs() < 1.0, "{it:?}");
}

#[test]
fn every_pollable_of_a_race_wins_in_turn() {
    let (_, calls) = watch(workload("fan-out", (4, 1), &[("mode", 1), ("width", 4)]));
    let winners: Vec<u32> = events(&calls).iter().map(|call| call.outcome).take(6).collect();
    assert_eq!(winners, [0, 1, 2, 3, 0, 1]);
}

#[test]
fn as_many_timers_are_cancelled_as_asked() {
    for cancelled in [0, 1, 50, 99] {
        for deadlines in 0..3 {
            let parameters = [("cancelled", cancelled), ("deadlines", deadlines)];
            let (_, calls) = watch(workload("timers", (100, 100), &parameters));
            let mut last = BTreeMap::new();
            let (mut timeouts, mut all) = (0, 0);
            for call in &calls {
                // Nobody's time is up whose pollable was to be ready first.
                let before = last.insert(call.task, &call.step);
                assert!(call.outcome == 0, "{before:?} {call:?}");
                all += u64::from(!call.winding_down);
                timeouts += u64::from(matches!(call.step, Step::Timeout(..)));
            }
            assert_eq!(timeouts, all * cancelled / 100, "{cancelled} % of {all}");
        }
    }
}

#[test]
fn timers_of_the_same_deadline_share_a_poll() {
    let polls = |deadlines| {
        let parameters = [("deadlines", deadlines), ("cancelled", 0), ("span", 1_000_000_000)];
        let (measured, _) = watch(workload("timers", (100, 100), &parameters));
        let window = measured.tally.window().expect("a window");
        window.events as f64 / window.poll_calls as f64
    };
    assert_eq!(polls(0), 100.0);
    for deadlines in [1, 2] {
        assert!(polls(deadlines) < 2.0, "{}", polls(deadlines));
    }
}

#[test]
fn a_stream_has_its_chunks_and_its_end_and_one_pollable() {
    let window = |chunks| {
        let (measured, calls) = watch(workload("streams", (30, 3), &[("chunks", chunks)]));
        let streams =
            calls.iter().filter(|call| matches!(call.step, Step::Read(..))).skip(30).count() as u64;
        (measured.tally.window().expect("a window"), streams)
    };
    for chunks in [1, 4] {
        let (it, streams) = window(chunks);
        assert!((it.events / (chunks + 1)).abs_diff(streams) <= 30, "{it:?} {streams}");
        assert!(it.subscriptions.abs_diff(streams) <= 30, "{it:?} {streams}");
    }
    // Without an end it is what `idle` is.
    let (it, streams) = window(0);
    assert_eq!((streams, it.subscriptions, it.drops), (0, 0, 0));
    let (idle, _) = watch(workload("idle", (30, 3), &[]));
    let idle = idle.tally.window().expect("a window");
    assert_eq!(
        (it.events, it.poll_calls, it.handles_passed),
        (idle.events, idle.poll_calls, idle.handles_passed)
    );
}

#[test]
fn a_task_is_replaced_when_it_ends() {
    let (measured, calls) = watch(workload("spawn", (30, 3), &[]));
    let window = measured.tally.window().expect("a window");
    // It starts, has its event and starts another, and ends.
    assert!(window.steps.abs_diff(3 * window.events) <= 6, "{window:?}");
    // Every other poll has a marker: while those run that have just been started.
    let markers = window.poll_calls / 2;
    assert!(window.subscriptions.abs_diff(window.events + markers) <= 3, "{window:?}");
    // Those that have just started have no pollable yet, and there is the one that
    // is always ready.
    assert!((30..=31).contains(&measured.tally.handles_peak), "{}", measured.tally.handles_peak);
    let mut seen = vec![0; calls.len()];
    events(&calls).iter().for_each(|call| seen[call.task as usize] += 1);
    assert!(seen.iter().all(|times| *times <= 1), "each task has one event");

    let (_, calls) = watch(workload("spawn", (30, 1), &[]));
    let order: Vec<u32> = events(&calls).iter().map(|call| call.task).take(60).collect();
    assert_eq!(order, (0..60).collect::<Vec<_>>(), "the oldest has its event first");
}
