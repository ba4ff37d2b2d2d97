use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::model::HostModel;
use super::watch::{Watch, Watchers, Watching};

/// The due time of an event that is not scheduled.
const NEVER: u64 = u64::MAX;

/// Virtual time in nanoseconds, starting at 0, and the budget of the host's runtime. Clones
/// share the same clock.
///
/// The engine requires its data to be `Send`, so these are atomics. Only one thread touches
/// them, and relaxed loads and stores cost as much as plain ones.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<ClockState>);

#[derive(Debug)]
struct ClockState {
    now: AtomicU64,
    model: HostModel,
    /// How many events may still be reported before the host yields to its runtime.
    budget: AtomicU32,
}

impl VirtualClock {
    /// Creates a clock at time 0, for a host with this model.
    pub fn new(model: HostModel) -> Self {
        let budget = AtomicU32::new(model.budget.unwrap_or(u32::MAX));
        Self(Arc::new(ClockState { now: AtomicU64::new(0), model, budget }))
    }

    /// The time now.
    pub fn now(&self) -> u64 {
        self.0.now.load(Relaxed)
    }

    /// The model of the host that the clock belongs to.
    pub fn model(&self) -> HostModel {
        self.0.model
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.now.store(now, Relaxed);
    }

    /// Called when the host has yielded: its runtime gives it a new budget.
    pub(crate) fn renew_budget(&self) {
        if let Some(budget) = self.0.model.budget {
            self.0.budget.store(budget, Relaxed);
        }
    }

    /// Takes a unit of the budget, and returns whether there was one left.
    fn take_of_budget(&self) -> bool {
        if self.0.model.budget.is_none() {
            return true;
        }
        let left = self.0.budget.load(Relaxed);
        self.0.budget.store(left.saturating_sub(1), Relaxed);
        left > 0
    }

    /// Gives back a unit of the budget that was taken for an event that was not ready.
    fn give_back(&self) {
        if self.0.model.budget.is_some() {
            self.0.budget.store(self.0.budget.load(Relaxed) + 1, Relaxed);
        }
    }
}

/// What a pollable stands for. It is ready from the moment the host's driver has noticed
/// that it is due, until it is consumed.
#[derive(Debug)]
pub struct Event {
    due: AtomicU64,
    clock: VirtualClock,
    is_shared: bool,
    /// Whether it is the end of a timer, which belongs to no task.
    is_timer: bool,
    /// Set for a timer whose time had passed when it was made, on a host that asks only
    /// when it yields: whether the timer has been looked at.
    looked_at: Option<AtomicBool>,
    /// How often the event was looked at while the host had no budget left to report it.
    passed_over: AtomicU32,
    /// Whether the host has reported the event to the guest.
    is_reported: AtomicBool,
    /// Counts the consumed events, so that an event can be distinguished from the next one.
    generation: AtomicU32,
    /// Increased to make the host forget that it has noticed an event.
    round: AtomicU32,
    is_watched: AtomicBool,
    readiness: Arc<Readiness>,
}

/// What the host knows of an event. It lies as far from the pollable as tokio's own record
/// of a descriptor does, and takes as many cache lines (`ScheduledIo` in
/// `tokio/src/runtime/io/scheduled_io.rs`), for with many pollables that is most of what a
/// look costs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Readiness {
    /// The round in which the host last noticed that the event is due. The driver begins
    /// another round instead of clearing this, so it need not touch this memory.
    noticed_in: AtomicU32,
    /// The waker of the last caller that looked, to be woken when the event is noticed.
    waker: Mutex<Option<Waker>>,
    /// The poll sets that keep track of the event, on a host that has them.
    watchers: Watchers,
}

impl Event {
    pub(crate) fn new(clock: &VirtualClock) -> Arc<Self> {
        Arc::new(Self::due_at(clock, NEVER))
    }

    /// An event at a fixed time. If that time has come already, the host knows of the
    /// event.
    pub(crate) fn at(clock: &VirtualClock, due: u64) -> Arc<Self> {
        let mut event = Self { is_timer: true, ..Self::due_at(clock, due) };
        if event.is_due() {
            event.looked_at = clock.model().asks_when_it_yields.then(AtomicBool::default);
            event.set_noticed();
        }
        Arc::new(event)
    }

    pub(crate) fn shared(clock: &VirtualClock) -> Arc<Self> {
        Arc::new(Self { is_shared: true, ..Self::due_at(clock, NEVER) })
    }

