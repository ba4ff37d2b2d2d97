use std::cell::RefCell;
use std::rc::Rc;
use std::str::FromStr;

use pollbench_executor::{Driver, Handle, PollHost, Step};

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

/// What is awaited of several requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// All of them, by one task.
    All,
    /// The first to be answered, by one task.
    Any,
    /// Each of them, by a task of its own.
    Each,
}

/// Requests with the numbers from `first` on, and what is awaited of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is awaited.
    pub awaited: Awaited,
    /// The first number.
    pub first: u32,
    /// How many there are; at least one.
    pub requests: u32,
}

/// What has come of an [`Order`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// How many answers were awaited and have come.
    pub answers: u32,
    /// The sum of their values.
    pub sum: u64,
    /// Why the first request that has failed did.
    pub failure: Option<String>,
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

/// From the path of a request, and with it the server to ask: `/all/FIRST/REQUESTS/ADDRESS`, with
/// `any` or `each` in place of `all`.
///
/// # Errors
///
/// What was expected instead.
pub fn parse(path: &str) -> Result<(Order, &str), String> {
    let parts: Vec<&str> = path.split('/').collect();
    let [_, awaited, first, requests, address] = parts[..] else { return Err(expected(path)) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| expected(path));
    let order = Order {
        awaited: awaited.parse().map_err(|()| expected(path))?,
        first: number(first)?,
        requests: number(requests)?,
    };
    if order.requests == 0 || address.is_empty() {
        return Err(expected(path));
    }
    Ok((order, address))
}

fn expected(path: &str) -> String {
    format!("expected a path such as /all/0/10/127.0.0.1:8080, with all, any or each, not {path}")
}

impl FromStr for Awaited {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            "each" => Ok(Self::Each),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_to_ask_for() {
        let order = Order { awaited: Awaited::Each, first: 7, requests: 10 };
        assert_eq!(parse("/each/7/10/127.0.0.1:80"), Ok((order, "127.0.0.1:80")));
        for path in ["/", "/each/7/10", "/some/7/10/a", "/all/7/0/a", "/any/-1/2/a", "/any/1/2/"] {
            assert!(parse(path).unwrap_err().contains("/all/0/10/"), "{path}");
        }
    }
}
