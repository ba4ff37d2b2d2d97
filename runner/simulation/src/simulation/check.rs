//! What a task waits for, and whether it may run.

use std::fmt;

use pollbench_reports::record::FailureKind;

use crate::agenda::{Agenda, SourceId};
use crate::script::Step;

/// How a guest broke the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Violation {
    /// The check which caught it.
    pub kind: FailureKind,
    /// What the guest did, in words.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// What has to happen before a task may run again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Nothing, because the task was never started.
    #[default]
    Unknown,
    /// Its first run, as one of those that `run` starts.
    Start,
    /// Its first run, after another task has spawned it.
    Spawned,
    /// Nothing: it has spawned another task, and goes on at once.
    AfterSpawn,
    Yield,
    Source(SourceId),
    Stream(Stream),
    /// Its stream is at its end: it waits for nothing.
    StreamEnded(EndedStream),
    /// The earliest time at which the task may run.
    Sleep(u64),
    Timeout(SourceId, u64),
    Race(Vec<SourceId>),
    Join(Vec<SourceId>),
    Done,
}

/// A stream that a task reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stream {
    /// Its events.
    pub source: SourceId,
    /// How many bytes arrive with each event but the last.
    pub chunk: u32,
    /// How many bytes the task has read.
    pub read: u64,
}

/// A stream that a task has read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EndedStream {
    /// How many bytes the task has read.
    pub read: u64,
    /// What the task does next.
    pub next: Box<Step>,
}

/// The kinds of event that are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The event of a pollable; a race or a join counts as one event.
    Pollable,
    /// A sleep that ended or a time-out that won.
    Timer,
    /// A task runs again after it has yielded.
    Yield,
}

/// What has happened to a task that runs.
pub(super) struct Happened<'a> {
    /// `None` for a start, and after a spawn.
    pub event: Option<EventKind>,
    /// The sources whose events the task consumes.
    pub sources: &'a [SourceId],
}

impl Waiting {
    pub(super) fn for_step(step: Step, kept: Self, now: u64) -> Self {
        match step {
            Step::Wait(source) => Self::Source(source),
            Step::Again => {
                assert!(
                    matches!(kept, Self::Source(_) | Self::Stream(_)),
                    "a workload says `again` after `wait` or `read`"
                );
                kept
            }
            Step::Read(source, chunk) => Self::Stream(Stream { source, chunk, read: 0 }),
            Step::Sleep(nanoseconds) => Self::Sleep(now.saturating_add(nanoseconds)),
            Step::Timeout(source, nanoseconds) => {
                Self::Timeout(source, now.saturating_add(nanoseconds))
            }
            Step::Yield => Self::Yield,
            Step::Race(sources) => Self::Race(sources),
            Step::Join(sources) => Self::Join(sources),
            Step::Spawn(_) => Self::AfterSpawn,
            Step::Done => Self::Done,
        }
    }

    /// The sources that end when the task is given another pollable.
    pub(super) fn sources(&self) -> &[SourceId] {
        match self {
            Self::Source(source)
            | Self::Stream(Stream { source, .. })
            | Self::Timeout(source, _) => std::slice::from_ref(source),
            Self::Race(sources) | Self::Join(sources) => sources,
            _ => &[],
        }
    }

    /// The time until which the task waits at most.
    pub(super) fn until(&self) -> Option<u64> {
        match self {
            Self::Sleep(until) | Self::Timeout(_, until) => Some(*until),
            _ => None,
        }
    }

