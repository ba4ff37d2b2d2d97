//! What is wrong with an event loop, told from counts. No rule looks at a time: times only say
//! what a finding costs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tally::{Counts, Waste};
use crate::format::{count, duration, percent};

/// Something that an event loop does wrong.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// It looks at all pollables again after every task.
    PollsAfterEveryTask,
    /// It looks again and again, with nothing to do.
    BusyLoop,
    /// It keeps pollables that it is done with.
    PollablesKept,
    /// It waits for many timers, and not for the first of them only.
    PollablePerTimer,
    /// It waits for timers that newer ones have replaced.
    SupersededTimers,
    /// It waits for a pollable that is ready and that nobody takes.
    ReadyLeftInList,
    /// It waits for one pollable after the other, although it has many.
    OneHandleAPoll,
    /// It never waits, because a timer in its list is always due.
    ZeroDurationInList,
}

/// Something that an event loop does wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// What was seen, with the numbers that this rests on.
    pub seen: String,
    /// What it costs.
    pub cost: String,
    /// What to do.
    pub advice: String,
}

/// Fewer looks than these are no habit.
const HABIT: u64 = 64;
/// Fewer waits than these are no habit where each of them blocks.
const HABIT_OF_WAITS: u64 = 32;

/// All that is wrong, as far as the counts tell.
pub fn diagnose(counts: &Counts) -> Vec<Finding> {
    let zero = zero_duration(counts);
    let superseded = superseded(counts);
    let busy = busy_loop(counts, zero.is_some());
    let per_timer = if superseded.is_some() { None } else { per_timer(counts) };
    let rules = [after_each(counts), busy, kept(counts), per_timer, superseded];
    let rules = rules.into_iter().chain([left(counts), one_by_one(counts), zero]);
    rules.flatten().collect()
}

fn after_each(counts: &Counts) -> Option<Finding> {
    let waste = counts.after_each;
    (waste.looks >= HABIT && waste.looks * 2 >= counts.waits()).then(|| Finding {
        kind: FindingKind::PollsAfterEveryTask,
        seen: format!(
            "{} of {} waits found nothing new, with {} handles each and next to nothing done since the look before.",
            count(waste.looks),
            count(counts.waits()),
            count(waste.handles / waste.looks),
        ),
        cost: cost(waste),
        advice: "Run everything that can run before you poll again, or poll without waiting only after a number of tasks.".into(),
    })
}

fn busy_loop(counts: &Counts, is_explained: bool) -> Option<Finding> {
    let marked = if is_explained { Waste::default() } else { counts.idle_marked };
    let waste = marked + counts.idle_asking;
    (waste.looks >= HABIT && waste.looks * 2 >= counts.looks()).then(|| Finding {
        kind: FindingKind::BusyLoop,
        seen: format!(
            "{} of {} looks found nothing, with nothing done since the look before: {} calls of `ready`, and {} waits that a timer which was due at once has ended.",
            count(waste.looks),
            count(counts.looks()),
            count(counts.idle_asking.looks),
            count(marked.looks),
        ),
        cost: cost(waste),
        advice: "When nothing can run, pass everything that is waited for to one `poll` without a timer that is due, and let it block.".into(),
    })
}

fn kept(counts: &Counts) -> Option<Finding> {
    let forgotten = counts.forgotten;
    let is_growing = forgotten.of_first_half * 4 >= forgotten.all()
        && forgotten.of_second_half * 4 >= forgotten.all();
    (forgotten.all() >= HABIT && forgotten.all() > 4 * forgotten.others && is_growing).then(|| {
        Finding {
            kind: FindingKind::PollablesKept,
            seen: format!(
                "At the end, {} pollables are alive that nobody waits for, {} of them from the first half of the waits and {} from the second; {} others are alive. {} were made, and {} dropped.",
                count(forgotten.all()),
                count(forgotten.of_first_half),
                count(forgotten.of_second_half),
                count(forgotten.others),
                count(counts.made()),
                count(counts.dropped()),
            ),
            cost: "Each takes memory in the host, and the component traps when it has too many handles: wasmtime allows 100,000 in a store.".into(),
            advice: "Drop a pollable when it was ready, and when what waits for it is cancelled.".into(),
        }
    })
}

fn per_timer(counts: &Counts) -> Option<Finding> {
    let waits = counts.waits();
    (waits >= HABIT_OF_WAITS && counts.timers >= 8 * waits && counts.crowded * 2 >= waits).then(
        || Finding {
            kind: FindingKind::PollablePerTimer,
            seen: format!(
                "{} timers are in the list of a wait on average, in {} waits; only the first to be due can end one.",
                average(counts.timers, waits),
                count(waits),
            ),
            cost: cost_of_handles(counts, counts.timers.saturating_sub(waits)),
            advice: "Keep the deadlines in a heap or a timer wheel, and make one pollable for the first of them.".into(),
        },
    )
}

