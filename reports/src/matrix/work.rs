//! Whether guests of one size have done the same work: only then are they ranked.

use crate::format;
use crate::record::{Cell, PhaseCounters};

use super::Entry;

/// How far the yields per event may differ, as a part.
const YIELDS: f64 = 0.10;
/// How far the pollable events and timer events per event may differ, as a part. A window
/// ends with an event, and other events of the same moment may come before or after it.
const EVENTS: f64 = 0.05;

/// A counter that tells how much work a guest has done.
struct WorkCounter {
    count: fn(&PhaseCounters) -> u64,
    /// The part of the usual number, or of the guest's if that is larger, by which the two
    /// may differ.
    tolerance: f64,
    name: &'static str,
}

const WORK_COUNTERS: [WorkCounter; 3] = [
    WorkCounter { count: |it| it.pollable_events, tolerance: EVENTS, name: "pollable events" },
    WorkCounter { count: |it| it.timer_events, tolerance: EVENTS, name: "timer events" },
    WorkCounter { count: |it| it.yields, tolerance: YIELDS, name: "yields" },
];

impl WorkCounter {
    /// The count for each measured event, because a window closes early for a guest that
    /// does too much.
    fn per_event(&self, window: &PhaseCounters) -> f64 {
        window.per_event((self.count)(window)).unwrap_or(0.0)
    }

    fn differs(&self, window: &PhaseCounters, usual: &PhaseCounters) -> bool {
        let (this, usual) = (self.per_event(window), self.per_event(usual));
        // Less than 0.1 per event is only a few in a whole window, so small numbers are
        // compared as 0.1.
        (this - usual).abs() > self.tolerance * usual.max(this).max(0.1)
    }
}

/// The counts of a cell's window, if there are any events in it.
fn window(cell: &Cell) -> Option<&PhaseCounters> {
    cell.counters.as_ref().map(|it| &it.window).filter(|it| it.events > 0)
}

fn differ(one: &PhaseCounters, other: &PhaseCounters) -> bool {
    WORK_COUNTERS.iter().any(|counter| counter.differs(one, other))
}

/// The most common work among the timed competitors of a size: the one that the largest
/// number of them has done; of several such, the first.
pub(super) fn usual<'a>(entries: &[Entry<'a>]) -> Option<&'a PhaseCounters> {
    let competing = entries.iter().filter(|it| it.variant.competes() && it.time().is_some());
    let mut windows: Vec<(usize, &PhaseCounters)> =
        competing.filter_map(|it| Some((it.variant.index, window(it.cell)?))).collect();
    windows.sort_by_key(|(index, _)| *index);
    let alike = |one| windows.iter().filter(|(_, other)| !differ(one, other)).count();
    let most = windows.iter().map(|(_, it)| alike(it)).max()?;
    windows.iter().map(|(_, it)| *it).find(|it| alike(it) == most)
}

/// How a cell's guest differed from most, in words: `other work: 312 yields an event, most
/// have 40`.
pub(super) fn other_work(cell: &Cell, usual: &PhaseCounters) -> Option<String> {
    let window = window(cell)?;
    let differing = WORK_COUNTERS.iter().filter(|counter| counter.differs(window, usual));
    let words: Vec<String> = differing
        .map(|counter| {
            let number = |of| round(counter.per_event(of));
            format!("{} {} an event, most have {}", number(window), counter.name, number(usual))
        })
        .collect();
    (!words.is_empty()).then(|| format!("other work: {}", words.join("; ")))
}

/// A number with three digits, without trailing zeros after the point.
fn round(value: f64) -> String {
    let text = format::quantity(value);
    match text.contains('.') && text.ends_with('0') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
