//! What is going to happen: virtual time, sources of events, and who waits for them.

mod clock;
mod latency;
mod poll_set;
mod upcoming;
mod watch;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Arc, Weak};
use std::task::Waker;

use slab::Slab;

pub use clock::{Event, VirtualClock};
pub use latency::{DueStamp, Latencies, Waits};
pub use poll_set::{PollSets, TokenInUse};
use upcoming::{Owner, Upcoming};
pub use watch::{Watch, Watching};

/// Names a source of events a workload has made. It ends when the task which
/// waits on it is given any step but `again`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(usize);

impl SourceId {
    /// The number under which a guest knows it, where it has no pollable.
    pub fn number(self) -> u32 {
        self.0 as u32
    }

    /// The source with this number.
    pub fn from_number(number: u32) -> Self {
        Self(number as usize)
    }
}

/// All that is going to happen, and what makes it happen.
#[derive(Default)]
pub struct Agenda {
    clock: VirtualClock,
    sources: Slab<Source>,
    /// Sources of one event each, ended ones included.
    shared: Vec<Vec<SourceId>>,
    upcoming: BinaryHeap<Reverse<Upcoming>>,
    scheduled: u64,
    /// Sources whose event is due and has not been consumed.
    due: usize,
    /// By source: whom to wake when its event is due. Empty in a world with `poll`,
    /// where nobody is woken.
    wakers: Vec<Vec<Waker>>,
    pub(crate) latencies: Latencies,
}

struct Source {
    event: Arc<Event>,
    became_due: Option<DueStamp>,
    /// Planned events that came before the one that is due was taken.
    queue: VecDeque<DueStamp>,
    /// Which of the shared events its own is.
    shares: Option<usize>,
    is_cold: bool,
}

impl Source {
    fn new(event: Arc<Event>) -> Self {
        Self { event, became_due: None, queue: VecDeque::new(), shares: None, is_cold: false }
    }
}

impl Agenda {
    /// The time now.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Makes a source without an event.
    pub fn add_source(&mut self) -> SourceId {
        SourceId(self.sources.insert(Source::new(Event::new(&self.clock))))
    }

    /// Makes a source of an event which others can share. It happens once, and
    /// stays due for each of its sources.
    pub fn add_shared(&mut self) -> SourceId {
        let source = Source::new(Event::shared(&self.clock));
        let shares = Some(self.shared.len());
        let id = SourceId(self.sources.insert(Source { shares, ..source }));
        self.shared.push(vec![id]);
        id
    }

    /// Makes another source of a shared event that has not happened.
    pub fn share(&mut self, source: SourceId) -> SourceId {
        let Source { event, shares, .. } = &self.sources[source.0];
        debug_assert!(!event.is_scheduled(), "an event is shared before it happens");
        let (event, shares) = (event.clone(), *shares);
        let id = SourceId(self.sources.insert(Source { shares, ..Source::new(event) }));
        self.shared[shares.expect("made to be shared")].push(id);
        id
    }

    /// The waits of this source's events are those of a cold one.
    pub fn mark_cold(&mut self, source: SourceId) {
        self.sources[source.0].is_cold = true;
    }

    /// Makes a source's event happen now.
    pub fn fire(&mut self, source: SourceId) {
        self.fire_in(source, 0);
    }

