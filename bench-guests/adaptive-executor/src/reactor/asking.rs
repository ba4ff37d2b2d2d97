//! Which handles are polled, and in which polls.

use pollbench_executor::{Handle, PollHost};

use super::Reactor;
use crate::budget::PART;
use crate::front::Front;
use crate::policy::Policy;
use crate::recency::RINGS;

/// A poll that finds more than one in this many of all handles ready tells nothing about
/// which handles are recently active.
const DENSE: usize = 4;

/// For a list longer than this, letting the host return to its event loop first costs less
/// than polling the list twice.
const LONG: usize = 32;

/// Whether a poll lasts until something is ready.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blocks {
    Yes,
    No,
}

impl<H: PollHost> Reactor<H> {
    /// Polls handles that are expected to be ready, as far as that pays, and blocks on all
    /// handles if none is.
    pub(super) fn search(&mut self, deadline: Option<Handle>) {
        if self.ask_joins() {
            return self.sweep(deadline);
        }
        if self.poll_crowd(deadline) || self.poll_front(deadline) {
            return;
        }
        let mut polled = [false; RINGS];
        for (ring, polled) in polled.iter_mut().enumerate() {
            if self.policy.is_worth(ring, self.set.len()) {
                *polled = true;
                if self.poll_ring(ring, deadline) {
                    return;
                }
            }
        }
        let mut found = [0; RINGS];
        self.poll_all(deadline, Blocks::Yes, &mut found);
        for ring in (0..RINGS).filter(|ring| !polled[*ring]) {
            self.policy.ring_found(ring, found[ring]);
        }
    }

    /// Polls a part of the list without blocking; the policy decides how large it is.
    pub(super) fn glance(&mut self, deadline: Option<Handle>, work: usize) {
        let all = self.set.len();
        let count = self.policy.chunk(all, work);
        if self.crowd.is_some() {
            self.poll_crowd(deadline);
        } else if count == all {
            self.poll_all(deadline, Blocks::No, &mut [0; RINGS]);
        } else {
            self.poll_chunk(deadline, count, self.policy.expected(count));
        }
    }

    /// Polls the next part of the list without blocking. Returns how many handles were
    /// ready, and whether the deadline was.
    fn poll_chunk(
        &mut self,
        deadline: Option<Handle>,
        count: usize,
        expected: usize,
    ) -> (usize, bool) {
        let all = self.set.len();
        let mut chunk = std::mem::take(&mut self.chunk);
        self.next_cursor = self.set.chunk(self.cursor, count, &mut chunk);
        let count = chunk.len();
        let mut found = 0;
        let expired = self.ask(&mut chunk, deadline, Blocks::No, expected, |_, _| found += 1);
        chunk.clear();
        self.chunk = chunk;
        self.policy.polled(count, found, all);
        (found, expired)
    }

    /// Polls the next part of the list while more may be ready than a poll can report, so
    /// that other handles than those reported last get their turn. Returns whether anything
    /// was ready.
    fn poll_crowd(&mut self, deadline: Option<Handle>) -> bool {
        let all = self.set.len();
        let Some(count) = self.crowd.take() else { return false };
        let count = count.min(all);
        let (found, expired) = self.poll_chunk(deadline, count, PART);
        // If too many handles of a larger part were ready, keep the smaller size that
        // `poll` has set.
        if self.crowd.is_none() || count <= PART {
            self.crowd = self.policy.crowd(count, found, all);
        }
        expired || found > 0
    }

    /// Polls a ring and the next part of the list. Returns whether anything was ready.
    fn poll_ring(&mut self, ring: usize, deadline: Option<Handle>) -> bool {
        let all = self.set.len();
        let mut chunk = std::mem::take(&mut self.chunk);
        let members = self.recency.members(ring).filter(|handle| self.set.contains(*handle));
        chunk.extend(members);
        let members = chunk.len();
        self.next_cursor = self.set.chunk(self.cursor, Policy::sweep(all), &mut chunk);
        let (mut of_ring, mut others) = (0, 0);
        let expired = self.ask(&mut chunk, deadline, Blocks::No, 0, |position, _| {
            *(if position < members { &mut of_ring } else { &mut others }) += 1;
        });
        self.policy.ring_polled(ring, of_ring);
        self.policy.polled(chunk.len() - members, others, all);
        chunk.clear();
        self.chunk = chunk;
        expired || of_ring + others > 0
    }

