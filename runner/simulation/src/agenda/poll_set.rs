//! Sets of pollables that know what is ready in them: the host's side of
//! `wit/deps/poll-set`, without an engine.
//!
//! An event that becomes ready puts itself into the queue of each set it is in, so that
//! nothing is ever scanned: the cost of asking depends only on how many events are queued.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use hashbrown::HashMap;
use slab::Slab;
use smallvec::SmallVec;

use super::Event;
use super::watch::{Watch, Watching, lock};

/// Every poll set of a guest. Pollables have numbers of the caller's choice.
#[derive(Default)]
pub struct PollSets {
    sets: Slab<PollSet>,
    /// By pollable: the sets it is in, and its tokens there.
    places: HashMap<u32, SmallVec<[Place; 1]>>,
    members: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    set: u32,
    token: u32,
}

/// The token is already used for another pollable in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token {0} is in use in the poll set")]
pub struct TokenInUse(u32);

#[derive(Default)]
struct PollSet {
    members: Slab<Member>,
    /// By token: its member.
    keys: HashMap<u32, usize>,
    queue: Arc<Queue>,
}

struct Member {
    token: u32,
    pollable: u32,
    event: Arc<Event>,
    watching: Watching,
}

/// Members that have become ready, and may still be ready.
#[derive(Default)]
struct Queue(Mutex<Line>);

#[derive(Default)]
struct Line {
    keys: VecDeque<u32>,
    /// By member: whether it is in `keys`, so that it is there only once.
    queued: Vec<bool>,
    /// The waker of a call that waits for the next ready member.
    waker: Option<Waker>,
}

impl Watch for Queue {
    /// Queues a member that becomes ready. A member that is no longer ready is removed only
    /// when its turn comes.
    fn changed(&self, key: u32, ready: bool) {
        let mut line = lock(&self.0);
        let index = key as usize;
        if index >= line.queued.len() {
            line.queued.resize(index + 1, false);
        }
        if ready && !std::mem::replace(&mut line.queued[index], true) {
            line.keys.push_back(key);
            if let Some(waker) = line.waker.take() {
                waker.wake();
            }
        }
    }
}

impl PollSets {
    /// Makes an empty set.
    pub fn create(&mut self) -> u32 {
        self.sets.insert(PollSet::default()) as u32
    }

    /// The event in a set under a token.
    pub fn event(&self, set: u32, token: u32) -> Option<&Arc<Event>> {
        let set = self.sets.get(set as usize)?;
        Some(&set.members.get(*set.keys.get(&token)?)?.event)
    }

    /// Ends a set.
    pub fn drop(&mut self, set: u32) {
        let ended = self.sets.remove(set as usize);
        self.members -= ended.members.len();
        for (_, member) in ended.members {
            member.event.unwatch(member.watching);
            self.leave(member.pollable, Place { set, token: member.token });
        }
    }

    /// Puts a pollable and its event into a set.
    pub fn add(
        &mut self,
        set: u32,
        pollable: u32,
        event: &Arc<Event>,
        token: u32,
    ) -> Result<(), TokenInUse> {
        self.sets[set as usize].add(pollable, event, token)?;
        self.places.entry(pollable).or_default().push(Place { set, token });
        self.members += 1;
        Ok(())
    }

    /// Takes out the pollable added under a token, and returns whether there was one.
    pub fn remove(&mut self, set: u32, token: u32) -> bool {
        let Some(member) = self.sets[set as usize].remove(token) else { return false };
        self.leave(member.pollable, Place { set, token });
        self.members -= 1;
        true
    }

    /// Called when a pollable is dropped: takes it out of every set it is in.
    pub fn pollable_dropped(&mut self, pollable: u32) {
        for Place { set, token } in self.places.remove(&pollable).into_iter().flatten() {
            self.sets[set as usize].remove(token);
            self.members -= 1;
        }
    }

    /// How many pollables the sets hold; one that is in several counts for each of them.
    pub fn members(&self) -> usize {
        self.members
    }

    /// The tokens of the ready pollables in a set, at most `max` of them. Those left out
    /// come first the next time.
    pub fn ready(&self, set: u32, max: u32) -> Vec<u32> {
        self.sets[set as usize].ready(max as usize)
    }

    /// Like [`PollSets::ready`]; if nothing is ready, `cx` is woken when something is.
    pub fn poll_ready(&self, set: u32, max: u32, cx: &mut Context<'_>) -> Poll<Vec<u32>> {
        let tokens = self.ready(set, max);
        if !tokens.is_empty() {
            return Poll::Ready(tokens);
        }
        lock(&self.sets[set as usize].queue.0).waker = Some(cx.waker().clone());
        Poll::Pending
    }

    fn leave(&mut self, pollable: u32, place: Place) {
        if let Some(places) = self.places.get_mut(&pollable) {
            places.retain(|it| *it != place);
            if places.is_empty() {
                self.places.remove(&pollable);
            }
        }
    }
}

impl PollSet {
    fn add(&mut self, pollable: u32, event: &Arc<Event>, token: u32) -> Result<(), TokenInUse> {
        if self.keys.contains_key(&token) {
            return Err(TokenInUse(token));
        }
        let entry = self.members.vacant_entry();
        let key = entry.key();
        let watching = event.watch(self.queue.clone(), key as u32);
        entry.insert(Member { token, pollable, event: event.clone(), watching });
        self.keys.insert(token, key);
        Ok(())
    }

    fn remove(&mut self, token: u32) -> Option<Member> {
        let key = self.keys.remove(&token)?;
        let member = self.members.remove(key);
        member.event.unwatch(member.watching);
        Some(member)
    }

