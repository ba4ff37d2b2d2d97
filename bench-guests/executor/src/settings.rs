//! The settings of an executor apart from its reactor, and the knobs for them.

use crate::{Failure, Knob, KnobRange};

/// The settings of an executor apart from its reactor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How timers become pollables.
    pub timers: TimerKind,
    /// When the host is polled while tasks are runnable.
    pub busy_poll: BusyPoll,
}

/// How timers become pollables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimerKind {
    /// A binary heap behind one pollable for the earliest deadline.
    #[default]
    Heap,
    /// A timing wheel behind one pollable.
    Wheel,
    /// A pollable for each timer, in the reactor like any other pollable.
    Pollables,
}

/// When the host is polled while tasks are runnable. When no task is runnable, the host is
/// always polled, and the poll blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BusyPoll {
    /// Never: events wait for as long as any task is runnable.
    Never,
    /// After each tick, that is, once the tasks that were runnable at its start have run.
    #[default]
    Batch,
    /// After each task.
    Task,
    /// After this many ticks, and at least one.
    Ticks(u64),
}

impl Settings {
    /// The knobs of a guest that leaves the settings to its user.
    pub const KNOBS: &'static [Knob] = &[Self::TIMERS, Self::BUSY_POLL, Self::EVERY];

    /// The knob for [`TimerKind`].
    pub const TIMERS: Knob = Knob {
        name: "timers",
        summary: "a heap or a wheel behind one pollable for the deadline, or a pollable each",
        range: KnobRange::Choice(&["heap", "wheel", "pollables"]),
        default: 0,
    };

    /// The knob for [`BusyPoll`].
    pub const BUSY_POLL: Knob = Knob {
        name: "busy-poll",
        summary: "when to poll while tasks are runnable; batch: when those that were have run",
        range: KnobRange::Choice(&["never", "batch", "task", "ticks"]),
        default: 1,
    };

    /// The knob for the number in [`BusyPoll::Ticks`].
    pub const EVERY: Knob = Knob {
        name: "every",
        summary: "the ticks (batches) between two polls, with busy-poll=ticks",
        range: KnobRange::Integer(1, 1_000_000),
        default: 61,
    };

    /// The settings that values of [`KNOBS`](Self::KNOBS) mean, given in that order.
    pub fn from_knobs(values: &[u64]) -> Result<Self, Failure> {
        let [timers, busy_poll, every] = values else {
            return Err("expected three knobs: timers, busy-poll, every".into());
        };
        let timers = match timers {
            0 => TimerKind::Heap,
            1 => TimerKind::Wheel,
            2 => TimerKind::Pollables,
            _ => return Err("no such choice of timers".into()),
        };
        let busy_poll = match busy_poll {
            0 => BusyPoll::Never,
            1 => BusyPoll::Batch,
            2 => BusyPoll::Task,
            3 => BusyPoll::Ticks(*every),
            _ => return Err("no such choice of busy-poll".into()),
        };
        Ok(Self { timers, busy_poll })
    }
}

impl BusyPoll {
    /// How many ticks pass between two polls, at most.
    pub(crate) fn ticks(self) -> u64 {
        match self {
            Self::Never => u64::MAX,
            Self::Batch | Self::Task => 1,
            Self::Ticks(ticks) => ticks.max(1),
        }
    }
}