    /// Polls only the part of the list whose turn it is, without blocking.
    fn sweep(&mut self, deadline: Option<Handle>) {
        let all = self.set.len();
        if all > 0 || deadline.is_some() {
            self.poll_chunk(deadline, Policy::sweep(all), 0);
        }
    }

    /// Polls the handles that follow the front in the list. Returns whether anything was
    /// ready.
    fn poll_front(&mut self, deadline: Option<Handle>) -> bool {
        let all = self.set.len();
        let Some(front) = self.front.take() else { return false };
        let reach = front.reach().min(self.policy.most_following(all));
        if !self.policy.is_worth_following(reach, all) {
            return false;
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        self.set.chunk(front.after, reach, &mut chunk);
        let members = chunk.len();
        self.next_cursor = self.set.chunk(self.cursor, Policy::sweep(all), &mut chunk);
        let (mut following, mut others) = (0, 0);
        let expired = self.ask(&mut chunk, deadline, Blocks::No, reach, |position, _| {
            *(if position < members { &mut following } else { &mut others }) += 1;
        });
        self.policy.followed(members, following, all);
        self.policy.polled(chunk.len() - members, others, all);
        self.front = Front::of(&self.positions, &chunk[..members], all);
        chunk.clear();
        self.chunk = chunk;
        expired || following + others > 0
    }

    /// Polls all handles, and counts in `by_ring` how many of each ring were ready.
    fn poll_all(&mut self, deadline: Option<Handle>, blocks: Blocks, by_ring: &mut [usize; RINGS]) {
        self.forget_joins();
        let mut list = self.set.take_list();
        let expected = self.policy.expected(list.len());
        let mut found = 0;
        self.ask(&mut list, deadline, blocks, expected, |_, ring| {
            found += 1;
            if let Some(ring) = ring {
                by_ring[ring] += 1;
            }
        });
        self.policy.polled_all(found, list.len());
        self.front = Front::of(&self.positions, &list, list.len());
        self.set.put_list(list);
    }

    /// Polls `list` followed by the deadline, and completes the waits for what is ready;
    /// `expected` estimates how many handles that is. Calls `count` with the position and
    /// the ring of each ready handle, and returns whether the deadline was ready.
    fn ask(
        &mut self,
        list: &mut Vec<Handle>,
        deadline: Option<Handle>,
        blocks: Blocks,
        expected: usize,
        mut count: impl FnMut(usize, Option<usize>),
    ) -> bool {
        if list.len() > LONG && !self.policy.budget.covers(expected) {
            self.renew_budget();
        }
        let positions = self.poll(list, deadline, blocks);
        // With so many ready handles no ring pays, so the work of updating them is saved.
        let dense = positions.len() * DENSE > self.set.len();
        let now = self.recency.now();
        let mut expired = false;
        for position in positions.iter().map(|position| *position as usize) {
            let Some(&handle) = list.get(position) else {
                expired |= position == list.len() && deadline.is_some();
                continue;
            };
            // The list may contain a handle twice.
            let Some(owner) = self.set.take(handle) else { continue };
            if dense {
                count(position, None);
            } else {
                count(position, self.recency.ring(handle, now));
                self.recency.note(handle);
            }
            self.happened(handle, owner);
        }
        self.positions = positions;
        if expired {
            self.expire();
        }
        expired
    }

    /// Polls once and returns the positions of what is ready. If ready handles may have
    /// been left out, the cursor stays, so that they are polled again soon.
    fn poll(
        &mut self,
        list: &mut Vec<Handle>,
        deadline: Option<Handle>,
        blocks: Blocks,
    ) -> Vec<u32> {
        let mut positions = std::mem::take(&mut self.positions);
        let len = list.len();
        list.extend(deadline);
        let handles = list.len();
        match blocks {
            Blocks::Yes => self.host.poll(list, &mut positions),
            Blocks::No => {
                let marker = self.marker();
                list.push(marker.handle());
                self.host.poll(list, &mut positions);
            }
        }
        list.truncate(len);
        let renewed = positions.iter().any(|position| *position as usize == handles);
        let ready = positions.len() - usize::from(renewed);
        if self.policy.budget.reported(handles, ready, renewed) {
            self.cursor = self.next_cursor;
        }
        self.next_cursor = self.cursor;
        self.crowd = self.policy.budget.is_nearly_used_up().then_some(PART);
        positions
    }

    /// Lets the host go back to its event loop, so that it can report more.
    fn renew_budget(&mut self) {
        let mut positions = std::mem::take(&mut self.positions);
        self.host.poll(&[self.marker().handle()], &mut positions);
        self.positions = positions;
        self.policy.budget.renew();
    }
}
