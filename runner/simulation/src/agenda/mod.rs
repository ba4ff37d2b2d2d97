//! What is going to happen: virtual time, sources of events, and who waits for them.

mod clock;
mod latency;
mod model;
mod owed;
mod poll_set;
mod upcoming;
mod watch;
mod woken;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use slab::Slab;

pub use clock::{Event, VirtualClock};
pub(crate) use latency::Moment;
pub use latency::{DueStamp, Latencies, Waits};
pub use model::{HostModel, TOKIO_BUDGET};
pub(crate) use owed::Owed;
pub use poll_set::{PollSets, TokenInUse};
use upcoming::{Owner, Upcoming};
pub use watch::{Watch, Watching};
pub use woken::Woken;

/// Names a source of events a workload has made. It ends when the task which
/// waits on it is given any step but `again`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The number under which a guest knows it, where it has no pollable.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The source with this number.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// All events that are going to happen, and the sources that make them happen.
pub struct Agenda {
    clock: VirtualClock,
    /// When the run began, if time is that of the machine's clock.
    real: Option<quanta::Instant>,
    sources: Slab<Source>,
    /// By shared event: its sources, ended ones included.
    shared: Vec<Vec<SourceId>>,
    upcoming: BinaryHeap<Reverse<Upcoming>>,
    scheduled: u64,
    /// The events that are due and that the host has not noticed.
    unnoticed: Vec<Unnoticed>,
    /// The events that are due, in the order in which they became due, if they are
    /// recorded. Some may have been consumed since.
    pub(crate) owed: Option<VecDeque<Owed>>,
    /// By source: the wakers to wake when its event is noticed. Empty in the world with
    /// `poll`, where no call waits for a source.
    wakers: Vec<Vec<Waker>>,
    pub(crate) latencies: Latencies,
}

struct Source {
    event: Arc<Event>,
    became_due: Option<DueStamp>,
    /// Planned events that became due before the current one was taken.
    #[expect(clippy::box_collection, reason = "few have any, and each is to fit a cache line")]
    queue: Option<Box<VecDeque<DueStamp>>>,
    /// The index of its event in `Agenda::shared`, if that is a shared one.
    shares: Option<u32>,
    is_cold: bool,
}

/// An event that is due.
enum Unnoticed {
    /// The event of this source, or of a later source that has taken its number.
    Source(SourceId),
    /// An event that may outlive its source, and the source's number.
    Event(Arc<Event>, Option<SourceId>),
}

impl Unnoticed {
    fn notice(self, sources: &Slab<Source>, wakers: &mut [Vec<Waker>]) {
        let (is_due, source) = match &self {
            Self::Source(id) => {
                (sources.get(id.index()).is_some_and(|source| source.event.notice()), Some(*id))
            }
            Self::Event(event, source) => (event.notice(), *source),
        };
        if let Some(wakers) = source.and_then(|source| wakers.get_mut(source.index()))
            && is_due
        {
            wakers.drain(..).for_each(Waker::wake);
        }
    }
}

impl Source {
    fn new(event: Arc<Event>) -> Self {
        Self { event, became_due: None, queue: None, shares: None, is_cold: false }
    }
}

impl Default for Agenda {
    fn default() -> Self {
        Self::on(HostModel::DIRECT)
    }
}

impl Agenda {
    /// Creates an empty agenda for a host with this model.
    pub fn on(model: HostModel) -> Self {
        Self {
            clock: VirtualClock::new(model),
            real: model.is_real.then(quanta::Instant::now),
            sources: Slab::new(),
            shared: Vec::new(),
            upcoming: BinaryHeap::new(),
            scheduled: 0,
            unnoticed: Vec::new(),
            owed: None,
            wakers: Vec::new(),
            latencies: Latencies::default(),
        }
    }

    /// The time now.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Whether time is that of the machine's clock.
    pub(crate) fn is_real(&self) -> bool {
        self.real.is_some()
    }

    /// Makes a source without an event.
    pub fn add_source(&mut self) -> SourceId {
        self.add(Source::new(Event::new(&self.clock)))
    }

    fn add(&mut self, source: Source) -> SourceId {
        SourceId(self.sources.insert(source) as u32)
    }

    /// Makes a source of an event that other sources can share. The event happens once, and
    /// stays due for each of its sources.
    pub fn add_shared(&mut self) -> SourceId {
        let source = Source::new(Event::shared(&self.clock));
        let shares = Some(self.shared.len() as u32);
        let id = self.add(Source { shares, ..source });
        self.shared.push(vec![id]);
        id
    }

    /// Makes another source of a shared event that has not happened.
    pub fn share(&mut self, source: SourceId) -> SourceId {
        let Source { event, shares, .. } = &self.sources[source.index()];
        debug_assert!(!event.is_scheduled(), "an event is shared before it happens");
        let (event, shares) = (event.clone(), *shares);
        let id = self.add(Source { shares, ..Source::new(event) });
        self.shared[shares.expect("made to be shared") as usize].push(id);
        id
    }

