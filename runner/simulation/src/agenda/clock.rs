use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::watch::{Watch, Watchers, Watching};

/// No event is due.
const NEVER: u64 = u64::MAX;

/// Virtual time in nanoseconds, starting at 0. Clones are the same clock.
///
/// The engine wants what it holds to be `Send`, so these are atomics; only one
/// thread touches them, and relaxed loads and stores cost what plain ones do.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<AtomicU64>);

impl VirtualClock {
    /// The time now.
    pub fn now(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.store(now, Relaxed);
    }
}

/// What a pollable stands for: ready from the moment it is due until consumed.
#[derive(Debug)]
pub struct Event {
    due: AtomicU64,
    clock: VirtualClock,
    is_shared: bool,
    watchers: Watchers,
}

impl Event {
    pub(crate) fn new(clock: &VirtualClock) -> Arc<Self> {
        Self::at(clock, NEVER)
    }

    pub(crate) fn at(clock: &VirtualClock, due: u64) -> Arc<Self> {
        Arc::new(Self::due_at(clock, due))
    }

    pub(crate) fn shared(clock: &VirtualClock) -> Arc<Self> {
        Arc::new(Self { is_shared: true, ..Self::due_at(clock, NEVER) })
    }

    fn due_at(clock: &VirtualClock, due: u64) -> Self {
        let (due, clock) = (AtomicU64::new(due), clock.clone());
        Self { due, clock, is_shared: false, watchers: Watchers::default() }
    }

    /// Whether several pollables may stand for it.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether it is due.
    pub fn is_ready(&self) -> bool {
        self.due() <= self.clock.now()
    }

    /// From now on `watcher` is told under `key` when it becomes ready, at once if
    /// it is.
    pub fn watch(&self, watcher: Arc<dyn Watch>, key: u32) -> Watching {
        if self.is_ready() {
            watcher.changed(key, true);
        }
        self.watchers.add(watcher, key)
    }

    /// Ends what `watch` began.
    pub fn unwatch(&self, watching: Watching) {
        self.watchers.remove(watching);
    }

    /// It may have become due.
    pub(crate) fn becomes_ready(&self) {
        if self.is_ready() {
            self.watchers.tell(true);
        }
    }

    pub(crate) fn due(&self) -> u64 {
        self.due.load(Relaxed)
    }

    pub(crate) fn set_due(&self, due: u64) {
        self.due.store(due, Relaxed);
    }

    pub(crate) fn consume(&self) {
        self.set_due(NEVER);
        self.watchers.tell(false);
    }

    pub(crate) fn is_scheduled(&self) -> bool {
        self.due() != NEVER
    }
}
