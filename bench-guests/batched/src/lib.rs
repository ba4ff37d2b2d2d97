//! Chunked polling: while there is work to do, only the next `batch` handles are
//! polled, round-robin; when there is none, all of them.
//!
//! Readiness is level-triggered, so what one chunk leaves out a later one finds.
//! Blocking on anything less than all of them could sleep through an event.

use pollbench_executor::{
    Description, Handle, Knob, KnobRange, PollHost, Reactor, Strategy, Token, component, script,
};
use slab::Slab;

/// The reactor: `insert` and `remove` are O(1), a turn is O(`batch`) with work
/// left and O(N) without.
pub struct Batched {
    batch: usize,
    registered: Slab<Registration>,
    /// What is polled, in no particular order.
    handles: Vec<Handle>,
    /// By position in `handles`: the slot of its registration.
    slots: Vec<usize>,
    /// Where in `handles` the next chunk begins: those before it have been
    /// polled in this sweep, the others have not.
    cursor: usize,
    chunk: Vec<Handle>,
    positions: Vec<u32>,
    reported: Vec<usize>,
}

struct Registration {
    position: usize,
    token: Token,
}

impl Reactor for Batched {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        let slot = self.registered.insert(Registration { position: self.handles.len(), token });
        self.handles.push(handle);
        self.slots.push(slot);
        slot
    }

    fn remove(&mut self, slot: usize) {
        self.take(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let begin = match marker {
            Some(marker) => self.poll_chunk(host, marker),
            None => {
                host.poll(&self.handles, &mut self.positions);
                0
            }
        };
        let mut reported = std::mem::take(&mut self.reported);
        reported.extend(self.positions.iter().map(|p| self.slots[begin + *p as usize]));
        ready.extend(reported.drain(..).map(|slot| self.take(slot)));
        self.reported = reported;
    }

    fn tasks_per_poll(&self) -> usize {
        self.batch
    }
}

impl Batched {
    fn new(batch: usize) -> Self {
        Self {
            batch,
            registered: Slab::new(),
            handles: Vec::new(),
            slots: Vec::new(),
            cursor: 0,
            chunk: Vec::new(),
            positions: Vec::new(),
            reported: Vec::new(),
        }
    }

    /// Polls the next chunk without blocking and returns where it begins.
    fn poll_chunk<H: PollHost>(&mut self, host: &H, marker: Handle) -> usize {
        if self.cursor >= self.handles.len() {
            self.cursor = 0;
        }
        let begin = self.cursor;
        let end = (begin + self.batch).min(self.handles.len());
        self.cursor = end;
        self.chunk.clear();
        self.chunk.extend_from_slice(&self.handles[begin..end]);
        self.chunk.push(marker);
        host.poll(&self.chunk, &mut self.positions);
        let marker_position = (end - begin) as u32;
        self.positions.retain(|position| *position != marker_position);
        begin
    }

    /// Removes a registration in front of the cursor so that the sweep neither
    /// skips nor repeats another: the last one polled fills its place, and the
    /// last of the list the place that leaves.
    fn take(&mut self, slot: usize) -> Token {
        let Registration { mut position, token } = self.registered.remove(slot);
        if position < self.cursor {
            self.cursor -= 1;
            self.handles.swap(position, self.cursor);
            self.slots.swap(position, self.cursor);
            self.note_position(position);
            position = self.cursor;
        }
        self.handles.swap_remove(position);
        self.slots.swap_remove(position);
        self.note_position(position);
        token
    }

    /// Tells the registration at `position`, if there is one, that it is there.
    fn note_position(&mut self, position: usize) {
        if let Some(registration) =
            self.slots.get(position).and_then(|slot| self.registered.get_mut(*slot))
        {
            registration.position = position;
        }
    }
}

impl Strategy for Batched {
    const DESCRIPTION: Description = Description {
        name: "batched",
        strategy: "chunked poll",
        summary: "polls `batch` handles at a time while tasks are runnable, all when idle",
        knobs: &[Knob {
            name: "batch",
            summary: "handles per poll, and tasks between polls, while tasks are runnable",
            range: KnobRange::Integer(1, 1_000_000),
            default: 64,
        }],
    };

    fn run<H: PollHost>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), String> {
        let [batch] = knobs else { return Err("expected one knob, batch".into()) };
        script::run(host, Self::new(*batch as usize), tasks)
    }
}

component!(Batched);
