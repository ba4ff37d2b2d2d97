use pollbench_executor::Handle;

/// How many rings there are.
pub(crate) const RINGS: usize = 3;

/// How many events back each ring reaches.
pub(crate) const REACH: [u32; RINGS] = [16, 128, 1024];

const KEPT: usize = REACH[RINGS - 1] as usize;

/// Which handles had the latest events, in rings of growing age: the handles of the last 16
/// events, those of the 112 events before them, and those of the 896 before these.
pub(crate) struct Recency {
    /// The handles of the last events, each at its event's number modulo the length.
    latest: Vec<Handle>,
    /// By handle: the number of its last event.
    last: Vec<u32>,
    /// The number of the next event; numbers wrap.
    next: u32,
}

impl Default for Recency {
    fn default() -> Self {
        // A handle without an event looks older than every ring.
        Self { latest: vec![Handle(u32::MAX); KEPT], last: Vec::new(), next: KEPT as u32 + 1 }
    }
}

impl Recency {
    /// The number the next event is going to have.
    pub fn now(&self) -> u32 {
        self.next
    }

    /// Records an event of `handle`.
    pub fn note(&mut self, handle: Handle) {
        let index = handle.0 as usize;
        if index >= self.last.len() {
            self.last.resize(index + 1, 0);
        }
        self.last[index] = self.next;
        self.latest[self.next as usize % KEPT] = handle;
        self.next = self.next.wrapping_add(1);
    }

    /// The ring `handle` was in when the number of the next event was `now`.
    pub fn ring(&self, handle: Handle, now: u32) -> Option<usize> {
        let last = self.last.get(handle.0 as usize)?;
        let age = now.wrapping_sub(*last);
        REACH.iter().position(|reach| age <= *reach)
    }

    /// The handles in a ring, the latest first.
    pub fn members(&self, ring: usize) -> impl Iterator<Item = Handle> {
        let youngest = if ring == 0 { 1 } else { REACH[ring - 1] + 1 };
        (youngest..=REACH[ring]).filter_map(|age| {
            let event = self.next.wrapping_sub(age);
            let handle = self.latest[event as usize % KEPT];
            // Skip the handle if it had a later event too.
            (self.last.get(handle.0 as usize) == Some(&event)).then_some(handle)
        })
    }
}
