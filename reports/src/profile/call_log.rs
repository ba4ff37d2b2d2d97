use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a guest did in some turns of its loop, call by call, in virtual time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallLog {
    /// How many turns of the run came before those that are kept.
    pub turns_before: u64,
    /// The calls, in the order in which the guest made them.
    pub calls: Vec<LoggedCall>,
    /// The task that a failure is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub culprit: Option<Culprit>,
}

/// A task that was not run as it should have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Culprit {
    /// The task's number.
    pub task: u32,
    /// What it waits for, in words.
    pub waits_for: String,
    /// When it was told to wait for that, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<When>,
    /// When one of its pollables was last in the list of a poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<When>,
    /// When the host has last reported one of its pollables as ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<When>,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct When {
    /// The turn, counted from 1: how many polls had begun. 0 before the first one.
    pub turn: u64,
    /// How many steps of tasks there had been.
    pub step: u64,
}

/// A call between guest and host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "call", rename_all = "kebab-case")]
pub enum LoggedCall {
    /// The guest polled a list.
    Poll {
        /// The turn that begins, counted from 1.
        turn: u64,
        /// Virtual time at its beginning, in nanoseconds.
        now: u64,
        /// How many handles the list had.
        handles: u64,
        /// The first of them.
        listed: Vec<PollableName>,
        /// Virtual time at its end; absent if it did not return.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<u64>,
        /// How many were ready.
        ready: u64,
        /// The first of these.
        reported: Vec<PollableName>,
    },
    /// The guest asked whether a pollable is ready.
    Ready {
        /// The pollable.
        pollable: PollableName,
        /// The answer.
        is_ready: bool,
    },
    /// The guest waited for one pollable.
    Block {
        /// The pollable.
        pollable: PollableName,
    },
    /// The guest ran a task, which was told what to do next.
    Step {
        /// The step, counted from 1.
        step: u64,
        /// The task.
        task: u32,
        /// What it had waited for.
        after: String,
        /// What it was told to wait for.
        next: String,
    },
    /// The guest made a pollable of the clock.
    Timer {
        /// The virtual time at which it is ready, in nanoseconds.
        until: u64,
    },
    /// The guest dropped pollables, one after the other.
    Drop {
        /// How many.
        pollables: u64,
    },
}

/// A pollable, by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PollableName {
    /// A task waits for it.
    Task {
        /// The task.
        task: u32,
        /// Which of its pollables it is, counted from 1, if it waits for several at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<u32>,
    },
    /// It is a clock's, and ready at this virtual time in nanoseconds.
    Timer {
        /// The time.
        until: u64,
    },
    /// The simulation does not know it.
    Other,
}

impl fmt::Display for PollableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task { task, place: None } => write!(f, "task {task}"),
            Self::Task { task, place: Some(place) } => write!(f, "task {task} ({place})"),
            Self::Timer { until } if *until > NEVER => f.write_str("a timer that is never over"),
            Self::Timer { until } => write!(f, "a timer at {}", time(*until)),
            Self::Other => f.write_str("another pollable"),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "turn {}, after step {}", self.turn, self.step)
    }
}

/// A timer beyond this time, some three centuries of nanoseconds, is meant to be never over.
const NEVER: u64 = u64::MAX / 2;

/// A virtual time, in words.
fn time(nanoseconds: u64) -> String {
    crate::format::duration(nanoseconds as f64)
}

impl CallLog {
    /// The calls in sentences, a line each. Those of a turn stand below its poll.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.turns_before > 0 {
            lines.push(format!("({} turns came before)", crate::format::count(self.turns_before)));
        }
        self.calls.iter().for_each(|call| call.tell(&mut lines));
        lines
    }
}

impl Culprit {
    /// Which task it is, which pollable and since which turn, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let Self { task, waits_for, since, listed, reported } = self;
        let mut sentences = vec![match since {
            Some(since) => {
                format!("Task {task} should have run. It has waited for {waits_for} since {since}.")
            }
            None => format!("Task {task} should have run. It waits for {waits_for}."),
        }];
        let after = |when: &When| since.is_none_or(|since| when.step >= since.step);
        match listed.filter(after) {
            Some(listed) => {
                sentences.push(format!("Its pollable was last in a poll's list in {listed}."))
            }
            None => sentences.push("Its pollable was in no poll's list since then.".into()),
        }
        match reported.filter(after) {
            Some(reported) => sentences.push(format!(
                "The host reported it as ready in {reported}, and the guest has not run the task since."
            )),
            None => sentences.push("The host has not reported it as ready, because the guest did not ask.".into()),
        }
        sentences
    }
}

