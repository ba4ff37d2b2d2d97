use crate::budget::{Budget, PART};
use crate::recency::{REACH, RINGS};

/// The fixed cost of a poll, in units of the cost of polling one handle.
const FIXED: f32 = 8.0;

/// A sweep of the list by chunks takes at most this many polls, even if each chunk is as
/// small as possible.
const SWEEP: usize = 512;

/// The smallest chunk, unless there are fewer handles.
const LEAST: usize = 8;

/// A ring is polled first without evidence that it pays if it costs at most 1/CHEAP of a
/// poll of all. Otherwise the only evidence would come from polls of all, and it is weak
/// and rare.
const CHEAP: usize = 64;

/// The share of ready handles above which polling more of them pays even while tasks are
/// runnable.
const WORTHWHILE: f32 = 1.0 / 8.0;

/// The next part of a crowd is polled while the last part had more than this many times as
/// many ready handles for its cost as a poll of all.
const CROWDED: f32 = 3.0 / 2.0;

/// How many ready handles a part of a crowd should have: few enough that none is left out.
const AIM: usize = 100;

/// The cost of asking a single handle, in units of the cost of polling one handle.
const ASK: f32 = 3.0;

/// The credit for speculative looks that may find nothing, in units of a poll of all: the
/// initial credit, what each poll of all adds, and the most that can accumulate.
const AT_FIRST: f32 = 1.0 / 4.0;
const FOR_EACH: f32 = 1.0 / 64.0;
const IN_A_ROW: f32 = 1.0 / 2.0;

/// The most that may be spent on asking joins before other handles are polled, in units of
/// a poll of all, even if asking saves as much.
const AT_ONCE: f32 = 1.0;

/// The credit that speculative looks have saved and not spent, in units of a poll of all.
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
    /// Handles found ready, and handles polled, as decaying sums: the weight of a poll is
    /// about halved whenever as many handles as there are have been polled.
    found: f32,
    polled: f32,
    /// By ring: how many of its handles are expected to be ready when no task is runnable
    /// and the rings before it had none.
    expected: [f32; RINGS],
    /// The credit for asking the missing handles of joins.
    asking: Account,
    /// What asking has cost since other handles were polled, in units of a poll of all.
    spent: f32,
    /// The credit for polling the handles that follow a front.
    following: Account,
    /// How many ready handles the host can still report.
    pub budget: Budget,
}

impl Policy {
    /// Records a poll of `handles` handles that are representative of all `all` handles.
    pub fn polled(&mut self, handles: usize, ready: usize, all: usize) {
        let kept = all as f32 / (all + handles).max(1) as f32;
        self.found = self.found * kept + ready as f32;
        self.polled = self.polled * kept + handles as f32;
    }

    /// Records a poll of all handles.
    pub fn polled_all(&mut self, ready: usize, all: usize) {
        self.polled(all, ready, all);
        self.budget.polled_all();
        self.asking.pay(0.0, FOR_EACH);
        self.following.pay(0.0, FOR_EACH);
    }

    /// Starts asking handles while all others wait. Returns whether the credit is enough to
    /// ask `handles` handles once, or as large as it can be.
    pub fn begin_asking(&mut self, handles: usize, all: usize) -> bool {
        self.spent = 0.0;
        self.asking.can_pay((handles as f32 * Self::share(ASK, all)).min(IN_A_ROW))
    }

    /// Whether one more handle can be asked.
    pub fn may_ask(&self, all: usize) -> bool {
        self.spent < AT_ONCE && self.asking.can_pay(Self::share(ASK, all))
    }

    /// Records that a handle was asked.
    pub fn asked(&mut self, is_ready: bool, all: usize) {
        let saved = if is_ready { self.saved(1, all) } else { 0.0 };
        let cost = Self::share(ASK, all);
        self.spent += cost;
        self.asking.pay(cost, saved);
    }

    /// Whether there is credit to poll `handles` handles that follow a front.
    pub fn is_worth_following(&self, handles: usize, all: usize) -> bool {
        self.following.can_pay(Self::share(handles as f32 + FIXED, all))
    }

