//! What a task waits for, and whether it may run.

use std::fmt;

use pollbench_reports::record::FailureKind;

use crate::agenda::{Agenda, SourceId};
use crate::script::Step;

/// A guest broke the contract: how, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Violation {
    /// The check which caught it.
    pub kind: FailureKind,
    /// What was seen.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// What has to happen before a task may run again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Waiting {
    /// It was never started.
    #[default]
    Unknown,
    /// Its first run, as one of those that `run` starts.
    Start,
    /// Its first run, after another task has spawned it.
    Spawned,
    /// Nothing: it goes on at once.
    Nothing,
    Yield,
    Source(SourceId),
    /// The time it may run at the earliest.
    Sleep(u64),
    Timeout(SourceId, u64),
    Race(Vec<SourceId>),
    Join(Vec<SourceId>),
    Done,
}

/// What `next` was called for, when it was right to call it.
pub(super) enum Resumed<'a> {
    Start,
    AtOnce,
    /// Something happened, and took these sources' events with it.
    Event(&'a [SourceId]),
}

/// How far what a task waits for is from having happened.
pub(super) enum Pending {
    Happened,
    NotYet(String),
}

impl Waiting {
    pub(super) fn for_step(step: &Step, kept: Self, now: u64) -> Self {
        match step {
            Step::Wait(source) => Self::Source(*source),
            Step::Again => {
                assert!(matches!(kept, Self::Source(_)), "a workload says `again` after `wait`");
                kept
            }
            Step::Sleep(nanoseconds) => Self::Sleep(now.saturating_add(*nanoseconds)),
            Step::Timeout(source, nanoseconds) => {
                Self::Timeout(*source, now.saturating_add(*nanoseconds))
            }
            Step::Yield => Self::Yield,
            Step::Race(sources) => Self::Race(sources.clone()),
            Step::Join(sources) => Self::Join(sources.clone()),
            Step::Spawn(_) => Self::Nothing,
            Step::Done => Self::Done,
        }
    }

    /// The sources that end when the task is given another pollable.
    pub(super) fn sources(&self) -> &[SourceId] {
        match self {
            Self::Source(source) | Self::Timeout(source, _) => std::slice::from_ref(source),
            Self::Race(sources) | Self::Join(sources) => sources,
            _ => &[],
        }
    }

