//! A turn of an event loop, taken apart.

use super::{CallLog, LoggedCall, PollableName};
use crate::format;

/// Explains one turn of a loop in which `tasks` tasks wait: a line for each thing that
/// happens, under a heading for each part of the turn. It is the first turn after `after` in
/// which a task runs. Empty if there is no such turn.
///
/// The log has to have the names of all pollables that were polled, so the tasks have to be
/// few.
pub fn anatomy(log: &CallLog, tasks: u32, after: u64) -> Vec<String> {
    let Some(turn) = log.turns().find(|turn| is_telling(turn, after)) else { return Vec::new() };
    let [
        LoggedCall::Poll { turn: number, now, handles, listed, returned, ready, reported },
        calls @ ..,
    ] = turn
    else {
        return Vec::new();
    };
    let mut lines = vec![format!("Turn {number}, at {} of virtual time:", time(*now))];
    lines.push("1. The guest passes a list to `poll`.".into());
    lines.push(format!("   {}", names(*handles, listed)));
    lines.push(format!("   {}", of_list(listed, tasks)));
    lines.push("2. The host looks at each handle of the list.".into());
    if let Some(end) = returned {
        let waited = end.saturating_sub(*now);
        lines.push(match waited {
            0 => "   Something is ready, so it returns at once.".into(),
            _ => format!(
                "   Nothing is ready yet, so the guest is blocked for {}. Then the host looks again.",
                time(waited)
            ),
        });
        lines.push(format!("   Ready: {}.", names(*ready, reported)));
    }
    lines.push("3. The guest wakes the tasks of what is ready, and runs them.".into());
    lines.extend(calls.iter().map(tell));
    let steps = calls.iter().filter(|it| matches!(it, LoggedCall::Step { .. })).count() as u64;
    lines.push("4. Then it begins the next turn.".into());
    lines.push(format!(
        "   It has run {} for one poll of {}.",
        counted(steps, "step"),
        counted(*handles, "handle")
    ));
    lines
}

impl CallLog {
    /// The turns, each from its poll to the next one. What came before the first poll is
    /// left out.
    fn turns(&self) -> impl Iterator<Item = &[LoggedCall]> {
        let is_poll = |call: &LoggedCall| matches!(call, LoggedCall::Poll { .. });
        let turns = self.calls.chunk_by(move |_, next| !is_poll(next));
        turns.filter(move |turn| turn.first().is_some_and(is_poll))
    }
}

fn is_telling(turn: &[LoggedCall], after: u64) -> bool {
    let is_later = matches!(turn, [LoggedCall::Poll { turn, .. }, ..] if *turn > after);
    is_later && turn.iter().any(|call| matches!(call, LoggedCall::Step { .. }))
}

/// How much of what is waited for the list has.
fn of_list(listed: &[PollableName], tasks: u32) -> String {
    let mut of_tasks: Vec<u32> = listed.iter().filter_map(task_of).collect();
    of_tasks.sort_unstable();
    of_tasks.dedup();
    let there = of_tasks.len() as u64;
    let whole = match there < u64::from(tasks) {
        false => format!("That is everything the {tasks} tasks wait for"),
        true => format!("That is what {there} of the {tasks} tasks wait for"),
    };
    let timers = listed.iter().filter(|it| matches!(it, PollableName::Timer { .. })).count() as u64;
    match timers {
        0 => format!("{whole}."),
        _ => format!("{whole}, and {}.", counted(timers, "timer")),
    }
}

fn task_of(name: &PollableName) -> Option<u32> {
    match name {
        PollableName::Task { task, .. } => Some(*task),
        PollableName::Timer { .. } | PollableName::Other => None,
    }
}

fn tell(call: &LoggedCall) -> String {
    match call {
        LoggedCall::Step { task, after, next, .. } => {
            format!("   Task {task} had waited for {after}. It runs, and is to wait for {next}.")
        }
        LoggedCall::Drop { pollables } => {
            format!("   The guest drops {}.", counted(*pollables, "pollable"))
        }
        LoggedCall::Timer { .. } => "   The guest makes a timer.".into(),
        LoggedCall::Ready { pollable, is_ready } => {
            let answer = if *is_ready { "It is" } else { "It is not" };
            format!("   The guest asks whether the pollable of {pollable} is ready. {answer}.")
        }
        LoggedCall::Block { pollable } => {
            format!("   The guest waits for the pollable of {pollable} alone.")
        }
        LoggedCall::Poll { .. } => String::new(),
    }
}

fn names(count: u64, names: &[PollableName]) -> String {
    super::call_log::enumerated(count, names)
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", format::count(count))
}

fn time(nanoseconds: u64) -> String {
    format::duration(nanoseconds as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(turn: u64, tasks: &[u32], ready: &[u32]) -> LoggedCall {
        let names = |tasks: &[u32]| -> Vec<PollableName> {
            tasks.iter().map(|&task| PollableName::Task { task, place: None }).collect()
        };
        LoggedCall::Poll {
            turn,
            now: 1_000 * turn,
            handles: tasks.len() as u64,
            listed: names(tasks),
            returned: Some(1_000 * turn + 500),
            ready: ready.len() as u64,
            reported: names(ready),
        }
    }

    fn step(task: u32) -> LoggedCall {
        LoggedCall::Step { step: 1, task, after: "a pollable".into(), next: "a sleep".into() }
    }

    #[test]
    fn the_first_later_turn_with_a_task_is_explained() {
        let calls = vec![
            step(9),
            poll(1, &[0, 1], &[0]),
            step(0),
            poll(2, &[0, 1], &[]),
            poll(3, &[0, 1], &[1]),
            LoggedCall::Drop { pollables: 2 },
            step(1),
        ];
        let log = CallLog { turns_before: 0, calls, culprit: None };
        let lines = anatomy(&log, 3, 1);
        assert_eq!(lines[0], "Turn 3, at 3.00 µs of virtual time:");
        assert_eq!(lines[2], "   2 handles: task 0, task 1");
        assert_eq!(lines[3], "   That is what 2 of the 3 tasks wait for.");
        assert!(lines[5].contains("blocked for 500 ns"), "{lines:#?}");
        assert_eq!(lines[6], "   Ready: 1 handle: task 1.");
        assert_eq!(lines[8], "   The guest drops 2 pollables.");
        assert!(lines[9].starts_with("   Task 1 had waited for a pollable."));
        assert_eq!(lines.last().unwrap(), "   It has run 1 step for one poll of 2 handles.");
        assert_eq!(anatomy(&log, 2, 1)[3], "   That is everything the 2 tasks wait for.");
        assert_eq!(anatomy(&log, 2, 3), Vec::<String>::new());
    }
}