    /// Marks a source as cold: the waits of its events are also recorded apart.
    pub fn mark_cold(&mut self, source: SourceId) {
        self.sources[source.index()].is_cold = true;
    }

    /// Makes a source's event happen now.
    pub fn fire(&mut self, source: SourceId) {
        self.fire_in(source, 0);
    }

    /// Makes a source's event happen in `delay` nanoseconds. No other event of the source
    /// may be under way.
    pub fn fire_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let Source { event, shares, became_due, .. } = &mut self.sources[source.index()];
        debug_assert!(!event.is_scheduled(), "one event at a time");
        event.set_due(due);
        match *shares {
            // The usual case, which must take next to no time.
            None if delay == 0 && became_due.is_none() => {
                *became_due = Some(self.latencies.stamp());
                if let Some(owed) = &mut self.owed {
                    owed.push_back(Owed::new(event, self.latencies.now()));
                }
                self.is_to_be_noticed(Unnoticed::Source(source));
            }
            shares => {
                let event = event.clone();
                let owner = shares.map_or(Owner::Source(source), Owner::Shared);
                match delay {
                    0 => self.becomes_due(owner, &event),
                    _ => self.schedule(due, Arc::downgrade(&event), owner, false),
                }
            }
        }
    }

    /// Makes an event of a source happen in `delay` nanoseconds. A source may have any
    /// number of such events; each waits behind earlier ones that have not been taken.
    pub fn plan_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let event = Arc::downgrade(&self.sources[source.index()].event);
        self.schedule(due, event, Owner::Source(source), true);
    }

    /// Whether an event of the source is under way: due, or going to be.
    pub fn is_scheduled(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_scheduled()
    }

    /// An event at a fixed time, for a clock's pollable. A future time is rounded up to the
    /// resolution of the host's timers.
    pub(crate) fn timer(&mut self, due: u64) -> Arc<Event> {
        let due = match due > self.now() {
            true => due.checked_next_multiple_of(self.clock.model().timer_resolution),
            false => Some(due),
        };
        let due = due.unwrap_or(u64::MAX);
        let event = Event::at(&self.clock, due);
        // The end of time never comes: a pollable for it is never ready.
        if !event.is_due() && event.is_scheduled() {
            self.schedule(due, Arc::downgrade(&event), Owner::Clock, false);
        }
        event
    }

    /// The event of a source.
    pub fn event(&self, source: SourceId) -> Arc<Event> {
        self.sources[source.index()].event.clone()
    }

    /// Whether this is the event of a source.
    pub(crate) fn is_event_of(&self, source: SourceId, event: &Arc<Event>) -> bool {
        self.sources.get(source.index()).is_some_and(|it| Arc::ptr_eq(&it.event, event))
    }

    /// A source whose event is the end of a timer in `nanoseconds`, rounded up to the
    /// resolution of the host's timers.
    pub(crate) fn add_timer_source(&mut self, nanoseconds: u64) -> SourceId {
        let source = self.add_source();
        // A real host has its own timers, so nothing is scheduled here.
        if self.real.is_some() {
            return source;
        }
        let end = self.now().saturating_add(nanoseconds);
        let due = end.checked_next_multiple_of(self.clock.model().timer_resolution);
        self.fire_in(source, due.unwrap_or(u64::MAX).saturating_sub(self.now()));
        source
    }

    /// Whether the source's event is due, known to the host or not.
    pub(crate) fn is_due(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_due()
    }

    /// Whether the host would report the source's event as ready.
    pub(crate) fn is_ready(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_ready()
    }

    /// Whether the source's event was reported to the guest.
    pub(crate) fn is_reported(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_reported()
    }

    pub(crate) fn contains(&self, source: SourceId) -> bool {
        self.sources.contains(source.index())
    }

    /// Looks at a source as [`Event::poll_ready`] does. If it is pending, `cx` is woken
    /// when its next event is noticed, unless the source ends before. Any number of callers
    /// may wait for one source.
    pub(crate) fn poll_source(&mut self, source: SourceId, cx: &mut Context<'_>) -> Poll<()> {
        let looked = match self.sources.get(source.index()) {
            Some(source) => source.event.poll_ready(cx),
            // The source of an abandoned call may be gone.
            None => Poll::Pending,
        };
        if looked.is_pending() {
            self.wake_when_noticed(source, cx.waker());
        }
        looked
    }

    fn wake_when_noticed(&mut self, source: SourceId, waker: &Waker) {
        if source.index() >= self.wakers.len() {
            self.wakers.resize_with(source.index() + 1, Vec::new);
        }
        let wakers = &mut self.wakers[source.index()];
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    /// The nanoseconds until the source's event, if one is under way.
    pub(crate) fn due_in(&self, source: SourceId) -> Option<u64> {
        let event = &self.sources[source.index()].event;
        event.is_scheduled().then(|| event.due().saturating_sub(self.now()))
    }

    /// Takes the source's event, and returns when it became due and whether the source is
    /// cold.
    pub(crate) fn consume(&mut self, source: SourceId) -> Option<(DueStamp, bool)> {
        let source = &mut self.sources[source.index()];
        let became_due = source.became_due.take()?;
        source.became_due = source.queue.as_mut().and_then(|queue| queue.pop_front());
        source.event.consume(source.became_due.is_some());
        if let (Some(owed), Some(_)) = (&mut self.owed, source.became_due) {
            owed.push_back(Owed::new(&source.event, self.latencies.now()));
        }
        Some((became_due, source.is_cold))
    }

    pub(crate) fn remove_source(&mut self, source: SourceId) {
        let removed = self.sources.remove(source.index()).event;
        if !removed.is_shared() {
            removed.ends();
        }
        if let Some(wakers) = self.wakers.get_mut(source.index()) {
            wakers.clear();
        }
        // A guest may still have a pollable of the event.
        if removed.is_due() && !removed.is_noticed() {
            self.unnoticed.push(Unnoticed::Event(removed, None));
        }
    }

    /// When the unconsumed events of a source became due, and whether the source is cold.
    pub(crate) fn waiting(&self, source: SourceId) -> (impl Iterator<Item = DueStamp>, bool) {
        let source = &self.sources[source.index()];
        (
            source.became_due.iter().chain(source.queue.iter().flat_map(|it| it.iter())).copied(),
            source.is_cold,
        )
    }

    /// Called when the host yields to its runtime, which then notices what has happened.
    pub(crate) fn host_yields(&mut self) {
        self.clock.renew_budget();
        let Self { unnoticed, sources, wakers, .. } = self;
        unnoticed.drain(..).for_each(|it| it.notice(sources, wakers));
    }

    /// Lets `nanoseconds` pass, or on a real host as much time as has passed on the
    /// machine's clock.
    pub(crate) fn pass(&mut self, nanoseconds: u64) {
        let now = match &self.real {
            Some(began) => began.elapsed().as_nanos() as u64,
            None => self.now().saturating_add(nanoseconds),
        };
        self.clock.set(now);
        while self.upcoming.peek().is_some_and(|Reverse(next)| next.due <= now) {
            self.arrive();
        }
        self.latencies.moment_ends();
    }

    /// The time of the next event, or `None` if nothing can ever happen again.
    pub(crate) fn next(&mut self) -> Option<u64> {
        while let Some(Reverse(next)) = self.upcoming.peek() {
            if next.is_live() {
                return Some(next.due);
            }
            self.upcoming.pop();
        }
        None
    }

    /// Jumps to the next event. Returns false if there is none, so that nothing can ever
    /// happen again.
    pub(crate) fn jump(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        self.pass(next.saturating_sub(self.now()));
        true
    }

    /// Makes the earliest upcoming event due. A guest may keep a pollable whose source has
    /// ended: the pollable becomes ready all the same, for no task.
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
        match owner {
            Owner::Clock => self.is_to_be_noticed(Unnoticed::Event(event.clone(), None)),
            Owner::Source(source) => self.has_event(source, event),
            Owner::Shared(index) => {
                let sources = std::mem::take(&mut self.shared[index as usize]);
                sources.into_iter().for_each(|source| self.has_event(source, event));
            }
        }
    }

    /// Makes an event of the source due now, if the source has not ended.
    fn has_event(&mut self, id: SourceId, event: &Arc<Event>) {
        self.is_to_be_noticed(Unnoticed::Event(event.clone(), Some(id)));
        let stamp = self.latencies.stamp();
        let source = self.sources.get_mut(id.index());
        let Some(source) = source.filter(|source| Arc::ptr_eq(&source.event, event)) else {
            return;
        };
        if source.became_due.is_some() {
            source.queue.get_or_insert_default().push_back(stamp);
            return;
        }
        source.became_due = Some(stamp);
        if let Some(owed) = &mut self.owed {
            owed.push_back(Owed::new(event, self.latencies.now()));
        }
    }

    /// Lets the host notice the event, now or when the host next yields.
    fn is_to_be_noticed(&mut self, event: Unnoticed) {
        match self.clock.model().asks_when_it_yields {
            true => self.unnoticed.push(event),
            false => event.notice(&self.sources, &mut self.wakers),
        }
    }

    fn schedule(&mut self, due: u64, event: Weak<Event>, owner: Owner, is_planned: bool) {
        let order = self.scheduled;
        self.scheduled += 1;
        self.upcoming.push(Reverse(Upcoming { due, order, event, owner, is_planned }));
    }
}
