//! What the tasks wait for, and the futures that do.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::wasi::clocks::monotonic_clock::subscribe_duration;
use crate::wasi::io::poll::{Pollable, poll};

#[derive(Default)]
pub struct Reactor(RefCell<Registrations>);

#[derive(Default)]
struct Registrations {
    last: u64,
    waiting: BTreeMap<u64, (Rc<Pollable>, Waker)>,
}

impl Reactor {
    /// Resolves when the pollable is ready.
    pub fn ready(&self, pollable: Rc<Pollable>) -> Ready<'_> {
        Ready { reactor: self, pollable, number: None }
    }

    /// The position of the first that is ready. The others are let go of.
    pub async fn first(&self, pollables: Vec<Pollable>) -> u32 {
        let mut waits = self.all(pollables);
        poll_fn(|context| {
            let first = waits.iter_mut().position(|wait| Pin::new(wait).poll(context).is_ready());
            first.map_or(Poll::Pending, |position| Poll::Ready(position as u32))
        })
        .await
    }

    /// Resolves when the last is ready.
    pub async fn every(&self, pollables: Vec<Pollable>) {
        let mut waits = self.all(pollables);
        poll_fn(|context| {
            waits.retain_mut(|wait| Pin::new(wait).poll(context).is_pending());
            if waits.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await
    }

    fn all(&self, pollables: Vec<Pollable>) -> Vec<Ready<'_>> {
        pollables.into_iter().map(|pollable| self.ready(Rc::new(pollable))).collect()
    }

    /// Polls once, without blocking if a task can run. False if nothing is waited for.
    pub fn turn(&self, is_busy: bool) -> bool {
        let registrations = &mut *self.0.borrow_mut();
        if registrations.waiting.is_empty() {
            return false;
        }
        // A new one for each poll: the host looks for events at the first look at such a one.
        let marker = is_busy.then(|| subscribe_duration(0));
        let numbers: Vec<u64> = registrations.waiting.keys().copied().collect();
        let pollables = registrations.waiting.values().map(|(pollable, _)| &**pollable);
        let ready = poll(&pollables.chain(&marker).collect::<Vec<_>>());
        for number in ready.iter().filter_map(|position| numbers.get(*position as usize)) {
            if let Some((_, waker)) = registrations.waiting.remove(number) {
                waker.wake();
            }
        }
        true
    }
}

pub struct Ready<'a> {
    reactor: &'a Reactor,
    pollable: Rc<Pollable>,
    /// Of its registration, which the reactor removes when the pollable is ready.
    number: Option<u64>,
}

impl Future for Ready<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let registrations = &mut *self.reactor.0.borrow_mut();
        match self.number {
            Some(number) if !registrations.waiting.contains_key(&number) => Poll::Ready(()),
            Some(_) => Poll::Pending,
            None => {
                registrations.last += 1;
                let entry = (self.pollable.clone(), context.waker().clone());
                registrations.waiting.insert(registrations.last, entry);
                self.number = Some(registrations.last);
                Poll::Pending
            }
        }
    }
}

impl Drop for Ready<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.reactor.0.borrow_mut().waiting.remove(&number);
        }
    }
}
