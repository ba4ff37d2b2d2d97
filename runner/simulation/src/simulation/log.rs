//! Keeps what a guest did in the last turns of a run, or in the first ones.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use pollbench_reports::profile::{CallLog, Culprit, LoggedCall, PollableName, When};

use crate::agenda::Event;

/// How many names of a list are kept.
const NAMES: usize = 32;
/// How many calls are kept for each turn that is.
const CALLS_A_TURN: usize = 64;

/// Which turns are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// So many from the first one.
    First(usize),
    /// So many up to the last one.
    Last(usize),
}

/// What a guest does, call by call. Measured runs have no log, so what keeps one stays out of
/// their way.
pub struct Log {
    kept: Kept,
    calls: VecDeque<LoggedCall>,
    /// Whether what comes is kept.
    is_recording: bool,
    /// How many polls have begun.
    turns: u64,
    /// How many turns are in `calls`.
    turns_kept: u64,
    /// By the address of an event: what it stands for.
    names: HashMap<usize, PollableName>,
    /// By task: when it was last told what to wait for, listed and reported.
    tasks: HashMap<u32, Moments>,
}

#[derive(Clone, Copy, Default)]
struct Moments {
    told: Option<When>,
    listed: Option<When>,
    reported: Option<When>,
}

impl Log {
    /// A log that keeps so many turns.
    pub fn new(kept: Kept) -> Self {
        Self {
            kept,
            calls: VecDeque::new(),
            is_recording: true,
            turns: 0,
            turns_kept: 0,
            names: HashMap::new(),
            tasks: HashMap::new(),
        }
    }

    /// Gives an event its name.
    #[cold]
    pub(super) fn name(&mut self, event: &Arc<Event>, name: PollableName) {
        self.names.insert(Arc::as_ptr(event).addr(), name);
    }

    fn named(&self, event: Option<&Arc<Event>>) -> PollableName {
        let name = event.and_then(|event| self.names.get(&Arc::as_ptr(event).addr()));
        name.copied().unwrap_or(PollableName::Other)
    }

    /// Notes that a poll of some events begins, at the time `now` and after so many steps.
    #[cold]
    pub(super) fn polls<'a>(
        &mut self,
        now: u64,
        steps: u64,
        events: impl Iterator<Item = Option<&'a Arc<Event>>>,
    ) {
        self.turns += 1;
        self.turns_kept += 1;
        let when = When { turn: self.turns, step: steps };
        let names: Vec<PollableName> = events.map(|event| self.named(event)).collect();
        for name in &names {
            self.moments(*name, |moments| moments.listed = Some(when));
        }
        self.push(LoggedCall::Poll {
            turn: self.turns,
            now,
            handles: names.len() as u64,
            listed: names.into_iter().take(NAMES).collect(),
            returned: None,
            ready: 0,
            reported: Vec::new(),
        });
        self.forget();
    }

    /// Notes that the poll has returned at the time `now`.
    #[cold]
    pub(super) fn polled(&mut self, now: u64) {
        if let (true, Some(LoggedCall::Poll { returned, .. })) =
            (self.is_recording, self.calls.back_mut())
        {
            *returned = Some(now);
        }
    }

    /// Notes that the host has reported an event as ready, after so many steps.
    #[cold]
    pub(super) fn reported(&mut self, event: &Arc<Event>, steps: u64) {
        let when = When { turn: self.turns, step: steps };
        let name = self.named(Some(event));
        self.moments(name, |moments| moments.reported = Some(when));
        if let (true, Some(LoggedCall::Poll { ready, reported, .. })) =
            (self.is_recording, self.calls.back_mut())
        {
            *ready += 1;
            if reported.len() < NAMES {
                reported.push(name);
            }
        }
    }

    /// Notes that a task has run and is told what to wait for.
    #[cold]
    pub(super) fn ran(&mut self, step: u64, task: u32, after: String, next: String) {
        let when = When { turn: self.turns, step };
        self.tasks.entry(task).or_default().told = Some(when);
        self.push(LoggedCall::Step { step, task, after, next });
    }

    /// Notes that a pollable of the clock was made.
    #[cold]
    pub(super) fn timer(&mut self, event: &Arc<Event>, until: u64) {
        self.name(event, PollableName::Timer { until });
        self.push(LoggedCall::Timer { until });
    }

    /// Notes that the guest has asked whether a pollable is ready.
    #[cold]
    pub(super) fn asked(&mut self, event: Option<&Arc<Event>>, is_ready: bool) {
        let pollable = self.named(event);
        self.push(LoggedCall::Ready { pollable, is_ready });
    }

    /// Notes that the guest has waited for one pollable.
    #[cold]
    pub(super) fn blocked(&mut self, event: Option<&Arc<Event>>) {
        let pollable = self.named(event);
        self.push(LoggedCall::Block { pollable });
    }

    /// Notes that a pollable was dropped.
    #[cold]
    pub(super) fn dropped(&mut self) {
        match self.calls.back_mut() {
            Some(LoggedCall::Drop { pollables }) if self.is_recording => *pollables += 1,
            _ => self.push(LoggedCall::Drop { pollables: 1 }),
        }
    }

    /// What was kept. `culprit` is a task that a failure is about, and what it waits for.
    pub(super) fn finish(self, culprit: Option<(u32, String)>) -> CallLog {
        let culprit = culprit.map(|(task, waits_for)| {
            let Moments { told, listed, reported } =
                self.tasks.get(&task).copied().unwrap_or_default();
            Culprit { task, waits_for, since: told, listed, reported }
        });
        let is_last = matches!(self.kept, Kept::Last(_));
        let turns_before = if is_last { self.turns - self.turns_kept } else { 0 };
        CallLog { turns_before, calls: self.calls.into(), culprit }
    }

    fn moments(&mut self, name: PollableName, note: impl FnOnce(&mut Moments)) {
        if let PollableName::Task { task, .. } = name {
            note(self.tasks.entry(task).or_default());
        }
    }

    fn push(&mut self, call: LoggedCall) {
        let (turns, is_first) = match self.kept {
            Kept::First(turns) => (turns, true),
            Kept::Last(turns) => (turns, false),
        };
        let is_full = self.calls.len() >= turns * CALLS_A_TURN;
        if is_first {
            self.is_recording &= self.turns <= turns as u64 && !is_full;
        } else if is_full {
            self.drop_first();
        }
        if self.is_recording {
            self.calls.push_back(call);
        }
    }

    /// Drops the turns that are too many.
    fn forget(&mut self) {
        let Kept::Last(turns) = self.kept else { return };
        while self.turns_kept > turns as u64 {
            self.drop_first();
            while !matches!(self.calls.front(), None | Some(LoggedCall::Poll { .. })) {
                self.drop_first();
            }
        }
    }

    fn drop_first(&mut self) {
        if let Some(LoggedCall::Poll { .. }) = self.calls.pop_front() {
            self.turns_kept -= 1;
        }
    }
}
