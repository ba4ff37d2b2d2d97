//! Checks that a guest drops pollables when their steps are over, and not at the end of `run`,
//! where that takes none of the measured time.

use std::sync::{Arc, Weak};

use pollbench_reports::record::FailureKind;

use super::{Checks, Simulation};
use crate::agenda::Event;
use crate::simulation::{HOARDED, HOARDED_A_POLLABLE, Violation};

/// What a guest needs, and what it may keep.
#[derive(Default)]
pub(super) struct Hoard {
    /// How many pollables the steps under way need.
    needed: u64,
    /// The most that they needed at once.
    most: u64,
    /// The pollables of the clock; some have been dropped.
    timers: Vec<Weak<Event>>,
    /// When there are as many, those that have been dropped are forgotten.
    forget_at: usize,
    /// How many looks to let pass before the timers are counted again.
    looks: u64,
}

impl Hoard {
    /// Records that a task which needed `before` pollables needs `after`.
    pub(super) fn changes(&mut self, before: u64, after: u64) {
        self.needed = self.needed + after - before;
        self.most = self.most.max(self.needed);
    }

    /// Records a pollable of the clock.
    pub(super) fn timer(&mut self, event: &Arc<Event>) {
        if self.timers.len() >= self.forget_at {
            self.forget();
        }
        self.timers.push(Arc::downgrade(event));
    }

    fn forget(&mut self) {
        self.timers.retain(|timer| timer.strong_count() > 0);
        self.forget_at = 2 * self.timers.len() + HOARDED as usize;
    }

    fn allowed(&self) -> u64 {
        HOARDED + HOARDED_A_POLLABLE * self.most
    }

    /// How many of the clock's pollables are alive that the host has not reported as ready.
    fn count_to_come(&mut self) -> u64 {
        self.forget();
        // However many there are, on average a look counts a few.
        self.looks = (HOARDED + self.timers.len() as u64) / 8;
        let to_come = |timer: &&Weak<Event>| timer.upgrade().is_some_and(|it| !it.is_reported());
        self.timers.iter().filter(to_come).count() as u64
    }
}

impl Simulation {
    /// Checks how many pollables are alive that are of no use any more. A runtime that collects
    /// garbage drops late, so many may be, but not more than what was needed at once explains.
    /// A timer that is cancelled may live until its time has come and the guest has been told,
    /// because how timers are made is the guest's own design. In the second world, the calls that wait are all there is.
    pub(super) fn check_hoard(&mut self) -> Result<(), Violation> {
        let alive = self.tally.executor_handles();
        let Some(Checks { hoard, .. }) = &mut self.checks else { return Ok(()) };
        if self.pending.any || alive <= hoard.allowed() {
            return Ok(());
        }
        if hoard.looks > 0 {
            hoard.looks -= 1;
            return Ok(());
        }
        let kept = alive.saturating_sub(hoard.count_to_come());
        if kept <= hoard.allowed() {
            return Ok(());
        }
        let message = format!(
            "{kept} pollables are alive, not counting timers that are still to come, and the steps under way needed {} at most at any time: the others are of steps that are over, and were not dropped",
            hoard.most
        );
        Err(self.violate(FailureKind::Hoarded, message))
    }
}
