//! What the turns come to.

use super::{Turn, WokenBy};

/// Sums over turns, and the greatest values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnsSummary {
    /// Calls of `poll`.
    pub calls: u64,
    /// Handles in all lists together.
    pub handles: u64,
    /// The longest list.
    pub longest: u32,
    /// Handles that were ready, of all calls together.
    pub ready: u64,
    /// Nanoseconds in calls of `poll`, the boundary included.
    pub poll: u64,
    /// Nanoseconds in the guest's own code.
    pub guest: u64,
    /// Tasks that were run.
    pub steps: u64,
    /// Tasks that were run for a timer.
    pub timers: u64,
}

impl TurnsSummary {
    /// Sums up turns.
    pub fn of<'a>(turns: impl IntoIterator<Item = &'a Turn>) -> Self {
        let mut sums = Self::default();
        for turn in turns {
            sums.calls += 1;
            sums.handles += u64::from(turn.handles);
            sums.longest = sums.longest.max(turn.handles);
            sums.ready += u64::from(turn.ready);
            sums.poll = sums.poll.saturating_add(turn.poll);
            sums.guest = sums.guest.saturating_add(turn.guest);
            sums.steps += turn.steps.len() as u64;
            let timers = turn.steps.iter().filter(|it| it.woken_by == WokenBy::Timer);
            sums.timers += timers.count() as u64;
        }
        sums
    }

    /// So many for each call; `None` without calls.
    pub fn per_call(&self, count: u64) -> Option<f64> {
        (self.calls > 0).then(|| count as f64 / self.calls as f64)
    }
}
