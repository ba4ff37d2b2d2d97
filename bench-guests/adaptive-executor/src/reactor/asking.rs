//! Which handles are polled, and in which polls.

use pollbench_executor::{Handle, PollHost};

use super::Reactor;
use crate::front::Front;
use crate::policy::Policy;
use crate::recency::RINGS;

/// A poll that finds more than one in so many of all ready says nothing about which
/// are active.
const DENSE: usize = 4;

impl<H: PollHost> Reactor<H> {
    /// Looks where something is expected, as far as that is worth it, and blocks on
    /// all if there is nothing.
    pub(super) fn search(&mut self, deadline: Option<Handle>) {
        if self.ask_joins() {
            return self.sweep(deadline);
        }
        if self.poll_front(deadline) {
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
        self.poll_all(deadline, None, &mut found);
        for ring in (0..RINGS).filter(|ring| !polled[*ring]) {
            self.policy.ring_found(ring, found[ring]);
        }
    }

    /// Polls a part of the list without blocking, as large as is reasonable.
    pub(super) fn glance(&mut self, deadline: Option<Handle>, work: usize) {
        let all = self.set.len();
        let count = self.policy.chunk(all, work);
        if count == all {
            let marker = Some(self.marker());
            return self.poll_all(deadline, marker, &mut [0; RINGS]);
        }
        self.poll_chunk(deadline, count);
    }

    /// Polls the next part of the list without blocking.
    fn poll_chunk(&mut self, deadline: Option<Handle>, count: usize) {
        let all = self.set.len();
        let marker = Some(self.marker());
        let mut chunk = std::mem::take(&mut self.chunk);
        self.cursor = self.set.chunk(self.cursor, count, &mut chunk);
        let count = chunk.len();
        let mut found = 0;
        self.ask(&mut chunk, deadline, marker, |_, _| found += 1);
        chunk.clear();
        self.chunk = chunk;
        self.policy.polled(count, found, all);
    }

    /// Whether anything was ready.
    fn poll_ring(&mut self, ring: usize, deadline: Option<Handle>) -> bool {
        let all = self.set.len();
        let marker = Some(self.marker());
        let mut chunk = std::mem::take(&mut self.chunk);
        let members = self.recency.members(ring).filter(|handle| self.set.contains(*handle));
        chunk.extend(members);
        let members = chunk.len();
        self.cursor = self.set.chunk(self.cursor, Policy::sweep(all), &mut chunk);
        let (mut of_ring, mut others) = (0, 0);
        let expired = self.ask(&mut chunk, deadline, marker, |position, _| {
            *(if position < members { &mut of_ring } else { &mut others }) += 1;
        });
        self.policy.ring_polled(ring, of_ring);
        self.policy.polled(chunk.len() - members, others, all);
        chunk.clear();
        self.chunk = chunk;
        expired || of_ring + others > 0
    }

    /// Polls what has to be polled in turn, without blocking.
    fn sweep(&mut self, deadline: Option<Handle>) {
        let all = self.set.len();
        if all > 0 || deadline.is_some() {
            self.poll_chunk(deadline, Policy::sweep(all));
        }
    }

    /// Polls what follows in the list after that which was ready, and says whether
    /// anything was.
    fn poll_front(&mut self, deadline: Option<Handle>) -> bool {
        let all = self.set.len();
        let Some(front) = self.front.take() else { return false };
        if !self.policy.is_worth_following(front.reach(), all) {
            return false;
        }
        let marker = Some(self.marker());
        let mut chunk = std::mem::take(&mut self.chunk);
        self.set.chunk(front.after, front.reach(), &mut chunk);
        let members = chunk.len();
        self.cursor = self.set.chunk(self.cursor, Policy::sweep(all), &mut chunk);
        let (mut following, mut others) = (0, 0);
        let expired = self.ask(&mut chunk, deadline, marker, |position, _| {
            *(if position < members { &mut following } else { &mut others }) += 1;
        });
        self.policy.followed(members, following, all);
        self.policy.polled(chunk.len() - members, others, all);
        self.front = Front::of(&self.positions, &chunk[..members], all);
        chunk.clear();
        self.chunk = chunk;
        expired || following + others > 0
    }

    /// Counts in `by_ring` what was ready.
    fn poll_all(
        &mut self,
        deadline: Option<Handle>,
        marker: Option<Handle>,
        by_ring: &mut [usize; RINGS],
    ) {
        self.forget_joins();
        let mut list = self.set.take_list();
        let mut found = 0;
        self.ask(&mut list, deadline, marker, |_, ring| {
            found += 1;
            if let Some(ring) = ring {
                by_ring[ring] += 1;
            }
        });
        self.policy.polled_all(found, list.len());
        self.front = Front::of(&self.positions, &list, list.len());
        self.set.put_list(list);
    }

    /// Polls `list` with the deadline and the marker behind it and completes what
    /// is ready. Calls `count` with the position of each of the list which is, and
    /// the ring it was in, and says whether the deadline was.
    fn ask(
        &mut self,
        list: &mut Vec<Handle>,
        deadline: Option<Handle>,
        marker: Option<Handle>,
        mut count: impl FnMut(usize, Option<usize>),
    ) -> bool {
        let len = list.len();
        list.extend(deadline);
        list.extend(marker);
        let mut positions = std::mem::take(&mut self.positions);
        self.host.poll(list, &mut positions);
        self.marker = None;
        list.truncate(len);
        // With so many at a time no ring is worth it, and keeping them is work.
        let dense = positions.len() * DENSE > self.set.len();
        let now = self.recency.now();
        let mut expired = false;
        for position in positions.iter().map(|position| *position as usize) {
            let Some(&handle) = list.get(position) else {
                expired |= position == len && deadline.is_some();
                continue;
            };
            // It may be in the list twice.
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
}
