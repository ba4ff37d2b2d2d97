//! Which handles are polled, and in which polls.

use pollbench_executor::{Handle, PollHost};

use super::Reactor;
use crate::policy::Policy;
use crate::recency::RINGS;

/// A poll that finds more than one in so many of all ready says nothing about which
/// are active.
const DENSE: usize = 4;

impl<H: PollHost> Reactor<H> {
    /// Polls the rings that are worth it, and blocks on all if they have nothing.
    pub(super) fn search(&mut self, deadline: Option<Handle>) {
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
        let marker = Some(self.marker());
        if count == all {
            return self.poll_all(deadline, marker, &mut [0; RINGS]);
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        self.cursor = self.set.chunk(self.cursor, count, &mut chunk);
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

    /// Counts in `by_ring` what was ready.
    fn poll_all(
        &mut self,
        deadline: Option<Handle>,
        marker: Option<Handle>,
        by_ring: &mut [usize; RINGS],
    ) {
        let mut list = self.set.take_list();
        let mut found = 0;
        self.ask(&mut list, deadline, marker, |_, ring| {
            found += 1;
            if let Some(ring) = ring {
                by_ring[ring] += 1;
            }
        });
        self.policy.polled(list.len(), found, list.len());
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
        list.truncate(len);
        // With so many at a time no ring is worth it, and keeping them is work.
        let dense = positions.len() * DENSE > self.set.len();
        let now = self.recency.now();
        let mut expired = false;
        for position in positions.iter().map(|position| *position as usize) {
            let Some(handle) = list.get(position) else {
                expired |= position == len && deadline.is_some();
                continue;
            };
            // It may be in the list twice.
            let Some(owner) = self.set.take(*handle) else { continue };
            if dense {
                count(position, None);
            } else {
                count(position, self.recency.ring(*handle, now));
                self.recency.note(*handle);
            }
            self.complete(owner.token, owner.member);
            while let Some(other) = self.set.take(*handle) {
                self.complete(other.token, other.member);
            }
        }
        self.positions = positions;
        if expired {
            self.expire();
        }
        expired
    }
}
