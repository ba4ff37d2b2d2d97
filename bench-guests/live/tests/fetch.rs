//! The handler's requests over executors, against a model of a server whose answers come at times
//! of their own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Strategy};
use pollbench_live::{Awaited, Fetch, Fetched, Order, Upstream};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

/// A server that answers the request for each number after a time of its own. The value of a number
/// is the number.
#[derive(Clone, Default)]
struct Model(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    now: u64,
    first: u32,
    /// How long each request takes.
    times: Vec<u64>,
    /// When each pollable is ready.
    pollables: HashMap<u32, u64>,
    next: u32,
    /// How many polls there were, each of which takes a unit of time.
    polls: u64,
}

/// A request: its number, and when it is answered.
struct Asked {
    number: u32,
    at: u64,
}

impl State {
    fn make(&mut self, at: u64) -> Handle {
        self.next += 1;
        self.pollables.insert(self.next, at);
        Handle(self.next)
    }
}

impl PollHost for Model {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let mut state = self.0.borrow_mut();
        let at = |it: &Handle| state.pollables[&it.0];
        let first = handles.iter().map(at).min().expect("a poll of nothing traps");
        let now = state.now.max(first);
        let is_due = |it: &(u32, &Handle)| state.pollables[&it.1.0] <= now;
        *ready = (0..).zip(handles).filter(is_due).map(|it| it.0).collect();
        state.now = now + 1;
        state.polls += 1;
    }

    fn now(&self) -> u64 {
        self.0.borrow().now
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.0.borrow_mut().make(deadline)
    }

    fn drop(&self, handle: Handle) {
        let dropped = self.0.borrow_mut().pollables.remove(&handle.0);
        dropped.expect("a pollable is dropped once");
    }
}

impl Upstream for Model {
    type Request = Asked;

    fn send(&self, number: u32) -> Result<Asked, String> {
        let state = self.0.borrow();
        let time = state.times[number.wrapping_sub(state.first) as usize];
        Ok(Asked { number, at: state.now + time })
    }

    fn pollable(&self, request: &Asked) -> Handle {
        self.0.borrow_mut().make(request.at)
    }

    fn answer(&self, request: &Asked) -> Option<Result<u32, String>> {
        (request.at <= self.0.borrow().now).then_some(Ok(request.number))
    }
}

/// What has come, and the number of polls that it took.
fn fetched<S: Strategy>(order: Order, times: &[u64]) -> (Fetched, u64) {
    let state = State { first: order.first, times: times.to_vec(), ..State::default() };
    let model = Model(Rc::new(RefCell::new(state)));
    let fetch = Fetch::new(model.clone(), order);
    S::run(fetch.clone(), 1, &S::DESCRIPTION.defaults()).expect("it runs");
    let state = model.0.borrow();
    assert_eq!(state.pollables.len(), 0, "{} has left pollables", S::DESCRIPTION.name);
    (fetch.fetched(), state.polls)
}

fn fetched_over_all(order: Order, times: &[u64]) -> [(Fetched, u64); 8] {
    [
        fetched::<pollbench_bare::Bare>(order, times),
        fetched::<pollbench_vector_scan::VectorScan>(order, times),
        fetched::<pollbench_slab::SlabIndexed>(order, times),
        fetched::<pollbench_slab_list::SlabList>(order, times),
        fetched::<pollbench_batched::Batched>(order, times),
        fetched::<pollbench_tiered::Tiered>(order, times),
        fetched::<pollbench_adaptive::Adaptive>(order, times),
        fetched::<pollbench_dotnet::DotNet>(order, times),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_answer_that_is_awaited_comes(
        first in any::<u32>(),
        times in prop::collection::vec(0..500_u64, 1..150),
    ) {
        let requests = times.len() as u32;
        let sum = (0..requests).map(|it| u64::from(first.wrapping_add(it))).sum();
        for awaited in [Awaited::All, Awaited::Each] {
            let order = Order { awaited, first, requests };
            for (fetched, _) in fetched_over_all(order, &times) {
                prop_assert_eq!(fetched, Fetched { answers: requests, sum, failure: None });
            }
        }
        // Of those that have come at the same poll, any is the first. Nothing waits for one that
        // comes later than that.
        let order = Order { awaited: Awaited::Any, first, requests };
        for (fetched, polls) in fetched_over_all(order, &times) {
            prop_assert_eq!((fetched.answers, fetched.failure), (1, None));
            let place = (fetched.sum as u32).wrapping_sub(first);
            let shortest = times.iter().min().expect("a request");
            prop_assert!(times[place as usize] <= shortest + polls);
        }
    }
}