    fn due_at(clock: &VirtualClock, due: u64) -> Self {
        Self {
            due: AtomicU64::new(due),
            clock: clock.clone(),
            is_shared: false,
            is_timer: false,
            looked_at: None,
            passed_over: AtomicU32::new(0),
            is_reported: AtomicBool::new(false),
            generation: AtomicU32::new(0),
            // `noticed_in` starts at 0, so the first round is 1.
            round: AtomicU32::new(1),
            is_watched: AtomicBool::new(false),
            readiness: Arc::default(),
        }
    }

    /// Whether several pollables may stand for the event.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether it is the end of a timer.
    pub(crate) fn is_timer(&self) -> bool {
        self.is_timer
    }

    /// Whether the event is due, whether the host knows of it or not.
    pub fn is_due(&self) -> bool {
        self.due() <= self.clock.now()
    }

    /// Whether the host would report the event as ready.
    pub fn is_ready(&self) -> bool {
        self.is_noticed() && self.is_due()
    }

    /// Looks at it as tokio looks at a descriptor of its own (`Registration::poll_ready` in
    /// `tokio/src/runtime/io/registration.rs`): a ready event takes a unit of the budget.
    /// Without budget an event seems pending and wakes its task at once, to be looked at
    /// again. An event that is not ready keeps the waker.
    ///
    /// A timer whose time had passed when it was made is different: the first look yields
    /// to the runtime, and every later one finds it ready (`Deadline::Past` in
    /// `wasmtime-wasi/src/p2/host/clocks.rs`).
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(looked_at) = &self.looked_at {
            if looked_at.swap(true, Relaxed) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if !self.clock.take_of_budget() {
            self.passed_over.store(self.passed_over().wrapping_add(1), Relaxed);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.is_ready() {
            return Poll::Ready(());
        }
        let mut waker = self.readiness.waker.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        drop(waker);
        self.clock.give_back();
        Poll::Pending
    }

    /// Registers `watcher` to be told under `key` when the event becomes ready, at once if
    /// it is ready now.
    pub fn watch(&self, watcher: Arc<dyn Watch>, key: u32) -> Watching {
        if self.is_ready() {
            watcher.changed(key, true);
        }
        self.is_watched.store(true, Relaxed);
        self.readiness.watchers.add(watcher, key)
    }

    /// Ends what `watch` began.
    pub fn unwatch(&self, watching: Watching) {
        self.readiness.watchers.remove(watching);
    }

    /// Called when the host reports the event to the guest. Returns whether it had not been
    /// reported before.
    pub(crate) fn report(&self) -> bool {
        !self.is_reported.swap(true, Relaxed)
    }

    /// Whether the event was reported to the guest.
    pub(crate) fn is_reported(&self) -> bool {
        self.is_reported.load(Relaxed)
    }

    /// How often the guest has asked for the event while the host had no budget left to
    /// report it.
    pub(crate) fn passed_over(&self) -> u32 {
        self.passed_over.load(Relaxed)
    }

    /// How many events have been consumed so far.
    pub(crate) fn generation(&self) -> u32 {
        self.generation.load(Relaxed)
    }

    /// Called when the host's driver looks at the event: if it is due, wakes and tells
    /// whoever waits for it. Returns whether it is due.
    pub(crate) fn notice(&self) -> bool {
        if !self.is_due() {
            return false;
        }
        self.set_noticed();
        let waker = self.readiness.waker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
        self.readiness.watchers.tell(true);
        true
    }

    /// Whether the host's driver has found it due.
    pub(crate) fn is_noticed(&self) -> bool {
        self.readiness.noticed_in.load(Relaxed) == self.round.load(Relaxed)
    }

    fn set_noticed(&self) {
        self.readiness.noticed_in.store(self.round.load(Relaxed), Relaxed);
    }

    pub(crate) fn due(&self) -> u64 {
        self.due.load(Relaxed)
    }

    pub(crate) fn set_due(&self, due: u64) {
        self.due.store(due, Relaxed);
    }

    /// Called when the task has run for the event. `more` says that the next event of its
    /// source is due already.
    pub(crate) fn consume(&self, more: bool) {
        self.ends();
        if self.is_shared {
            return;
        }
        self.is_reported.store(false, Relaxed);
        if !more {
            self.set_due(NEVER);
            self.round.store(self.round.load(Relaxed).wrapping_add(1), Relaxed);
            if self.is_watched.load(Relaxed) {
                self.readiness.watchers.tell(false);
            }
        }
    }

    /// Called when no task waits for the current event any more.
    pub(crate) fn ends(&self) {
        self.generation.store(self.generation().wrapping_add(1), Relaxed);
    }

    /// From now on the event is ready, for no task: that of a stream at its end.
    pub(crate) fn stays_ready(&self) {
        self.set_due(0);
        self.notice();
    }

    pub(crate) fn is_scheduled(&self) -> bool {
        self.due() != NEVER
    }
}
