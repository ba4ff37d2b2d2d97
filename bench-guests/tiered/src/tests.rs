use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost, Reactor, Token};
use proptest::prelude::*;

use super::Tiered;

const MARKER: Handle = Handle(u32::MAX);

/// Records the handles of the last poll; only the marker is ever ready.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Vec<Handle>>>);

impl PollHost for Recorder {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let (marker, polled) = handles.split_last().expect("a list is never empty");
        assert_eq!(*marker, MARKER);
        *self.0.borrow_mut() = polled.to_vec();
        *ready = vec![polled.len() as u32];
    }

    fn now(&self) -> u64 {
        0
    }

    fn subscribe_instant(&self, _deadline: u64) -> Handle {
        MARKER
    }

    fn drop(&self, _handle: Handle) {}
}

#[derive(Clone, Debug)]
enum Op {
    Insert,
    Remove(prop::sample::Index),
    Poll,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => Just(Op::Insert),
        1 => any::<prop::sample::Index>().prop_map(Op::Remove),
        3 => Just(Op::Poll),
    ]
}

proptest! {
    /// A poll is of all handles, or of no more than the hot set, including the last
    /// registered handle if that is hot. A cold handle is left out of fewer than `interval`
    /// polls in a row.
    #[test]
    fn no_handle_is_left_out_for_long(
        hot in 1..6usize,
        interval in 1..6u64,
        ops in prop::collection::vec(op(), 0..300),
    ) {
        let host = Recorder::default();
        let mut reactor = Tiered::new(hot, interval);
        // By handle: its slot, and how many polls in a row have left it out.
        let mut live: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
        for (number, op) in (0..).zip(ops) {
            match op {
                Op::Insert => {
                    live.insert(number, (reactor.insert(Handle(number), Token(number)), 0));
                }
                Op::Remove(index) if !live.is_empty() => {
                    let handle = *live.keys().nth(index.index(live.len())).expect("a handle");
                    reactor.remove(live.remove(&handle).expect("a slot").0);
                }
                Op::Poll if !live.is_empty() => {
                    let newest = *live.keys().next_back().expect("a handle");
                    let was_hot = reactor.registered.position(live[&newest].0) < reactor.hot;
                    reactor.poll(&host, Some(MARKER), &mut Vec::new());
                    let polled = host.0.take();
                    prop_assert!(polled.len() == live.len() || polled.len() <= hot);
                    prop_assert!(!was_hot || polled.contains(&Handle(newest)));
                    for (handle, (_, left_out)) in &mut live {
                        *left_out = if polled.contains(&Handle(*handle)) { 0 } else { *left_out + 1 };
                        prop_assert!(*left_out < interval, "{} was left out", handle);
                    }
                }
                _ => {}
            }
        }
    }

    /// While no handle is removed, the hot set is the handles that were registered last.
    #[test]
    fn the_handles_registered_last_are_hot(hot in 1..6u32, count in 1..30u32) {
        let host = Recorder::default();
        let mut reactor = Tiered::new(hot as usize, u64::MAX);
        for number in 0..count {
            reactor.insert(Handle(number), Token(number));
        }
        reactor.poll(&host, Some(MARKER), &mut Vec::new());
        let mut polled = host.0.take();
        polled.sort_unstable();
        let expected: Vec<Handle> = (count.saturating_sub(hot)..count).map(Handle).collect();
        prop_assert_eq!(polled, expected);
    }
}
