use crate::budget::{Budget, PART};
use crate::recency::{REACH, RINGS};

/// What a poll costs beside its handles, in handles.
const FIXED: f32 = 8.0;

/// A sweep of the list by chunks takes so many polls at most, if none of them
/// polls more than it has to.
const SWEEP: usize = 512;

/// The least chunk, unless there are fewer handles.
const LEAST: usize = 8;

/// A ring is polled first without any sign that it pays if it costs no more than one
/// in so many of a poll of all: what a poll of all tells of it is a weak sign, and
/// comes once in a poll of all.
const CHEAP: usize = 64;

/// What a poll of a handle is worth at the least to be made while there is other
/// work to do: one in so many is ready.
const WORTHWHILE: f32 = 1.0 / 8.0;

/// A part of a crowd is followed by the next while it has so many times as many ready
/// for its cost as a poll of all.
const CROWDED: f32 = 3.0 / 2.0;

/// How many are to be ready in a part of a crowd: not so many that some may be left out.
const AIM: usize = 100;

/// What asking a handle by itself costs, in handles of a poll.
const ASK: f32 = 3.0;

/// What may be spent on looking where something is expected and is not, in polls of
/// all: so much at first, so much more for each of these, and so much in a row.
const AT_FIRST: f32 = 1.0 / 4.0;
const FOR_EACH: f32 = 1.0 / 64.0;
const IN_A_ROW: f32 = 1.0 / 2.0;

/// What may be spent on asking before others are polled, in polls of all, even if it
/// is saved again.
const AT_ONCE: f32 = 1.0;

/// What looking where something is expected has saved and not spent, in polls of all.
struct Account(f32);

impl Default for Account {
    fn default() -> Self {
        Self(AT_FIRST)
    }
}

impl Account {
    fn pay(&mut self, cost: f32, saved: f32) {
        self.0 = (self.0 + saved - cost).min(IN_A_ROW);
    }

    fn can_pay(&self, cost: f32) -> bool {
        self.0 >= cost
    }
}

/// Learns from each poll how many of the handles are ready, and says which to
/// poll next.
#[derive(Default)]
pub(crate) struct Policy {
    /// Handles found ready, of those polled; the weight of a poll is halved or so
    /// when all have been polled once more.
    found: f32,
    polled: f32,
    /// By ring: how many of its handles are ready when nothing is runnable and the
    /// rings before had none.
    expected: [f32; RINGS],
    /// Of asking what joins are missing.
    asking: Account,
    /// On asking, since others were polled.
    spent: f32,
    /// Of polling what follows in the list.
    following: Account,
    /// What the host can report.
    pub budget: Budget,
}

impl Policy {
    /// So many handles were polled, which are like all others, of `all`.
    pub fn polled(&mut self, handles: usize, ready: usize, all: usize) {
        let kept = all as f32 / (all + handles).max(1) as f32;
        self.found = self.found * kept + ready as f32;
        self.polled = self.polled * kept + handles as f32;
    }

    /// All were polled.
    pub fn polled_all(&mut self, ready: usize, all: usize) {
        self.polled(all, ready, all);
        self.budget.polled_all();
        self.asking.pay(0.0, FOR_EACH);
        self.following.pay(0.0, FOR_EACH);
    }

    /// Others are going to wait while handles are asked. Whether so many can be asked
    /// once, or as many as ever.
    pub fn begin_asking(&mut self, handles: usize, all: usize) -> bool {
        self.spent = 0.0;
        self.asking.can_pay((handles as f32 * Self::share(ASK, all)).min(IN_A_ROW))
    }

    /// Whether one more handle can be asked.
    pub fn may_ask(&self, all: usize) -> bool {
        self.spent < AT_ONCE && self.asking.can_pay(Self::share(ASK, all))
    }

    /// A handle was asked.
    pub fn asked(&mut self, is_ready: bool, all: usize) {
        let saved = if is_ready { self.saved(1, all) } else { 0.0 };
        let cost = Self::share(ASK, all);
        self.spent += cost;
        self.asking.pay(cost, saved);
    }

