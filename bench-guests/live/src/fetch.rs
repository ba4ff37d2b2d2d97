use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Step};
use pollbench_live_orders::{Awaited, Fetched, Order};

use crate::no_streams::NoStreams;

/// What a handler asks of its host: requests to another server, each for the value of a number.
pub trait Upstream: PollHost {
    /// A request that was sent. Its pollable has to be dropped before it is.
    type Request: 'static;

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// Why it can't be sent.
    fn send(&self, number: u32) -> Result<Self::Request, String>;

    /// A new pollable, which is ready when the answer has come.
    fn pollable(&self, request: &Self::Request) -> Handle;

    /// The value that has come, or why there is none; `None` if the answer has not come.
    fn answer(&self, request: &Self::Request) -> Option<Result<u32, String>>;
}

/// Sends requests and awaits their answers, as the driver of an executor's tasks. The first task
/// runs from the start.
pub struct Fetch<U: Upstream> {
    upstream: U,
    shared: Rc<RefCell<Shared<U>>>,
}

struct Shared<U: Upstream> {
    order: Order,
    /// The requests by their numbers less the first; `None` for one that is not sent. They are
    /// kept until the executor has dropped all of its pollables.
    sent: Vec<Option<U::Request>>,
    /// How many tasks the first one has started, which is its part if each has its own.
    started: u32,
    /// Whether the only task has sent its requests, if there is one for all.
    awaits: bool,
    fetched: Fetched,
}

impl<U: Upstream> Fetch<U> {
    /// Nothing is sent before the executor runs.
    pub fn new(upstream: U, order: Order) -> Self {
        let sent = (0..order.requests).map(|_| None).collect();
        let fetched = Fetched::default();
        let shared = Shared { order, sent, started: 0, awaits: false, fetched };
        Self { upstream, shared: Rc::new(RefCell::new(shared)) }
    }

    /// What has come of it, once the executor has run.
    pub fn fetched(&self) -> Fetched {
        self.shared.borrow().fetched.clone()
    }
}

impl<U: Upstream> Shared<U> {
    /// The task that starts the others.
    fn start_next(&mut self) -> Step {
        if self.started == self.order.requests {
            return Step::Done;
        }
        self.started += 1;
        Step::Spawn(self.started)
    }

    /// The task of the request with this place.
    fn fetch_one(&mut self, upstream: &U, place: u32) -> Step {
        if self.sent[place as usize].is_none() {
            return self.send(upstream, place).map_or(Step::Done, Step::Wait);
        }
        self.take(upstream, place);
        Step::Done
    }

    /// The task of all requests.
    fn fetch_all(&mut self, upstream: &U, outcome: u32) -> Step {
        let requests = self.order.requests;
        if !std::mem::replace(&mut self.awaits, true) {
            let pollables: Vec<Handle> =
                (0..requests).filter_map(|it| self.send(upstream, it)).collect();
            return match self.order.awaited {
                // The pollables of what was sent would stay behind.
                _ if self.fetched.failure.is_some() => {
                    pollables.into_iter().for_each(|it| upstream.drop(it));
                    Step::Done
                }
                Awaited::Any => Step::Race(pollables),
                _ => Step::Join(pollables),
            };
        }
        match self.order.awaited {
            Awaited::Any => self.take(upstream, outcome),
            _ => (0..requests).for_each(|it| self.take(upstream, it)),
        }
        Step::Done
    }

    fn send(&mut self, upstream: &U, place: u32) -> Option<Handle> {
        match upstream.send(self.order.first.wrapping_add(place)) {
            Ok(request) => {
                let pollable = upstream.pollable(&request);
                self.sent[place as usize] = Some(request);
                Some(pollable)
            }
            Err(why) => {
                self.fetched.failure.get_or_insert(why);
                None
            }
        }
    }

    fn take(&mut self, upstream: &U, place: u32) {
        let request = self.sent.get(place as usize).and_then(Option::as_ref);
        let answer = request.and_then(|it| upstream.answer(it));
        match answer.unwrap_or_else(|| Err("it was not ready when its task ran".into())) {
            Ok(value) => {
                self.fetched.answers += 1;
                self.fetched.sum += u64::from(value);
            }
            Err(why) => drop(self.fetched.failure.get_or_insert(why)),
        }
    }
}

impl<U: Upstream> Clone for Fetch<U> {
    fn clone(&self) -> Self {
        Self { upstream: self.upstream.clone(), shared: self.shared.clone() }
    }
}

impl<U: Upstream> Driver for Fetch<U> {
    type Streams = NoStreams;

    fn next(&self, task: u32, outcome: u32) -> Step {
        let mut shared = self.shared.borrow_mut();
        match (shared.order.awaited, task) {
            (Awaited::Each, 0) => shared.start_next(),
            (Awaited::Each, task) => shared.fetch_one(&self.upstream, task - 1),
            _ => shared.fetch_all(&self.upstream, outcome),
        }
    }

    fn streams(&self) -> &NoStreams {
        &NoStreams
    }
}

impl<U: Upstream> PollHost for Fetch<U> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.upstream.poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.upstream.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.upstream.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.upstream.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        self.upstream.drop(handle);
    }
}