    /// Makes a source's event happen so many nanoseconds from now. It has no
    /// other event under way.
    pub fn fire_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let Source { event, shares, .. } = &self.sources[source.0];
        let (event, owner) = (event.clone(), shares.map_or(Owner::Source(source), Owner::Shared));
        debug_assert!(!event.is_scheduled(), "one event at a time");
        event.set_due(due);
        if delay == 0 {
            self.becomes_due(owner, &event);
        } else {
            self.schedule(due, Arc::downgrade(&event), owner, false);
        }
    }

    /// Makes one of any number of events of a source happen so many nanoseconds
    /// from now. It waits behind those that come earlier and have not been taken.
    pub fn plan_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let event = Arc::downgrade(&self.sources[source.0].event);
        self.schedule(due, event, Owner::Source(source), true);
    }

    /// Whether an event of the source is under way: due, or going to be.
    pub fn is_scheduled(&self, source: SourceId) -> bool {
        self.sources[source.0].event.is_scheduled()
    }

    /// An event at a fixed time, for a clock's pollable.
    pub(crate) fn timer(&mut self, due: u64) -> Arc<Event> {
        let event = Event::at(&self.clock, due);
        // The end of time never comes: a pollable for it is never ready.
        if !event.is_ready() && event.is_scheduled() {
            self.schedule(due, Arc::downgrade(&event), Owner::Clock, false);
        }
        event
    }

    /// The event of a source.
    pub fn event(&self, source: SourceId) -> Arc<Event> {
        self.sources[source.0].event.clone()
    }

    pub(crate) fn is_ready(&self, source: SourceId) -> bool {
        self.sources[source.0].event.is_ready()
    }

    pub(crate) fn contains(&self, source: SourceId) -> bool {
        self.sources.contains(source.0)
    }

    /// Wakes `waker` when the source's next event is due, unless it ends before.
    pub(crate) fn wake_when_due(&mut self, source: SourceId, waker: &Waker) {
        if source.0 >= self.wakers.len() {
            self.wakers.resize_with(source.0 + 1, Vec::new);
        }
        let wakers = &mut self.wakers[source.0];
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    /// The nanoseconds until the source's event, if one is under way.
    pub(crate) fn due_in(&self, source: SourceId) -> Option<u64> {
        let event = &self.sources[source.0].event;
        event.is_scheduled().then(|| event.due().saturating_sub(self.now()))
    }

    /// Takes the source's event, and tells when it became due and whether the
    /// source is a cold one.
    pub(crate) fn consume(&mut self, source: SourceId) -> Option<(DueStamp, bool)> {
        let source = &mut self.sources[source.0];
        let became_due = source.became_due.take();
        source.became_due = source.queue.pop_front();
        if source.became_due.is_none() {
            self.due -= usize::from(became_due.is_some());
            if !source.event.is_shared() {
                source.event.consume();
            }
        }
        became_due.map(|stamp| (stamp, source.is_cold))
    }

    pub(crate) fn remove_source(&mut self, source: SourceId) {
        let removed = self.sources.remove(source.0);
        self.due -= usize::from(removed.became_due.is_some());
        if let Some(wakers) = self.wakers.get_mut(source.0) {
            wakers.clear();
        }
    }

    /// Whether any source's event is due and has not been consumed.
    pub(crate) fn has_due(&self) -> bool {
        self.due > 0
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, nanoseconds: u64) {
        let now = self.now().saturating_add(nanoseconds);
        self.clock.set(now);
        while self.upcoming.peek().is_some_and(|Reverse(next)| next.due <= now) {
            self.arrive();
        }
    }

    /// Jumps to the next event. Without one, nothing can ever happen again.
    pub(crate) fn jump(&mut self) -> bool {
        while let Some(Reverse(next)) = self.upcoming.peek() {
            if next.is_live() {
                let ahead = next.due - self.now();
                self.pass(ahead);
                return true;
            }
            self.upcoming.pop();
        }
        false
    }

    /// The earliest event to come has come. A guest may hold on to a pollable
    /// whose source has ended: it becomes ready all the same, for no task.
    fn arrive(&mut self) {
        let Some(Reverse(upcoming)) = self.upcoming.pop() else { return };
        let Some(event) = upcoming.event.upgrade() else { return };
        if upcoming.is_planned && !event.is_scheduled() {
            event.set_due(upcoming.due);
        }
        if upcoming.is_planned || event.due() == upcoming.due {
            self.becomes_due(upcoming.owner, &event);
        }
    }

    fn becomes_due(&mut self, owner: Owner, event: &Arc<Event>) {
        event.becomes_ready();
        match owner {
            Owner::Clock => {}
            Owner::Source(source) => self.has_event(source, event),
            Owner::Shared(index) => {
                let sources = std::mem::take(&mut self.shared[index]);
                sources.into_iter().for_each(|source| self.has_event(source, event));
            }
        }
    }

    /// An event of the source, if it has not ended, is due now.
    fn has_event(&mut self, id: SourceId, event: &Arc<Event>) {
        let stamp = self.latencies.stamp();
        let source = self.sources.get_mut(id.0);
        let Some(source) = source.filter(|source| Arc::ptr_eq(&source.event, event)) else {
            return;
        };
        if source.became_due.is_some() {
            source.queue.push_back(stamp);
        } else {
            source.became_due = Some(stamp);
            self.due += 1;
        }
        if let Some(wakers) = self.wakers.get_mut(id.0) {
            wakers.drain(..).for_each(Waker::wake);
        }
    }

    fn schedule(&mut self, due: u64, event: Weak<Event>, owner: Owner, is_planned: bool) {
        let order = self.scheduled;
        self.scheduled += 1;
        self.upcoming.push(Reverse(Upcoming { due, order, event, owner, is_planned }));
    }
}