fn superseded(counts: &Counts) -> Option<Finding> {
    let waits = counts.waits();
    let is_crowded = counts.timers >= 8 * waits && counts.timers > 2 * counts.others;
    (counts.set_beside >= HABIT_OF_WAITS && waits >= HABIT_OF_WAITS && is_crowded).then(|| Finding {
        kind: FindingKind::SupersededTimers,
        seen: format!(
            "{} timers were set after something else had become ready, and stood in the list beside older ones: {} timers in a list on average, and {} other pollables.",
            count(counts.set_beside),
            average(counts.timers, waits),
            average(counts.others, waits),
        ),
        cost: cost_of_handles(counts, counts.timers.saturating_sub(waits)),
        advice: "Drop the pollable of a timer when a newer one replaces it, and wait for the first deadline only.".into(),
    })
}

fn left(counts: &Counts) -> Option<Finding> {
    let waste = counts.idle_left;
    (waste.looks >= HABIT && waste.looks * 4 >= counts.waits()).then(|| Finding {
        kind: FindingKind::ReadyLeftInList,
        seen: format!(
            "{} of {} waits returned at once for pollables that had been reported before, and nothing was done about them in between.",
            count(waste.looks),
            count(counts.waits()),
        ),
        cost: cost(waste),
        advice: "Take a pollable off the list when it was reported, and put it back when its task waits for it again: the loser of a race, above all.".into(),
    })
}

fn one_by_one(counts: &Counts) -> Option<Finding> {
    let waits = counts.waits();
    let is_habit = waits >= HABIT_OF_WAITS && counts.single * 10 >= waits * 9;
    (is_habit && counts.turns_waited >= 4 * counts.waited_for.max(1)).then(|| Finding {
        kind: FindingKind::OneHandleAPoll,
        seen: format!(
            "{} of {} waits were for a single pollable, while {} other waits went by, on average, before one that had been made was waited for.",
            count(counts.single),
            count(waits),
            average(counts.turns_waited, counts.waited_for),
        ),
        cost: "Whatever becomes ready first waits for the one that is blocked on.".into(),
        advice: "Pass all that is waited for to one `poll`, and go on with what it reports.".into(),
    })
}

fn zero_duration(counts: &Counts) -> Option<Finding> {
    let waits = counts.waits();
    let waste = counts.idle_marked;
    let is_in_all = waits >= HABIT && counts.marked * 10 >= waits * 9;
    (is_in_all && waste.looks * 2 >= waits).then(|| Finding {
        kind: FindingKind::ZeroDurationInList,
        seen: format!(
            "{} of {} waits had a timer in the list that was due when it was made, and {} of them found nothing else, with nothing done since the look before.",
            count(counts.marked),
            count(waits),
            count(waste.looks),
        ),
        cost: cost(waste),
        advice: "Leave the timer out of the list when nothing can run, and make a new one each time it is used: wasmtime lets its own event loop run only at the first look at such a timer.".into(),
    })
}

fn cost(waste: Waste) -> String {
    format!(
        "The host worked {} for these looks, over {} handles.",
        duration(waste.worked as f64),
        count(waste.handles)
    )
}

fn cost_of_handles(counts: &Counts, handles: u64) -> String {
    let each = counts.worked_a_handle().unwrap_or(0.0);
    format!(
        "About {} of the host's work: {} handles too many, at {} for each in this trace ({} of all handles).",
        duration(each * handles as f64),
        count(handles),
        duration(each),
        percent(handles as f64 / counts.handles.max(1) as f64)
    )
}

fn average(all: u64, of: u64) -> String {
    format!("{:.1}", all as f64 / of.max(1) as f64)
}

impl std::ops::Add for Waste {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            looks: self.looks + other.looks,
            handles: self.handles + other.handles,
            worked: self.worked + other.worked,
        }
    }
}

impl FindingKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PollsAfterEveryTask,
        Self::BusyLoop,
        Self::PollablesKept,
        Self::PollablePerTimer,
        Self::SupersededTimers,
        Self::ReadyLeftInList,
        Self::OneHandleAPoll,
        Self::ZeroDurationInList,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PollsAfterEveryTask => "polls-after-every-task",
            Self::BusyLoop => "busy-loop",
            Self::PollablesKept => "pollables-kept",
            Self::PollablePerTimer => "pollable-per-timer",
            Self::SupersededTimers => "superseded-timers",
            Self::ReadyLeftInList => "ready-left-in-list",
            Self::OneHandleAPoll => "one-handle-a-poll",
            Self::ZeroDurationInList => "zero-duration-in-list",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
