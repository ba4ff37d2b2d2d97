use std::cell::RefCell;
use std::rc::Rc;
use std::task::Waker;

use proptest::prelude::*;

use super::*;

const MARKER: Handle = Handle(u32::MAX);

/// Records the polled handles; only the marker is ever ready.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Vec<Handle>>>);

impl PollHost for Recorder {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let (marker, chunk) = handles.split_last().expect("a list is never empty");
        assert_eq!(*marker, MARKER);
        self.0.borrow_mut().extend_from_slice(chunk);
        *ready = vec![chunk.len() as u32];
    }

    fn now(&self) -> u64 {
        0
    }

    fn subscribe_instant(&self, _deadline: u64) -> Handle {
        MARKER
    }

    fn drop(&self, _handle: Handle) {}
}

proptest! {
    /// One sweep polls each handle once, except those removed before their turn.
    #[test]
    fn a_sweep_polls_each_handle_once(
        count in 17..200u32,
        work in 0..40usize,
        removals in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let host = Recorder::default();
        let mut reactor = Reactor::new(host.clone());
        let mut live: Vec<(Handle, Token)> = (0..count)
            .map(|number| {
                let token = reactor.begin(Waker::noop());
                reactor.add(token, Handle(number), 0);
                (Handle(number), token)
            })
            .collect();
        let mut removals = removals.into_iter();
        // The handles polled in this sweep, in order.
        let mut sweep: Vec<Handle> = Vec::new();
        loop {
            reactor.turn(false, work).unwrap();
            let chunk = host.0.take();
            let least = Policy::sweep(reactor.set.len()).min(reactor.set.len());
            prop_assert!(chunk.len() >= least);
            let same = chunk.iter().take_while(|next| {
                let ascends = sweep.last().is_none_or(|last| last < next);
                sweep.extend(ascends.then_some(**next));
                ascends
            });
            // The next sweep begins where the handle numbers start again at the lowest.
            let same = same.count();
            if same < chunk.len() {
                sweep.extend(&chunk[same..]);
                break;
            }
            if let Some(index) = removals.next() && live.len() > 1 {
                let (handle, token) = live.remove(index.index(live.len()));
                reactor.end(token, &[handle], None);
            }
        }
        for (handle, _) in live {
            prop_assert!(sweep.contains(&handle), "{:?} was skipped", handle);
        }
    }
}
