/// A host that runs guests on the thread of its own event loop, such as wasmtime on tokio,
/// reports at most this many ready pollables until it returns to that loop: the cooperative
/// budget of a tokio task. Once it is used up, every pollable looks not ready.
const BUDGET: usize = 128;

/// The most handles to pass to one poll so that the budget covers all of them. It leaves
/// room for the deadline and for the part of the budget that others have used.
pub(crate) const PART: usize = 120;

/// A poll that reports more than `BUDGET + OTHERS` handles shows that the host has no
/// budget. The margin is for pollables that do not count towards a budget.
const OTHERS: usize = 64;

/// How much of its budget the host may have used since it last returned to its event loop.
#[derive(Default)]
pub(crate) struct Budget {
    used: usize,
    /// Whether the last poll certainly left out no ready handle.
    is_complete: bool,
    /// Whether a poll of all handles has reported everything that the host knew of. The
    /// next poll then finds nothing at first, so that the host returns to its loop and
    /// renews the budget.
    is_settled: bool,
    is_unlimited: bool,
}

impl Budget {
    /// Records that a poll of `handles` handles reported `ready` of them. `renewed` says
    /// that the host certainly returned to its loop during the poll. Returns whether no
    /// ready handle can have been left out.
    pub fn reported(&mut self, handles: usize, ready: usize, renewed: bool) -> bool {
        let before = if renewed || self.is_settled { 0 } else { self.used };
        // More than the budget can only be reported if it was renewed in between.
        self.used = if before + ready > BUDGET { ready } else { before + ready };
        self.is_unlimited |= ready > BUDGET + OTHERS;
        self.is_complete = !self.is_nearly_used_up() || before + handles < BUDGET;
        self.is_settled = false;
        self.is_complete
    }

    /// Records that the last poll was of all handles.
    pub fn polled_all(&mut self) {
        self.is_settled = self.is_complete;
    }

    /// Records that the host has returned to its loop.
    pub fn renew(&mut self) {
        self.used = 0;
        self.is_settled = false;
    }

    /// Whether the rest of the budget is enough for a poll that reports `ready` handles.
    pub fn covers(&self, ready: usize) -> bool {
        let is_enough = self.is_unlimited || self.is_settled || self.used + ready <= BUDGET;
        is_enough && !self.is_nearly_used_up()
    }

    /// Whether so much of the budget is used that the last poll may have left out ready
    /// handles.
    pub fn is_nearly_used_up(&self) -> bool {
        !self.is_unlimited && self.used >= PART
    }

    /// The most handles that one poll can report.
    pub fn most(&self) -> usize {
        if self.is_unlimited { usize::MAX } else { BUDGET }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reported_handles_use_up_the_budget_until_the_host_returns_to_its_loop() {
        let mut budget = Budget::default();
        assert!(budget.reported(1_000, 100, false));
        assert!(budget.covers(28) && !budget.covers(29));
        assert!(!budget.reported(1_000, 28, false));
        assert!(budget.is_nearly_used_up() && !budget.covers(0));
        budget.renew();
        assert!(budget.covers(128));
        assert!(budget.reported(PART, PART, false), "all of them were on the budget");
        assert!(budget.reported(1_000, 119, true) && !budget.is_nearly_used_up());
        assert!(!budget.reported(1_000, 120, true) && budget.is_nearly_used_up());
    }

    #[test]
    fn after_a_complete_poll_the_next_poll_renews_the_budget() {
        let mut budget = Budget::default();
        budget.reported(1_000, 100, false);
        budget.polled_all();
        assert!(budget.covers(100));
        assert!(budget.reported(1_000, 100, false) && !budget.covers(100));
    }

    #[test]
    fn a_host_without_a_budget_never_uses_it_up() {
        let mut budget = Budget::default();
        budget.reported(10_000, 10_000, false);
        assert!(!budget.is_nearly_used_up() && budget.covers(10_000));
        budget.reported(10_000, 120, false);
        assert!(!budget.is_nearly_used_up());
    }
}