    /// The most handles after a front to poll, so that together with the part of the list
    /// polled in turn they are no more than the host can report.
    pub fn most_following(&self, all: usize) -> usize {
        match self.budget.most() {
            usize::MAX => usize::MAX,
            _ => PART.saturating_sub(Self::sweep(all)).max(LEAST),
        }
    }

    /// Records a poll of `handles` handles that follow a front.
    pub fn followed(&mut self, handles: usize, ready: usize, all: usize) {
        let saved = self.saved(ready, all);
        self.following.pay(Self::share(handles as f32 + FIXED, all), saved);
    }

    /// The cost of finding `ready` handles by polls of all instead, in units of a poll of
    /// all.
    fn saved(&self, ready: usize, all: usize) -> f32 {
        ready as f32 / self.of_all(all)
    }

    /// Converts a cost in handles to units of a poll of all.
    fn share(cost: f32, all: usize) -> f32 {
        cost / (all as f32 + FIXED)
    }

    /// Records that a ring was polled before the other handles.
    pub fn ring_polled(&mut self, ring: usize, ready: usize) {
        self.expected[ring] += (ready as f32 - self.expected[ring]) / 8.0;
    }

    /// Records that `ready` handles of a ring were ready in a poll of all. That is weaker
    /// evidence: they may have become ready while the poll blocked.
    pub fn ring_found(&mut self, ring: usize, ready: usize) {
        self.expected[ring] += (ready as f32 - self.expected[ring]) / 64.0;
    }

    /// Whether polling a ring first costs next to nothing, or finds more ready handles for
    /// its cost than polling all.
    pub fn is_worth(&self, ring: usize, all: usize) -> bool {
        let size = REACH[ring] as usize + Self::sweep(all);
        let ready = self.of_all(all);
        // If several handles are ready, a ring that finds one of them only delays the poll
        // of all that finds them together.
        if ready < 2.0 && size * CHEAP <= all {
            return true;
        }
        size < all && self.expected[ring] * (all as f32 + FIXED) > ready * (size as f32 + FIXED)
    }

    /// How many handles of the list each poll has to include in turn, so that every handle
    /// is polled again soon.
    pub fn sweep(all: usize) -> usize {
        all.div_ceil(SWEEP).max(LEAST)
    }

    /// How many handles of the list to poll after `work` tasks have run, while more are
    /// runnable. Polling then costs less than running the tasks did, unless many handles
    /// are ready.
    pub fn chunk(&self, all: usize, work: usize) -> usize {
        let density = self.density();
        if density <= WORTHWHILE {
            return Self::sweep(all).max(work / 2).min(all);
        }
        // Polling more ready handles than the host can report at once is wasted.
        if self.budget.most() > all { all } else { ((PART as f32 / density) as usize).min(all) }
    }

    /// Given that `ready` of the last `handles` handles of a crowd were ready, how many of
    /// the next ones to poll, so that a poll reports about `AIM`. `None` if polling all
    /// handles is better.
    pub fn crowd(&self, handles: usize, ready: usize, all: usize) -> Option<usize> {
        let worth = CROWDED * self.of_all(all) * (handles as f32 + FIXED);
        if ready as f32 * (all as f32 + FIXED) <= worth {
            return None;
        }
        let count = (handles * AIM / ready).clamp(PART, 2 * handles.max(PART));
        (count < all).then_some(count)
    }

    /// How many of `handles` representative handles are expected to be ready.
    pub fn expected(&self, handles: usize) -> usize {
        (self.density() * handles as f32).ceil() as usize
    }

    /// How many handles a poll of all is expected to report, at least one.
    fn of_all(&self, all: usize) -> f32 {
        (self.density() * all as f32).clamp(1.0, self.budget.most() as f32)
    }

    fn density(&self) -> f32 {
        if self.polled > 0.0 { self.found / self.polled } else { 0.0 }
    }
}