    /// Whether the task may be told that `outcome` has happened.
    pub(super) fn resume(
        &self,
        outcome: u32,
        agenda: &Agenda,
    ) -> Result<Resumed<'_>, (FailureKind, String)> {
        match self {
            Self::Unknown => Err((FailureKind::UnknownTask, "it was never started".into())),
            Self::Done => Err((FailureKind::Double, "it is done".into())),
            Self::Start | Self::Spawned => self.expect(outcome, 0).map(|()| Resumed::Start),
            Self::Nothing => self.expect(outcome, 0).map(|()| Resumed::AtOnce),
            Self::Yield => self.expect(outcome, 0).map(|()| Resumed::Event(&[])),
            Self::Sleep(_) | Self::Source(_) | Self::Join(_) => {
                self.expect(outcome, 0)?;
                self.expect_happened(agenda)?;
                Ok(Resumed::Event(self.sources()))
            }
            Self::Timeout(source, until) => match outcome {
                0 => self.claim(&Self::Source(*source), agenda, self.sources()),
                1 => self.claim(&Self::Sleep(*until), agenda, &[]),
                other => Err(wrong(other, "0 or 1")),
            },
            Self::Race(sources) => match sources.get(outcome as usize) {
                Some(winner) => {
                    self.claim(&Self::Source(*winner), agenda, std::slice::from_ref(winner))
                }
                None => Err(wrong(outcome, format!("less than {}", sources.len()))),
            },
        }
    }

    /// The guest says that `one` of several things has happened.
    fn claim<'a>(
        &self,
        one: &Self,
        agenda: &Agenda,
        consumed: &'a [SourceId],
    ) -> Result<Resumed<'a>, (FailureKind, String)> {
        match one.pending(agenda) {
            Pending::Happened => Ok(Resumed::Event(consumed)),
            Pending::NotYet(why) if self.has_happened(agenda) => {
                Err((FailureKind::WrongOutcome, format!("{why}; something else has happened")))
            }
            Pending::NotYet(why) => Err((FailureKind::Early, why)),
        }
    }

    /// Whether the task waits for nothing but the executor.
    pub(super) fn is_at_once(&self) -> bool {
        matches!(self, Self::Start | Self::Spawned | Self::Nothing | Self::Yield)
    }

    /// Whether an executor that blocks has forgotten the task. Its sleep may end
    /// later than the host thinks: the executor starts the timer, by its own clock.
    pub(super) fn is_forgotten(&self, agenda: &Agenda) -> bool {
        match self {
            Self::Sleep(_) => false,
            Self::Timeout(source, _) => agenda.is_ready(*source),
            _ => self.has_happened(agenda),
        }
    }

    /// Whether the task could run now.
    pub(super) fn has_happened(&self, agenda: &Agenda) -> bool {
        matches!(self.pending(agenda), Pending::Happened)
    }

    pub(super) fn pending(&self, agenda: &Agenda) -> Pending {
        let now = agenda.now();
        match self {
            Self::Start | Self::Spawned | Self::Nothing | Self::Yield => Pending::Happened,
            Self::Unknown | Self::Done => Pending::NotYet("it has nothing to wait for".into()),
            Self::Source(source) if agenda.is_ready(*source) => Pending::Happened,
            Self::Source(source) => Pending::NotYet(match agenda.due_in(*source) {
                Some(left) => format!("its pollable is ready only in {left} ns"),
                None => "its pollable is not ready".into(),
            }),
            Self::Sleep(until) if *until <= now => Pending::Happened,
            Self::Sleep(until) => {
                Pending::NotYet(format!("{} ns of its sleep are left", until - now))
            }
            Self::Timeout(source, until) => {
                Self::any(agenda, &[Self::Source(*source), Self::Sleep(*until)])
            }
            Self::Race(sources) if sources.iter().any(|s| agenda.is_ready(*s)) => Pending::Happened,
            Self::Race(sources) => Pending::NotYet(format!(
                "none of the {} pollables of its race is ready",
                sources.len()
            )),
            Self::Join(sources) => {
                match sources.iter().filter(|source| !agenda.is_ready(**source)).count() {
                    0 => Pending::Happened,
                    missing => Pending::NotYet(format!(
                        "{missing} of the {} pollables it joins are not ready",
                        sources.len()
                    )),
                }
            }
        }
    }

    fn any(agenda: &Agenda, alternatives: &[Self]) -> Pending {
        let mut reasons = Vec::new();
        for alternative in alternatives {
            match alternative.pending(agenda) {
                Pending::Happened => return Pending::Happened,
                Pending::NotYet(why) => reasons.push(why),
            }
        }
        Pending::NotYet(reasons.join(" and "))
    }

    fn expect(&self, outcome: u32, expected: u32) -> Result<(), (FailureKind, String)> {
        if outcome == expected { Ok(()) } else { Err(wrong(outcome, expected)) }
    }

    fn expect_happened(&self, agenda: &Agenda) -> Result<(), (FailureKind, String)> {
        match self.pending(agenda) {
            Pending::Happened => Ok(()),
            Pending::NotYet(why) => Err((FailureKind::Early, why)),
        }
    }
}

fn wrong(outcome: u32, expected: impl fmt::Display) -> (FailureKind, String) {
    (FailureKind::WrongOutcome, format!("it was told outcome {outcome}; expected {expected}"))
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("never started"),
            Self::Start | Self::Spawned | Self::Nothing => f.write_str("to run"),
            Self::Yield => f.write_str("its turn after a yield"),
            Self::Source(_) => f.write_str("a pollable"),
            Self::Sleep(_) => f.write_str("a sleep"),
            Self::Timeout(..) => f.write_str("a pollable or a timeout"),
            Self::Race(sources) => write!(f, "one of {} pollables", sources.len()),
            Self::Join(sources) => write!(f, "all of {} pollables", sources.len()),
            Self::Done => f.write_str("nothing: it is done"),
        }
    }
}
