//! A complete guest for pollbench: the simplest executor that does every step.

use std::collections::VecDeque;

use exports::pollbench::bench::executor::{Description, Failure, Guest};
use pollbench::bench::driver::{Step, next};
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::{Pollable, poll};

wit_bindgen::generate!({ path: "..", world: "guest", generate_all });

struct Minimal;
export!(Minimal);

/// A task that may run: what to tell it, and the pollable it keeps for `again`.
type Runnable = (u32, u32, Option<Pollable>);

/// A task that waits: for any of its pollables, or for all of them.
struct Waiting {
    task: u32,
    pollables: Vec<Pollable>,
    all: bool,
}

impl Guest for Minimal {
    fn describe() -> Description {
        Description {
            name: "minimal".into(),
            strategy: "one list".into(),
            summary: "the simplest executor that does every step".into(),
            knobs: vec![],
        }
    }

    fn run(tasks: u32, _knobs: Vec<u64>) -> Result<(), Failure> {
        let mut runnable: VecDeque<Runnable> = (0..tasks).map(|task| (task, 0, None)).collect();
        let mut waiting: Vec<Waiting> = Vec::new();
        while !(runnable.is_empty() && waiting.is_empty()) {
            for _ in 0..runnable.len() {
                let (task, outcome, kept) = runnable.pop_front().expect("counted");
                run_task(task, outcome, kept, &mut runnable, &mut waiting);
            }
            if !waiting.is_empty() {
                turn(&mut runnable, &mut waiting);
            }
        }
        Ok(())
    }
}

/// Runs a task until it has something to wait for.
fn run_task(
    task: u32,
    mut outcome: u32,
    mut kept: Option<Pollable>,
    runnable: &mut VecDeque<Runnable>,
    waiting: &mut Vec<Waiting>,
) {
    loop {
        let step = next(task, outcome);
        // Every step but `again` lets go of the pollable of the one before.
        let kept = kept.take();
        let (pollables, all) = match step {
            Step::Wait(pollable) => (vec![pollable], false),
            Step::Again => (vec![kept.expect("`again` follows `wait`")], false),
            Step::Sleep(nanoseconds) => (vec![subscribe_duration(nanoseconds)], false),
            Step::Timeout((pollable, nanoseconds)) => {
                (vec![pollable, subscribe_duration(nanoseconds)], false)
            }
            Step::Race(pollables) => (pollables, false),
            Step::Join(pollables) => (pollables, true),
            Step::Yield => return runnable.push_back((task, 0, None)),
            Step::Spawn(other) => {
                runnable.push_back((other, 0, None));
                outcome = 0;
                continue;
            }
            Step::Done => return,
        };
        return waiting.push(Waiting { task, pollables, all });
    }
}

/// Polls everything once, without blocking while a task is runnable, and makes
/// those tasks runnable whose wait is over.
fn turn(runnable: &mut VecDeque<Runnable>, waiting: &mut Vec<Waiting>) {
    // A new one for each poll: the host learns of events at the first look at such a one.
    let at_once = (!runnable.is_empty()).then(|| subscribe_duration(0));
    let list: Vec<&Pollable> =
        waiting.iter().flat_map(|wait| &wait.pollables).chain(&at_once).collect();
    let mut is_ready = vec![false; list.len()];
    for position in poll(&list) {
        is_ready[position as usize] = true;
    }
    let mut position = 0;
    waiting.retain_mut(|wait| {
        let mine = position..position + wait.pollables.len();
        position = mine.end;
        let is_ready = &is_ready[mine];
        if wait.all {
            let mut flags = is_ready.iter();
            wait.pollables.retain(|_| !flags.next().expect("one for each"));
            if wait.pollables.is_empty() {
                runnable.push_back((wait.task, 0, None));
            }
            return !wait.pollables.is_empty();
        }
        let first = is_ready.iter().position(|ready| *ready);
        if let Some(first) = first {
            let kept = wait.pollables.drain(..).next();
            runnable.push_back((wait.task, first as u32, kept));
        }
        first.is_none()
    });
}
