//! Tests of how often each busy-poll policy polls.

use std::cell::Cell;
use std::rc::Rc;

use crate::{
    BusyPoll, Executor, Handle, IndexedList, PollHost, Pollable, Reactor, TimerHeap, Token,
    YieldNow,
};

const MARKER: Handle = Handle(0);
const PIPE: Handle = Handle(1);

/// Counts polls as (those that can't block, those that may). The pipe is ready only for a
/// poll that may block. Each marker must be used for exactly one poll.
#[derive(Clone, Default)]
struct Counting(Rc<Cell<(u32, u32)>>, Rc<Cell<Marker>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Marker {
    #[default]
    None,
    Fresh,
    Polled,
}

impl PollHost for Counting {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let (busy, blocking) = self.0.get();
        let marker = handles.iter().position(|handle| *handle == MARKER);
        self.0.set(if marker.is_some() { (busy + 1, blocking) } else { (busy, blocking + 1) });
        *ready = vec![marker.unwrap_or(0) as u32];
        if marker.is_some() {
            assert_eq!(self.1.replace(Marker::Polled), Marker::Fresh);
        }
    }

    fn now(&self) -> u64 {
        0
    }

    fn subscribe_instant(&self, _deadline: u64) -> Handle {
        assert_eq!(self.1.replace(Marker::Fresh), Marker::None);
        MARKER
    }

    fn drop(&self, handle: Handle) {
        if handle == MARKER {
            assert_eq!(self.1.replace(Marker::None), Marker::Polled);
        }
    }
}

/// A reactor that finds one registration ready in each poll.
#[derive(Default)]
struct List(IndexedList);

impl Reactor for List {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        self.0.insert(handle, token)
    }

    fn remove(&mut self, slot: usize) {
        self.0.remove(slot);
    }

    fn is_empty(&self) -> bool {
        self.0.handles().is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let mut positions = Vec::new();
        self.0.with_marker(marker, |handles| host.poll(handles, &mut positions));
        let slot = self.0.slots().get(positions[0] as usize).copied();
        ready.extend(slot.map(|slot| self.0.remove(slot)));
    }
}

/// One task waits for the pipe while three others yield four times each: tasks run sixteen
/// times, in five ticks, until only the pipe is left to wait for.
fn polls(busy_poll: BusyPoll) -> (u32, u32) {
    let host = Counting::default();
    let timers = TimerHeap::<Token>::default();
    let executor = Executor::with(host.clone(), List::default(), timers, busy_poll);
    let waiter = executor.clone();
    executor.spawn(async move {
        // SAFETY: there is no other owner of the pipe, which is a number and nothing more.
        let pipe = unsafe { Pollable::adopt(waiter.host(), PIPE) };
        waiter.ready(&pipe).await;
    });
    for _ in 0..3 {
        executor.spawn(async {
            for _ in 0..4 {
                YieldNow::default().await;
            }
        });
    }
    executor.run().expect("it never stalls");
    host.0.get()
}

#[test]
fn each_busy_poll_policy_polls_as_often_as_it_says() {
    assert_eq!(polls(BusyPoll::Never), (0, 1));
    assert_eq!(polls(BusyPoll::Batch), (4, 1));
    assert_eq!(polls(BusyPoll::Task), (15, 1));
    assert_eq!(polls(BusyPoll::Ticks(1)), (4, 1));
    assert_eq!(polls(BusyPoll::Ticks(2)), (2, 1));
    assert_eq!(polls(BusyPoll::Ticks(3)), (1, 1));
    assert_eq!(polls(BusyPoll::Ticks(61)), (0, 1));
}
