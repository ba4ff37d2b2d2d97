use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a guest broke the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The check which caught it.
    pub kind: FailureKind,
    /// What was seen.
    pub message: String,
    /// The first lines and the last ones of what the guest had printed on standard error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<String>,
    /// The functions of the guest that were running, the innermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backtrace: Vec<String>,
    /// The name of a file beside the record, which has all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<str>>,
    /// What that file has. It is not in the record itself.
    #[serde(skip)]
    pub whole: Option<Box<str>>,
}

/// How many functions are named in one line.
const FUNCTIONS: usize = 8;
/// How many lines that the guest printed are shown in one line, from each end.
const LINES: usize = 2;

impl Failure {
    /// A failure of which no more is known than what was seen.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let (printed, backtrace) = (Vec::new(), Vec::new());
        Self { kind, message: message.into(), printed, backtrace, file: None, whole: None }
    }

    /// What is known beside the message, a line each.
    pub fn details(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.printed.is_empty() {
            lines.push("it printed:".into());
            lines.extend(self.printed.iter().map(|line| format!("  {line}")));
        }
        lines.extend(self.functions().map(|functions| format!("it was in {functions}")));
        lines.extend(self.file.as_ref().map(|file| format!("all of it is in {file}")));
        lines
    }

    /// The message and the most important of what else is known.
    pub fn in_one_line(&self) -> String {
        let mut line = self.message.clone();
        let (first, last) = match self.printed.len() {
            few if few <= 2 * LINES => (&self.printed[..], &[][..]),
            many => (&self.printed[..LINES], &self.printed[many - LINES..]),
        };
        if !first.is_empty() {
            line += &format!("; it printed: {}", first.join(" / "));
        }
        if !last.is_empty() {
            line += &format!(" … {}", last.join(" / "));
        }
        line
    }

    fn functions(&self) -> Option<String> {
        let shown = &self.backtrace[..self.backtrace.len().min(FUNCTIONS)];
        let more = match self.backtrace.len() - shown.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (!shown.is_empty()).then(|| format!("{}{more}", shown.join(", called by ")))
    }
}

/// The checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureKind {
    /// A task ran before what it waits on had happened.
    Early,
    /// A task ran twice for one report of the host, or after it was done.
    Double,
    /// A task ran for an event which had happened, but which the host had not reported.
    Unreported,
    /// A task was told an outcome that had not happened.
    WrongOutcome,
    /// An event happened and its task was never run.
    Lost,
    /// A task could run and others ran in its place for too long.
    Starved,
    /// A timer was over and the guest blocked, or went on for too long, without it.
    Late,
    /// A task that yielded ran before others which could run when it did.
    OutOfOrderYield,
    /// The guest blocked and nothing could ever wake it.
    Deadlock,
    /// The guest polled again and again and no task ran.
    Livelock,
    /// The guest blocked although its last task was done.
    Lingering,
    /// `run` returned while tasks were not done.
    Unfinished,
    /// Pollables were still alive when `run` returned.
    Leaked,
    /// Far more pollables were alive than the steps under way needed.
    Hoarded,
    /// `next` was called for a task that was never started.
    UnknownTask,
    /// `run` returned an error of its own.
    GuestError,
    /// The engine ended the guest.
    Trap,
    /// It called `exit`.
    Exit,
    /// It polled an empty list.
    EmptyPoll,
    /// A run of it took too long.
    TimeLimit,
    /// It wanted too much memory.
    MemoryLimit,
    /// It wanted too many handles.
    HandleLimit,
    /// It printed too much.
    OutputLimit,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Early => "early",
            Self::Double => "double",
            Self::Unreported => "unreported",
            Self::WrongOutcome => "wrong-outcome",
            Self::Lost => "lost",
            Self::Starved => "starved",
            Self::Late => "late",
            Self::OutOfOrderYield => "out-of-order-yield",
            Self::Deadlock => "deadlock",
            Self::Livelock => "livelock",
            Self::Lingering => "lingering",
            Self::Unfinished => "unfinished",
            Self::Leaked => "leaked",
            Self::Hoarded => "hoarded",
            Self::UnknownTask => "unknown-task",
            Self::GuestError => "guest-error",
            Self::Trap => "trap",
            Self::Exit => "exit",
            Self::EmptyPoll => "empty-poll",
            Self::TimeLimit => "time-limit",
            Self::MemoryLimit => "memory-limit",
            Self::HandleLimit => "handle-limit",
            Self::OutputLimit => "output-limit",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guest_printed_and_where_it_was_follows_the_message() {
        let lines = |count: usize| (1..=count).map(|it| format!("line {it}")).collect();
        let failure = Failure {
            printed: lines(5),
            backtrace: vec!["inner".into(), "outer".into()],
            file: Some("record.failure-3.txt".into()),
            ..Failure::new(FailureKind::Trap, "at step 7: unreachable")
        };
        let line = "at step 7: unreachable; it printed: line 1 / line 2 … line 4 / line 5";
        assert_eq!(failure.in_one_line(), line);
        let details = failure.details();
        assert_eq!(details[..2], ["it printed:", "  line 1"]);
        assert_eq!(
            details[6..],
            ["it was in inner, called by outer", "all of it is in record.failure-3.txt"]
        );
        let many = Failure { printed: lines(2), backtrace: lines(11), ..failure };
        assert_eq!(many.in_one_line(), "at step 7: unreachable; it printed: line 1 / line 2");
        assert!(many.details()[3].ends_with("line 8, and 3 more"), "{:?}", many.details());
    }

    /// Records have no such fields from before they were there.
    #[test]
    fn a_failure_of_an_earlier_record_is_read_and_stays_as_short() {
        let text = r#"{"kind":"trap","message":"unreachable"}"#;
        let failure: Failure = serde_json::from_str(text).unwrap();
        assert_eq!(failure, Failure::new(FailureKind::Trap, "unreachable"));
        let whole = Failure { whole: Some("much".into()), ..failure };
        assert_eq!(serde_json::to_string(&whole).unwrap(), text);
    }
}
