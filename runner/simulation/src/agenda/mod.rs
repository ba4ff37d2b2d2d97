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

/// All that is going to happen, and what makes it happen.
pub struct Agenda {
    clock: VirtualClock,
    /// When it began, where time is real.
    real: Option<quanta::Instant>,
    sources: Slab<Source>,
    /// Sources of one event each, ended ones included.
    shared: Vec<Vec<SourceId>>,
    upcoming: BinaryHeap<Reverse<Upcoming>>,
    scheduled: u64,
    /// What is due and the host has not noticed.
    unnoticed: Vec<Unnoticed>,
    /// What is due, in that order, where it is asked for; some has been consumed since.
    pub(crate) owed: Option<VecDeque<Owed>>,
    /// By source: whom to wake when its event is due. Empty in a world with `poll`,
    /// where nobody is woken.
    wakers: Vec<Vec<Waker>>,
    pub(crate) latencies: Latencies,
}

struct Source {
    event: Arc<Event>,
    became_due: Option<DueStamp>,
    /// Planned events that came before the one that is due was taken.
    #[expect(clippy::box_collection, reason = "few have any, and each is to fit a cache line")]
    queue: Option<Box<VecDeque<DueStamp>>>,
    /// Which of the shared events its own is.
    shares: Option<u32>,
    is_cold: bool,
}

/// An event that is due.
enum Unnoticed {
    /// That of a source, or of one that has taken its number since.
    Source(SourceId),
    /// One that may outlive its source, and the source's number.
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
    /// Nothing yet, on a host.
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

    /// Makes a source of an event which others can share. It happens once, and
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

    /// The waits of this source's events are those of a cold one.
    pub fn mark_cold(&mut self, source: SourceId) {
        self.sources[source.index()].is_cold = true;
    }

    /// Makes a source's event happen now.
    pub fn fire(&mut self, source: SourceId) {
        self.fire_in(source, 0);
    }

    /// Makes a source's event happen so many nanoseconds from now. It has no
    /// other event under way.
    pub fn fire_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let Source { event, shares, became_due, .. } = &mut self.sources[source.index()];
        debug_assert!(!event.is_scheduled(), "one event at a time");
        event.set_due(due);
        match *shares {
            // The usual case is to take next to no time.
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

    /// Makes one of any number of events of a source happen so many nanoseconds
    /// from now. It waits behind those that come earlier and have not been taken.
    pub fn plan_in(&mut self, source: SourceId, delay: u64) {
        let due = self.now().saturating_add(delay);
        let event = Arc::downgrade(&self.sources[source.index()].event);
        self.schedule(due, event, Owner::Source(source), true);
    }

    /// Whether an event of the source is under way: due, or going to be.
    pub fn is_scheduled(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_scheduled()
    }

    /// An event at a fixed time, for a clock's pollable: that time, or when the host's
    /// timers end next.
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

    /// A source whose event is the end of a timer: so many nanoseconds from now, or when
    /// the host's timers end next.
    pub(crate) fn add_timer_source(&mut self, nanoseconds: u64) -> SourceId {
        let source = self.add_source();
        // A real host has timers of its own.
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

    /// Whether the host would say that it is ready.
    pub(crate) fn is_ready(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_ready()
    }

    /// Whether the guest has been told.
    pub(crate) fn is_reported(&self, source: SourceId) -> bool {
        self.sources[source.index()].event.is_reported()
    }

    pub(crate) fn contains(&self, source: SourceId) -> bool {
        self.sources.contains(source.index())
    }

    /// Looks at a source as [`Event::poll_ready`] does. `cx` is woken when its next event
    /// is noticed, unless the source ends before; any number may wait for one.
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

    /// Takes the source's event, and tells when it became due and whether the
    /// source is a cold one.
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
        // A guest may still have a pollable of it.
        if removed.is_due() && !removed.is_noticed() {
            self.unnoticed.push(Unnoticed::Event(removed, None));
        }
    }

    /// When the source's events became due that have not been consumed, and whether it
    /// is a cold one.
    pub(crate) fn waiting(&self, source: SourceId) -> (impl Iterator<Item = DueStamp>, bool) {
        let source = &self.sources[source.index()];
        (
            source.became_due.iter().chain(source.queue.iter().flat_map(|it| it.iter())).copied(),
            source.is_cold,
        )
    }

    /// The host yields to its runtime, which asks the system what has happened.
    pub(crate) fn host_yields(&mut self) {
        self.clock.renew_budget();
        let Self { unnoticed, sources, wakers, .. } = self;
        unnoticed.drain(..).for_each(|it| it.notice(sources, wakers));
    }

    /// Lets time pass: so much of it, or on a real host as much as has passed.
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

    /// Jumps to the next event. Without one, nothing can ever happen again.
    pub(crate) fn jump(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        self.pass(next.saturating_sub(self.now()));
        true
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
        match owner {
            Owner::Clock => self.is_to_be_noticed(Unnoticed::Event(event.clone(), None)),
            Owner::Source(source) => self.has_event(source, event),
            Owner::Shared(index) => {
                let sources = std::mem::take(&mut self.shared[index as usize]);
                sources.into_iter().for_each(|source| self.has_event(source, event));
            }
        }
    }

    /// An event of the source, if it has not ended, is due now.
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

    /// The host notices it now, or when it next asks.
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
