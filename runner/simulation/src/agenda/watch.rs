//! Who is told when an event becomes ready, and when it no longer is.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use slab::Slab;

/// A host that keeps account of what is ready, instead of asking each event.
pub trait Watch: Send + Sync {
    /// The event watched under `key` has become ready, or has been consumed.
    fn changed(&self, key: u32, ready: bool);
}

/// Names one watch of an event, to end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watching(usize);

/// The watchers of an event. On a stock host there are none, and then telling them costs
/// one load.
#[derive(Default)]
pub(super) struct Watchers(OnceLock<Mutex<List>>);

/// Most events are watched once, which takes no memory of its own. A shared event can be
/// watched by a pollable of every task, so ending a watch must not search.
#[derive(Default)]
struct List {
    first: Option<Entry>,
    others: Slab<Entry>,
}

struct Entry {
    watcher: Arc<dyn Watch>,
    key: u32,
}

impl Watchers {
    pub fn add(&self, watcher: Arc<dyn Watch>, key: u32) -> Watching {
        let list = &mut *lock(self.0.get_or_init(Mutex::default));
        let entry = Entry { watcher, key };
        Watching(match list.first {
            Some(_) => 1 + list.others.insert(entry),
            None => {
                list.first = Some(entry);
                0
            }
        })
    }

    pub fn remove(&self, Watching(place): Watching) {
        let Some(list) = self.0.get() else { return };
        let mut list = lock(list);
        match place.checked_sub(1) {
            Some(other) => drop(list.others.remove(other)),
            None => list.first = None,
        }
    }

    pub fn tell(&self, ready: bool) {
        let Some(list) = self.0.get() else { return };
        let list = lock(list);
        let others = list.others.iter().map(|(_, entry)| entry);
        let all = list.first.iter().chain(others);
        all.for_each(|entry| entry.watcher.changed(entry.key, ready));
    }
}

/// Locks a mutex, even a poisoned one. Only one thread runs a simulation, so nothing is
/// contended, and nothing uses the data after a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |list: &List| usize::from(list.first.is_some()) + list.others.len();
        write!(f, "{} watchers", self.0.get().map_or(0, |list| count(&lock(list))))
    }
}