impl LoggedCall {
    fn tell(&self, lines: &mut Vec<String>) {
        match self {
            Self::Poll { turn, now, handles, listed, returned, ready, reported } => {
                lines.push(format!(
                    "turn {turn}, at {}: poll of {}",
                    time(*now),
                    enumerated(*handles, listed)
                ));
                lines.push(match returned {
                    None => "  it does not return".into(),
                    Some(end) if *ready == 0 => format!("  at {}: none is ready", time(*end)),
                    Some(end) => {
                        format!("  at {}, ready: {}", time(*end), enumerated(*ready, reported))
                    }
                });
            }
            Self::Ready { pollable, is_ready } => {
                let answer = if *is_ready { "yes" } else { "no" };
                lines.push(format!("  is the pollable of {pollable} ready? {answer}"));
            }
            Self::Block { pollable } => lines.push(format!("  waits for the pollable of {pollable} alone")),
            Self::Step { step, task, after, next } => lines.push(format!(
                "  step {step}: task {task} runs, which had waited for {after}; it is to wait for {next}"
            )),
            Self::Timer { until } => lines.push(format!("  makes a timer for {}", time(*until))),
            Self::Drop { pollables: 1 } => lines.push("  drops a pollable".into()),
            Self::Drop { pollables } => lines.push(format!("  drops {pollables} pollables")),
        }
    }
}

/// `3 handles: task 1, task 2, task 3`; of many, the first ones.
pub(super) fn enumerated(count: u64, names: &[PollableName]) -> String {
    let plural = if count == 1 { "" } else { "s" };
    let more = count.saturating_sub(names.len() as u64);
    let mut text = format!("{} handle{plural}", crate::format::count(count));
    for (at, run) in runs(names).into_iter().enumerate() {
        text += if at == 0 { ": " } else { ", " };
        text += &run;
    }
    if more > 0 {
        text += &format!(" and {} more", crate::format::count(more));
    }
    text
}

/// The names, where tasks with numbers that follow one another are `tasks 3 to 8`.
fn runs(names: &[PollableName]) -> Vec<String> {
    let follows = |one: &PollableName, next: &PollableName| {
        matches!((one, next), (
            PollableName::Task { task, place: None },
            PollableName::Task { task: other, place: None },
        ) if task.checked_add(1) == Some(*other))
    };
    names
        .chunk_by(follows)
        .flat_map(|run| match run {
            [PollableName::Task { task: first, .. }, .., PollableName::Task { task: last, .. }]
                if run.len() > 2 =>
            {
                vec![format!("tasks {first} to {last}")]
            }
            run => run.iter().map(PollableName::to_string).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(task: u32) -> PollableName {
        PollableName::Task { task, place: None }
    }

    #[test]
    fn a_turn_is_told_in_lines() {
        let poll = LoggedCall::Poll {
            turn: 3,
            now: 1_500,
            handles: 9,
            listed: vec![task(0), task(1), task(2), PollableName::Timer { until: 1_000_000 }],
            returned: Some(2_000),
            ready: 1,
            reported: vec![task(1)],
        };
        let step = LoggedCall::Step {
            step: 7,
            task: 1,
            after: "a pollable".into(),
            next: "a sleep".into(),
        };
        let log = CallLog { turns_before: 2, calls: vec![poll, step], culprit: None };
        assert_eq!(
            log.lines(),
            [
                "(2 turns came before)",
                "turn 3, at 1.50 µs: poll of 9 handles: tasks 0 to 2, a timer at 1.00 ms and 5 more",
                "  at 2.00 µs, ready: 1 handle: task 1",
                "  step 7: task 1 runs, which had waited for a pollable; it is to wait for a sleep",
            ]
        );
    }

    #[test]
    fn what_was_reported_before_the_task_waited_is_no_report() {
        let when = |step| Some(When { turn: 1, step });
        let culprit = Culprit {
            task: 4,
            waits_for: "a pollable".into(),
            since: when(10),
            listed: when(12),
            reported: when(9),
        };
        let told = culprit.sentences().join(" ");
        assert!(told.contains("last in a poll's list in turn 1, after step 12"), "{told}");
        assert!(told.contains("has not reported it"), "{told}");
        let reported = Culprit { reported: when(13), ..culprit };
        assert!(reported.sentences()[2].contains("in turn 1, after step 13"));
    }
}
