//! The pollables of the lean host: a poll is one bit test for each handle.
//!
//! An event notes by itself that it has become ready. A pollable is a marked number and has
//! no entry in the resource table. The pollables of other interfaces have one, and may be
//! in the same list.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use slab::Slab;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{Result, format_err};
use wasmtime_wasi_io::bindings::wasi::io::poll;
use wasmtime_wasi_io::poll::DynPollable;

use pollbench_simulation::agenda::{Event, Watch, Watching};

/// The bit set in the number of every lean pollable; the table's numbers are far below it.
const MARK: u32 = 1 << 31;

/// The pollables of a store.
#[derive(Default)]
pub struct Lean {
    events: Slab<(Arc<Event>, Watching)>,
    ready: Arc<Bitmap>,
}

/// For each slot, a bit that says whether its event is ready.
#[derive(Default)]
struct Bitmap {
    words: Mutex<Vec<u64>>,
    /// Wakes the call that waits for a bit to be set.
    waker: Mutex<Option<Waker>>,
}

/// Locks a mutex, which only the thread of the store does.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bitmap {
    fn words(&self) -> MutexGuard<'_, Vec<u64>> {
        lock(&self.words)
    }

    /// Returns pending, and wakes `cx` when something becomes ready.
    fn pending<T>(&self, cx: &mut Context<'_>) -> Poll<T> {
        *lock(&self.waker) = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Watch for Bitmap {
    fn changed(&self, slot: u32, ready: bool) {
        let (word, bit) = place(slot);
        match ready {
            true => {
                self.words()[word] |= bit;
                if let Some(waker) = lock(&self.waker).take() {
                    waker.wake();
                }
            }
            false => self.words()[word] &= !bit,
        }
    }
}

fn place(slot: u32) -> (usize, u64) {
    ((slot / u64::BITS) as usize, 1 << (slot % u64::BITS))
}

impl Lean {
    /// Whether a pollable is a lean one, and not an entry of the table.
    pub fn owns(pollable: &Resource<DynPollable>) -> bool {
        pollable.rep() & MARK != 0
    }

    /// Makes a pollable of an event.
    pub fn push(&mut self, event: Arc<Event>) -> Resource<DynPollable> {
        let entry = self.events.vacant_entry();
        let slot = entry.key() as u32;
        let (word, bit) = place(slot);
        let mut words = self.ready.words();
        if word >= words.len() {
            words.resize(word + 1, 0);
        }
        // The pollable that had the slot before may have been ready.
        words[word] &= !bit;
        drop(words);
        let watching = event.watch(self.ready.clone(), slot);
        entry.insert((event, watching));
        Resource::new_own(slot | MARK)
    }

    /// The event of a lean pollable; `None` for an entry of the table.
    pub fn event(&self, pollable: &Resource<DynPollable>) -> Option<&Arc<Event>> {
        Self::owns(pollable).then(|| &self.events[slot(pollable) as usize].0)
    }

    /// Drops a lean pollable.
    pub fn drop(&mut self, pollable: &Resource<DynPollable>) {
        let (event, watching) = self.events.remove(slot(pollable) as usize);
        event.unwatch(watching);
    }

    /// Whether a lean pollable is ready.
    pub fn is_ready(&self, pollable: &Resource<DynPollable>) -> bool {
        let (word, bit) = place(slot(pollable));
        self.ready.words()[word] & bit != 0
    }

    /// Resolves when a lean pollable is ready.
    pub async fn block(&self, pollable: &Resource<DynPollable>) {
        poll_fn(|cx| match self.is_ready(pollable) {
            true => Poll::Ready(()),
            false => self.ready.pending(cx),
        })
        .await;
    }

    /// Resolves to the positions of the pollables that are ready, in the order of the list.
    pub async fn poll(
        &self,
        table: &mut ResourceTable,
        pollables: Vec<Resource<DynPollable>>,
    ) -> Result<Vec<u32>> {
        if pollables.is_empty() {
            return Err(format_err!("empty poll list"));
        }
        if !pollables.iter().all(Self::owns) {
            return self.poll_mixed(table, pollables).await;
        }
        let ready = poll_fn(|cx| match self.scan(&pollables) {
            ready if ready.is_empty() => self.ready.pending(cx),
            ready => Poll::Ready(ready),
        });
        Ok(ready.await)
    }

    /// As [`Lean::poll`], for a list with entries of the table, which the stock `poll`
    /// polls.
    async fn poll_mixed(
        &self,
        table: &mut ResourceTable,
        pollables: Vec<Resource<DynPollable>>,
    ) -> Result<Vec<u32>> {
        let foreign = || (0..).zip(&pollables).filter(|(_, it)| !Self::owns(it));
        let positions: Vec<u32> = foreign().map(|(position, _)| position).collect();
        let others = foreign().map(|(_, it)| Resource::new_borrow(it.rep())).collect();
        let mut others = pin!(poll::Host::poll(table, others));
        poll_fn(|cx| {
            let mut ready = self.scan(&pollables);
            if let Poll::Ready(found) = others.as_mut().poll(cx) {
                ready.extend(found?.into_iter().map(|index| positions[index as usize]));
                ready.sort_unstable();
            }
            if ready.is_empty() { self.ready.pending(cx) } else { Poll::Ready(Ok(ready)) }
        })
        .await
    }

    fn scan(&self, pollables: &[Resource<DynPollable>]) -> Vec<u32> {
        let words = self.ready.words();
        let is_ready = |pollable: &Resource<DynPollable>| {
            let (word, bit) = place(slot(pollable));
            Self::owns(pollable) && words[word] & bit != 0
        };
        (0..).zip(pollables).filter(|(_, it)| is_ready(it)).map(|(position, _)| position).collect()
    }
}

fn slot(pollable: &Resource<DynPollable>) -> u32 {
    pollable.rep() & !MARK
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::super::pollable;
    use super::*;
    use pollbench_simulation::agenda::{Agenda, HostModel};
    use pollbench_simulation::simulation::Simulation;
    use pollbench_simulation::workload::{CATALOGUE, Shape};

    fn simulation() -> Simulation {
        let kind = &CATALOGUE[0];
        let parameters = kind.parameters.iter().map(|p| (p.name.to_string(), p.default)).collect();
        let shape = Shape { pollables: 1, active: 1, parameters, effort: 1 };
        Simulation::timed((kind.build)(&shape), HostModel::DIRECT, None)
    }

    /// Lean pollables and entries of the table in one list, ready after 500, 1500 and 2500
    /// ns.
    #[test]
    fn a_list_may_hold_pollables_of_the_table() {
        let mut simulation = simulation();
        let (mut lean, mut table) = (Lean::default(), ResourceTable::new());
        let list: Vec<Resource<DynPollable>> = [2500, 500, 1500, 500]
            .into_iter()
            .enumerate()
            .map(|(index, due)| match index % 2 {
                0 => lean.push(simulation.timer(due)),
                _ => pollable::push(&mut table, simulation.timer(due), None).expect("room"),
            })
            .collect();
        assert_eq!(list.iter().map(Lean::owns).collect::<Vec<_>>(), [true, false, true, false]);
        let mut ready = || {
            let list = list.iter().map(|it| Resource::new_borrow(it.rep())).collect();
            let mut poll = pin!(lean.poll(&mut table, list));
            match poll.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(positions) => positions.expect("no error"),
                Poll::Pending => Vec::new(),
            }
        };
        let mut found = vec![ready()];
        for _ in 0..3 {
            simulation.poll_set_begins().expect("a call that takes time");
            found.push(ready());
        }
        assert_eq!(found, [vec![], vec![1, 3], vec![1, 2, 3], vec![0, 1, 2, 3]]);
    }

    /// Each pollable has a slot of its own, in whatever order they are dropped.
    #[test]
    fn pollables_of_a_shared_event_become_ready_together() {
        let mut agenda = Agenda::default();
        let first = agenda.add_shared();
        let sources = [first, agenda.share(first), agenda.share(first), agenda.share(first)];
        let mut lean = Lean::default();
        let pollables = sources.map(|source| lean.push(agenda.event(source)));
        lean.drop(&pollables[0]);
        lean.drop(&pollables[2]);
        assert!(!lean.is_ready(&pollables[1]) && !lean.is_ready(&pollables[3]));
        agenda.fire(first);
        assert!(lean.is_ready(&pollables[1]) && lean.is_ready(&pollables[3]));
        let late = lean.push(agenda.event(first));
        assert!(lean.is_ready(&late));
    }

    /// The bit of a reused slot says whether its new event is ready.
    #[test]
    fn a_reused_slot_knows_nothing_of_its_former_pollable() {
        let mut simulation = simulation();
        let mut lean = Lean::default();
        let ready = lean.push(simulation.timer(0));
        assert!(lean.is_ready(&ready));
        lean.drop(&ready);
        let later = lean.push(simulation.timer(500));
        assert_eq!(later.rep(), ready.rep());
        assert!(!lean.is_ready(&later));
        simulation.poll_set_begins().expect("a call that takes time");
        assert!(lean.is_ready(&later));
    }
}