    /// Whether to poll so many handles which follow what was ready.
    pub fn is_worth_following(&self, handles: usize, all: usize) -> bool {
        self.following.can_pay(Self::share(handles as f32 + FIXED, all))
    }

    /// How many to poll which follow, with what is polled in turn: no more than the host
    /// can report.
    pub fn most_following(&self, all: usize) -> usize {
        match self.budget.most() {
            usize::MAX => usize::MAX,
            _ => PART.saturating_sub(Self::sweep(all)).max(LEAST),
        }
    }

    /// So many which follow were polled.
    pub fn followed(&mut self, handles: usize, ready: usize, all: usize) {
        let saved = self.saved(ready, all);
        self.following.pay(Self::share(handles as f32 + FIXED, all), saved);
    }

    /// What it would have cost to find so many by polls of all, in these.
    fn saved(&self, ready: usize, all: usize) -> f32 {
        ready as f32 / self.of_all(all)
    }

    /// Which share of a poll of all costs so much.
    fn share(cost: f32, all: usize) -> f32 {
        cost / (all as f32 + FIXED)
    }

    /// A ring was polled before the others.
    pub fn ring_polled(&mut self, ring: usize, ready: usize) {
        self.expected[ring] += (ready as f32 - self.expected[ring]) / 8.0;
    }

    /// So many of a ring were ready in a poll of all. That is a weaker sign: they
    /// may have become so while the poll blocked.
    pub fn ring_found(&mut self, ring: usize, ready: usize) {
        self.expected[ring] += (ready as f32 - self.expected[ring]) / 64.0;
    }

    /// Whether polling a ring first costs next to nothing, or finds more for its cost
    /// than polling all.
    pub fn is_worth(&self, ring: usize, all: usize) -> bool {
        let size = REACH[ring] as usize + Self::sweep(all);
        let ready = self.of_all(all);
        // A ring that has one of many ready would only put off the poll they share.
        if ready < 2.0 && size * CHEAP <= all {
            return true;
        }
        size < all && self.expected[ring] * (all as f32 + FIXED) > ready * (size as f32 + FIXED)
    }

    /// How many handles a poll has to take from the list in turn, so that each is
    /// polled again soon.
    pub fn sweep(all: usize) -> usize {
        all.div_ceil(SWEEP).max(LEAST)
    }

    /// How many of the list to poll after `work` tasks have run, with more of them
    /// runnable: polling then costs less than they did, unless it finds more.
    pub fn chunk(&self, all: usize, work: usize) -> usize {
        let density = self.density();
        if density <= WORTHWHILE {
            return Self::sweep(all).max(work / 2).min(all);
        }
        // More than the host can report at once is polled in vain.
        if self.budget.most() > all { all } else { ((PART as f32 / density) as usize).min(all) }
    }

    /// Of so many handles of a crowd `ready` were. How many to poll of those behind them,
    /// so that a poll reports about as many as it can, if that is better than polling all.
    pub fn crowd(&self, handles: usize, ready: usize, all: usize) -> Option<usize> {
        let worth = CROWDED * self.of_all(all) * (handles as f32 + FIXED);
        if ready as f32 * (all as f32 + FIXED) <= worth {
            return None;
        }
        let count = (handles * AIM / ready).clamp(PART, 2 * handles.max(PART));
        (count < all).then_some(count)
    }

    /// How many of so many handles like all others are going to be ready.
    pub fn expected(&self, handles: usize) -> usize {
        (self.density() * handles as f32).ceil() as usize
    }

    /// How many a poll of all reports.
    fn of_all(&self, all: usize) -> f32 {
        (self.density() * all as f32).clamp(1.0, self.budget.most() as f32)
    }

    fn density(&self) -> f32 {
        if self.polled > 0.0 { self.found / self.polled } else { 0.0 }
    }
}