    /// What has happened, provided that the guest is right about the outcome.
    pub(super) fn happened(&self, outcome: u32) -> Happened<'_> {
        let (event, sources) = match self {
            Self::Timeout(..) if outcome > 0 => (Some(EventKind::Timer), &[][..]),
            Self::Race(sources) => {
                let winner = outcome as usize;
                (Some(EventKind::Pollable), sources.get(winner..=winner).unwrap_or_default())
            }
            Self::Source(_) | Self::Stream(_) | Self::Timeout(..) | Self::Join(_) => {
                (Some(EventKind::Pollable), self.sources())
            }
            Self::Sleep(_) => (Some(EventKind::Timer), &[][..]),
            Self::Yield => (Some(EventKind::Yield), &[][..]),
            Self::Unknown
            | Self::Start
            | Self::Spawned
            | Self::AfterSpawn
            | Self::StreamEnded(_)
            | Self::Done => (None, &[][..]),
        };
        Happened { event, sources }
    }

    /// Checks that the task may be told `outcome`: it has happened, and the host has
    /// reported it.
    pub(super) fn check(&self, outcome: u32, agenda: &Agenda) -> Result<(), (FailureKind, String)> {
        match self {
            Self::Unknown => Err((FailureKind::UnknownTask, "it was never started".into())),
            Self::Done => Err((FailureKind::Double, "it is done".into())),
            Self::Timeout(source, until) => match outcome {
                0 => self.check_claim(&Self::Source(*source), agenda),
                1 => self.check_claim(&Self::Sleep(*until), agenda),
                other => Err(wrong(other, "0 or 1")),
            },
            Self::Race(sources) => match sources.get(outcome as usize) {
                Some(winner) => self.check_claim(&Self::Source(*winner), agenda),
                None => Err(wrong(outcome, format!("less than {}", sources.len()))),
            },
            Self::Stream(_) => {
                Err((FailureKind::Early, "it has not read its stream to the end".into()))
            }
            Self::StreamEnded(EndedStream { read, .. }) if *read as u32 != outcome => {
                Err(wrong(outcome, format!("{read}, the bytes that were read")))
            }
            Self::StreamEnded(_) => Ok(()),
            _ if outcome != 0 => Err(wrong(outcome, 0)),
            _ if !self.has_happened(agenda) => Err((FailureKind::Early, self.why_not(agenda))),
            _ => self.check_reported(agenda),
        }
    }

    /// Checks the guest's claim that `one` of several things has happened.
    fn check_claim(&self, one: &Self, agenda: &Agenda) -> Result<(), (FailureKind, String)> {
        if one.has_happened(agenda) {
            return one.check_reported(agenda);
        }
        let why = one.why_not(agenda);
        Err(match self.has_happened(agenda) {
            true => (FailureKind::WrongOutcome, format!("{why}; something else has happened")),
            false => (FailureKind::Early, why),
        })
    }

    /// Checks that the host has reported the pollables, since a guest can't know of them
    /// otherwise.
    fn check_reported(&self, agenda: &Agenda) -> Result<(), (FailureKind, String)> {
        if self.sources().iter().all(|source| agenda.is_reported(*source)) {
            return Ok(());
        }
        let why = match self {
            Self::Join(_) => "no poll has reported all of its pollables",
            _ => "no poll has reported its pollable",
        };
        Err((FailureKind::Unreported, why.into()))
    }

    /// Whether the task waits only for the executor to run it.
    pub(super) fn is_runnable(&self) -> bool {
        matches!(
            self,
            Self::Start | Self::Spawned | Self::AfterSpawn | Self::Yield | Self::StreamEnded(_)
        )
    }

    /// Whether an executor that blocks now has forgotten the task, because the host knows
    /// that the event it waits for has happened. Timers are checked by `check_sleepers`.
    pub(super) fn is_forgotten(&self, agenda: &Agenda) -> bool {
        match self {
            Self::Source(source)
            | Self::Stream(Stream { source, .. })
            | Self::Timeout(source, _) => agenda.is_ready(*source),
            Self::Race(sources) => sources.iter().any(|source| agenda.is_ready(*source)),
            Self::Join(sources) => sources.iter().all(|source| agenda.is_ready(*source)),
            Self::Sleep(_) | Self::Unknown | Self::Done => false,
            Self::Start | Self::Spawned | Self::AfterSpawn | Self::Yield | Self::StreamEnded(_) => {
                true
            }
        }
    }

    /// Why the task could run now, in words.
    pub(super) fn why_runnable(&self) -> String {
        match self {
            Self::Start => "it was started, and has not run yet".into(),
            Self::Spawned => "it was spawned, and has not run yet".into(),
            Self::AfterSpawn => "it has spawned another, and goes on at once".into(),
            Self::Yield => "it has yielded, and waits for nothing but its turn".into(),
            Self::Source(_) => "it waits for a pollable, which is ready".into(),
            Self::Stream(_) => "it waits for a stream, which has something to read".into(),
            Self::StreamEnded(_) => "it has read a stream to its end, and goes on at once".into(),
            Self::Sleep(_) => "it waits for the end of a sleep, which is over".into(),
            Self::Timeout(..) => {
                "it waits for a pollable or the end of a timeout, and one of them has come".into()
            }
            Self::Race(sources) => {
                format!("it waits for one of {} pollables, and one is ready", sources.len())
            }
            Self::Join(sources) => {
                format!("it waits for {} pollables, and all are ready", sources.len())
            }
            Self::Unknown | Self::Done => "it waits for nothing".into(),
        }
    }

    /// The pollables that a guest needs for this at most: those of the step, and one for a
    /// timer.
    pub(super) fn pollables(&self) -> u64 {
        self.sources().len() as u64 + u64::from(self.until().is_some())
    }

    /// Whether the task could run now.
    pub(super) fn has_happened(&self, agenda: &Agenda) -> bool {
        let is_over = |until: u64| until <= agenda.now();
        match self {
            Self::Start | Self::Spawned | Self::AfterSpawn | Self::Yield | Self::StreamEnded(_) => {
                true
            }
            Self::Unknown | Self::Done => false,
            Self::Source(source) | Self::Stream(Stream { source, .. }) => agenda.is_due(*source),
            Self::Sleep(until) => is_over(*until),
            Self::Timeout(source, until) => agenda.is_due(*source) || is_over(*until),
            Self::Race(sources) => sources.iter().any(|source| agenda.is_due(*source)),
            Self::Join(sources) => sources.iter().all(|source| agenda.is_due(*source)),
        }
    }

    /// Why the task can't run yet, in words.
    fn why_not(&self, agenda: &Agenda) -> String {
        match self {
            Self::Source(source) => match agenda.due_in(*source) {
                Some(left) => format!("its pollable is ready only in {left} ns"),
                None => "its pollable is not ready".into(),
            },
            Self::Sleep(until) => {
                format!("{} ns of its sleep are left", until.saturating_sub(agenda.now()))
            }
            Self::Join(sources) => {
                let missing = sources.iter().filter(|source| !agenda.is_due(**source)).count();
                format!("{missing} of the {} pollables it joins are not ready", sources.len())
            }
            _ => "it has nothing to wait for".into(),
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
            Self::Start | Self::Spawned | Self::AfterSpawn => f.write_str("its turn to run"),
            Self::Yield => f.write_str("its turn after a yield"),
            Self::Source(_) => f.write_str("a pollable"),
            Self::Stream(_) => f.write_str("a stream"),
            Self::StreamEnded(_) => f.write_str("its turn after the end of a stream"),
            Self::Sleep(_) => f.write_str("a sleep"),
            Self::Timeout(..) => f.write_str("a pollable or a timeout"),
            Self::Race(sources) => write!(f, "one of {} pollables", sources.len()),
            Self::Join(sources) => write!(f, "all of {} pollables", sources.len()),
            Self::Done => f.write_str("nothing: it is done"),
        }
    }
}
