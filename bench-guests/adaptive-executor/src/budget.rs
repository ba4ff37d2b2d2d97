/// A host that shares its thread between guests and its own event loop reports no more
/// than so many pollables until it has gone back to that loop: it is the budget of a
/// task of tokio. Then all look as if they were not ready.
const BUDGET: usize = 128;

/// The most handles to poll at once so that all of them are on the budget, with the
/// deadline and some which others have used.
pub(crate) const PART: usize = 120;

/// A poll that reports so many more than the budget shows that the host has none. Some
/// pollables are not on it.
const OTHERS: usize = 64;

/// What the host has reported since it last went back to its own event loop, at most.
#[derive(Default)]
pub(crate) struct Budget {
    used: usize,
    /// Whether the last poll has left out nothing that is ready.
    is_complete: bool,
    /// Whether all that the host knew of has been reported: the next poll of all finds
    /// nothing before the host goes back to its loop.
    is_settled: bool,
    is_unlimited: bool,
}

impl Budget {
    /// A poll of so many handles has reported `ready` of them; `renewed` if the host has
    /// gone back to its loop in it for sure. Says whether no handle that is ready can
    /// have been left out.
    pub fn reported(&mut self, handles: usize, ready: usize, renewed: bool) -> bool {
        let before = if renewed || self.is_settled { 0 } else { self.used };
        // With more than the budget it must have been renewed.
        self.used = if before + ready > BUDGET { ready } else { before + ready };
        self.is_unlimited |= ready > BUDGET + OTHERS;
        self.is_complete = !self.is_short() || before + handles < BUDGET;
        self.is_settled = false;
        self.is_complete
    }

    /// The last poll was of all handles.
    pub fn polled_all(&mut self) {
        self.is_settled = self.is_complete;
    }

    /// The host has gone back to its loop.
    pub fn renew(&mut self) {
        self.used = 0;
        self.is_settled = false;
    }

    /// Whether a poll can report so many, as it is.
    pub fn covers(&self, ready: usize) -> bool {
        let is_enough = self.is_unlimited || self.is_settled || self.used + ready <= BUDGET;
        is_enough && !self.is_short()
    }

    /// Whether the last poll may have left out what is ready.
    pub fn is_short(&self) -> bool {
        !self.is_unlimited && self.used >= PART
    }

    /// The most a poll can report.
    pub fn most(&self) -> usize {
        if self.is_unlimited { usize::MAX } else { BUDGET }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reported_adds_up_until_the_host_has_been_left_to_itself() {
        let mut budget = Budget::default();
        assert!(budget.reported(1_000, 100, false));
        assert!(budget.covers(28) && !budget.covers(29));
        assert!(!budget.reported(1_000, 28, false));
        assert!(budget.is_short() && !budget.covers(0));
        budget.renew();
        assert!(budget.covers(128));
        assert!(budget.reported(PART, PART, false), "all of them were on the budget");
        assert!(budget.reported(1_000, 119, true) && !budget.is_short());
        assert!(!budget.reported(1_000, 120, true) && budget.is_short());
    }

    #[test]
    fn when_all_was_reported_the_next_poll_renews_the_budget_by_itself() {
        let mut budget = Budget::default();
        budget.reported(1_000, 100, false);
        budget.polled_all();
        assert!(budget.covers(100));
        assert!(budget.reported(1_000, 100, false) && !budget.covers(100));
    }

    #[test]
    fn a_host_without_a_budget_is_never_short() {
        let mut budget = Budget::default();
        budget.reported(10_000, 10_000, false);
        assert!(!budget.is_short() && budget.covers(10_000));
        budget.reported(10_000, 120, false);
        assert!(!budget.is_short());
    }
}
