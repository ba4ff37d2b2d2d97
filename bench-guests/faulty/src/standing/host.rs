use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Pollable, Step};

use super::StandingFault;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLISECOND;

/// How much longer timers take.
const SLOWER: u64 = 1_000;

/// The questions after which a host that has not ended the guest never will.
const PATIENCE: u64 = 10_000_000;

/// A host that passes everything on in the way of a standing fault. The executor over it
/// makes a marker by `subscribe_instant(0)` for each poll that must not block, and has it
/// last in the list.
#[derive(Clone)]
pub struct Standing<H: PollHost> {
    host: H,
    fault: StandingFault,
    state: Rc<State<H>>,
}

struct State<H: PollHost> {
    /// Of the executor, while it is alive.
    marker: Cell<Option<Handle>>,
    kept: RefCell<Option<Pollable<H>>>,
    /// By handle: when it was first reported of those that have not been served.
    reported: RefCell<BTreeMap<Handle, u64>>,
    reports: Cell<u64>,
    /// Those that have been ready.
    known: RefCell<BTreeSet<Handle>>,
    /// The latest time of a time-out.
    last_timeout: Cell<u64>,
    /// What should have been dropped, and was not.
    hoard: RefCell<Vec<Handle>>,
}

impl<H: PollHost> Standing<H> {
    /// Behaves in this way from the start.
    pub fn new(host: H, fault: StandingFault) -> Self {
        let state = State {
            marker: Cell::default(),
            kept: RefCell::default(),
            reported: RefCell::default(),
            reports: Cell::default(),
            known: RefCell::default(),
            last_timeout: Cell::default(),
            hoard: RefCell::default(),
        };
        Self { host, fault, state: Rc::new(state) }
    }

    /// Blocks until the time of every time-out there was has passed, if that is the fault.
    pub fn wait_out_timers(&self) {
        let last = self.state.last_timeout.get();
        if self.fault == StandingFault::WaitsOutTimers && last > self.host.now() {
            let timer = Pollable::timer(&self.host, last);
            self.host.poll(&[timer.handle()], &mut Vec::new());
        }
    }

    /// Drops what was kept until the end, if that is the fault.
    pub fn drop_hoard(&self) {
        self.state.hoard.take().into_iter().for_each(|handle| self.host.drop(handle));
    }

    /// Whether the milliseconds until then need more than 31 bits.
    fn overflows(&self, deadline: u64) -> bool {
        deadline.saturating_sub(self.host.now()) / MILLISECOND > i32::MAX as u64
    }

    /// Whether the list ends with a marker, so that the poll must not block.
    fn has_marker(&self, handles: &[Handle]) -> bool {
        self.state.marker.get().is_some_and(|marker| handles.last() == Some(&marker))
    }

    /// Polls, and leaves of what is ready only that which has become so last. With what is
    /// ready already a poll returns before the host looks for more, so it is made to look
    /// first.
    fn poll_newest(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let at_once = Pollable::timer(&self.host, 0);
        self.host.poll(&[at_once.handle()], ready);
        self.host.poll(handles, ready);
        let mut reported = self.state.reported.borrow_mut();
        let others = handles.len() - usize::from(self.has_marker(handles));
        ready.retain(|position| (*position as usize) < others);
        for position in &*ready {
            reported.entry(handles[*position as usize]).or_insert_with(|| {
                self.state.reports.set(self.state.reports.get() + 1);
                self.state.reports.get()
            });
        }
        let newest = ready.iter().copied().max_by_key(|it| reported[&handles[*it as usize]]);
        if let Some(newest) = newest {
            reported.remove(&handles[newest as usize]);
        }
        // Of what must not block the marker.
        *ready = vec![newest.unwrap_or(others as u32)];
    }

    /// The positions of those that have been ready, without asking if there is one.
    fn poll_known(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let mut known = self.state.known.borrow_mut();
        ready.clear();
        ready.extend((0..).zip(handles).filter(|it| known.contains(it.1)).map(|it| it.0));
        if ready.is_empty() {
            self.host.poll(handles, ready);
            known.extend(ready.iter().map(|position| handles[*position as usize]));
        }
    }

    /// # Panics
    /// If the host lets it go on for too long.
    fn ask_first(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let answered = (0..PATIENCE).any(|_| self.host.is_ready(handles[0]));
        assert!(answered, "the host lets a guest ask in an endless loop");
        *ready = vec![0];
    }
}

impl<H: PollHost> PollHost for Standing<H> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        match self.fault {
            StandingFault::NeverPolls if self.has_marker(handles) => {
                *ready = vec![handles.len() as u32 - 1];
            }
            StandingFault::Guesses if !self.has_marker(handles) => {
                *ready = (0..handles.len() as u32).collect();
            }
            StandingFault::ReadyForEver => self.poll_known(handles, ready),
            StandingFault::AsksInALoop => self.ask_first(handles, ready),
            StandingFault::NewestFirst => self.poll_newest(handles, ready),
            _ => self.host.poll(handles, ready),
        }
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.host.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.host.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        let handle = match self.fault {
            StandingFault::RoundsDeadlines => self
                .host
                .subscribe_instant(deadline.checked_next_multiple_of(SECOND).unwrap_or(u64::MAX)),
            StandingFault::OverflowsTimers if self.overflows(deadline) => {
                self.host.subscribe_instant(0)
            }
            StandingFault::KeptMarker if deadline == 0 => {
                let make = || Pollable::timer(&self.host, 0);
                self.state.kept.borrow_mut().get_or_insert_with(make).handle()
            }
            _ => self.host.subscribe_instant(deadline),
        };
        if deadline == 0 {
            self.state.marker.set(Some(handle));
        }
        handle
    }

    fn drop(&self, handle: Handle) {
        if self.state.marker.get() == Some(handle) {
            self.state.marker.set(None);
            if self.fault == StandingFault::KeptMarker {
                return;
            }
        }
        self.state.reported.borrow_mut().remove(&handle);
        self.state.known.borrow_mut().remove(&handle);
        match self.fault {
            StandingFault::Hoards => self.state.hoard.borrow_mut().push(handle),
            _ => self.host.drop(handle),
        }
    }
}

impl<H: Driver> Driver for Standing<H> {
    type Streams = H::Streams;

    fn streams(&self) -> &H::Streams {
        self.host.streams()
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        match (self.host.next(task, outcome), self.fault) {
            (Step::Sleep(nanoseconds), StandingFault::SlowTimers) => {
                Step::Sleep(nanoseconds.saturating_mul(SLOWER))
            }
            (Step::Timeout(handle, nanoseconds), StandingFault::SlowTimers) => {
                Step::Timeout(handle, nanoseconds.saturating_mul(SLOWER))
            }
            (Step::Timeout(handle, nanoseconds), StandingFault::WaitsOutTimers) => {
                let end = self.host.now().saturating_add(nanoseconds);
                self.state.last_timeout.set(self.state.last_timeout.get().max(end));
                Step::Timeout(handle, nanoseconds)
            }
            (step, _) => step,
        }
    }
}