    fn ready(&self, max: usize) -> Vec<u32> {
        let mut line = lock(&self.queue.0);
        let mut tokens = Vec::new();
        for _ in 0..line.keys.len() {
            if tokens.len() == max {
                break;
            }
            let Some(key) = line.keys.pop_front() else { break };
            match self.members.get(key as usize).filter(|member| member.event.is_ready()) {
                Some(member) => {
                    tokens.push(member.token);
                    line.keys.push_back(key);
                }
                None => line.queued[key as usize] = false,
            }
        }
        tokens
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::Agenda;
    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Add { pollable: usize, token: u32 },
        Remove { token: u32 },
        Drop { pollable: usize },
        Fire { pollable: usize },
        Consume { pollable: usize },
        Ask { max: u32 },
    }

    const POLLABLES: usize = 4;

    fn op() -> impl Strategy<Value = Op> {
        let pollable = || 0..POLLABLES;
        prop_oneof![
            (pollable(), 0..6u32).prop_map(|(pollable, token)| Op::Add { pollable, token }),
            (0..6u32).prop_map(|token| Op::Remove { token }),
            pollable().prop_map(|pollable| Op::Drop { pollable }),
            pollable().prop_map(|pollable| Op::Fire { pollable }),
            pollable().prop_map(|pollable| Op::Consume { pollable }),
            (1..8u32).prop_map(|max| Op::Ask { max }),
        ]
    }

    proptest! {
        /// The model is a map from tokens to pollables that is scanned.
        #[test]
        fn a_poll_set_finds_what_a_scan_would_find(ops in prop::collection::vec(op(), 0..200)) {
            let mut agenda = Agenda::default();
            let sources: Vec<_> = (0..POLLABLES).map(|_| agenda.add_source()).collect();
            let mut sets = PollSets::default();
            let set = sets.create();
            let mut model: BTreeMap<u32, usize> = BTreeMap::new();
            for op in ops {
                match op {
                    Op::Add { pollable, token } => {
                        let event = agenda.event(sources[pollable]);
                        let added = sets.add(set, pollable as u32, &event, token);
                        prop_assert_eq!(added.is_err(), model.contains_key(&token));
                        model.entry(token).or_insert(pollable);
                    }
                    Op::Remove { token } => {
                        prop_assert_eq!(sets.remove(set, token), model.remove(&token).is_some());
                    }
                    Op::Drop { pollable } => {
                        sets.pollable_dropped(pollable as u32);
                        model.retain(|_, it| *it != pollable);
                    }
                    Op::Fire { pollable } => {
                        if !agenda.is_scheduled(sources[pollable]) {
                            agenda.fire(sources[pollable]);
                        }
                    }
                    Op::Consume { pollable } => drop(agenda.consume(sources[pollable])),
                    Op::Ask { max } => {
                        prop_assert_eq!(sets.members(), model.len());
                        let mut found = sets.ready(set, max);
                        found.sort_unstable();
                        let ready = |it: &(&u32, &usize)| agenda.is_ready(sources[*it.1]);
                        let all: Vec<u32> = model.iter().filter(ready).map(|it| *it.0).collect();
                        prop_assert_eq!(found.len(), all.len().min(max as usize));
                        prop_assert!(found.iter().all(|token| all.contains(token)));
                        prop_assert!(found.is_sorted_by(|a, b| a < b), "{:?}", found);
                    }
                }
            }
            sets.drop(set);
            prop_assert!(sets.places.is_empty() && sets.members() == 0);
        }
    }

    #[test]
    fn pollables_that_a_poll_set_left_out_come_first() {
        let mut agenda = Agenda::default();
        let mut sets = PollSets::default();
        let set = sets.create();
        for token in 0..5 {
            let source = agenda.add_source();
            sets.add(set, token, &agenda.event(source), token).expect("a free token");
            agenda.fire(source);
        }
        let asked: Vec<_> = (0..3).map(|_| sets.ready(set, 2)).collect();
        assert_eq!(asked, [[0, 1], [2, 3], [4, 0]]);
    }

    /// Events stay ready: planned ones while more are queued behind them, shared ones for
    /// all their pollables.
    #[test]
    fn planned_and_shared_events_are_found_by_a_poll_set() {
        let mut agenda = Agenda::default();
        let mut sets = PollSets::default();
        let set = sets.create();
        let planned = agenda.add_source();
        sets.add(set, 0, &agenda.event(planned), 0).expect("a free token");
        agenda.plan_in(planned, 100);
        agenda.plan_in(planned, 200);
        assert!(sets.ready(set, 9).is_empty());
        agenda.pass(300);
        for expected in [&[0][..], &[0], &[]] {
            assert_eq!(sets.ready(set, 9), expected);
            agenda.consume(planned);
        }
        let first = agenda.add_shared();
        for (token, source) in [(1, first), (2, agenda.share(first)), (3, agenda.share(first))] {
            sets.add(set, token, &agenda.event(source), token).expect("a free token");
        }
        agenda.fire(first);
        assert_eq!(sets.ready(set, 9), [1, 2, 3]);
        agenda.consume(first);
        sets.pollable_dropped(2);
        assert_eq!(sets.ready(set, 9), [1, 3]);
    }

    /// A timer becomes ready when time passes, without being asked.
    #[test]
    fn a_poll_set_finds_a_timer_when_its_time_has_passed() {
        let mut agenda = Agenda::default();
        let mut sets = PollSets::default();
        let set = sets.create();
        let timer = agenda.timer(500);
        sets.add(set, 0, &timer, 7).expect("a free token");
        assert!(sets.ready(set, 1).is_empty());
        agenda.pass(500);
        assert_eq!(sets.ready(set, 1), [7]);
    }
}
