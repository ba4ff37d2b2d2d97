use std::collections::{BTreeMap, VecDeque};

use super::block::BlockWriter;
use crate::trace::event::{Look, Made};

/// A full ring has about so many blocks.
const BLOCKS: usize = 32;
/// What a block does not get smaller than.
const SMALLEST: usize = 4 << 10;

/// The events of a trace so far, or as many of the last ones as there is room for.
pub struct Recording {
    writer: BlockWriter,
    /// How many bytes the blocks may have together.
    limit: usize,
    bytes: usize,
    blocks: VecDeque<Block>,
    /// The block that is being written.
    open: Block,
    /// The pollables that were alive when the oldest block began.
    alive: BTreeMap<u32, Made>,
    events: u64,
    lost: u64,
}

#[derive(Default)]
pub(super) struct Block {
    pub bytes: Vec<u8>,
    events: u64,
    /// The pollables that were made and dropped.
    changes: Vec<(u32, Option<Made>)>,
}

impl Recording {
    /// An empty recording, whose events may take `limit` bytes. A block is kept in any case,
    /// even if a single list of pollables takes more.
    pub fn new(limit: usize) -> Self {
        Self {
            writer: BlockWriter::default(),
            limit,
            bytes: 0,
            blocks: VecDeque::new(),
            open: Block::default(),
            alive: BTreeMap::new(),
            events: 0,
            lost: 0,
        }
    }

    /// Adds that a pollable was made, so many nanoseconds after the beginning.
    pub fn made(&mut self, at: u64, pollable: u32, made: Made) {
        self.begin(at);
        self.writer.made(&mut self.open.bytes, at, pollable, made);
        self.open.changes.push((pollable, Some(made)));
        self.end();
    }

    /// Adds that a pollable was dropped.
    pub fn dropped(&mut self, at: u64, pollable: u32) {
        self.begin(at);
        self.writer.dropped(&mut self.open.bytes, at, pollable);
        self.open.changes.push((pollable, None));
        self.end();
    }

    /// Adds that pollables were looked at.
    pub fn looked(&mut self, at: u64, look: &Look<'_>) {
        self.begin(at);
        self.writer.looked(&mut self.open.bytes, at, look);
        self.end();
    }

    fn begin(&mut self, at: u64) {
        if self.open.bytes.is_empty() {
            self.writer.begin(&mut self.open.bytes, at);
        }
    }

    fn end(&mut self) {
        self.events += 1;
        self.open.events += 1;
        let block = (self.limit / BLOCKS).max(SMALLEST);
        if self.open.bytes.len() < block {
            return;
        }
        // The next block needs as much room. Its buffer is taken from the block that goes.
        let mut next = Block::default();
        self.bytes += self.open.bytes.len();
        while self.bytes + block > self.limit {
            let Some(oldest) = self.blocks.pop_front() else { break };
            self.bytes -= oldest.bytes.len();
            self.lost += oldest.events;
            self.forget(&oldest);
            next = Block { events: 0, ..oldest };
            next.bytes.clear();
            next.changes.clear();
        }
        self.blocks.push_back(std::mem::replace(&mut self.open, next));
    }

    /// Makes the beginning of the recording the end of a block.
    fn forget(&mut self, block: &Block) {
        for (pollable, made) in &block.changes {
            match made {
                Some(made) => self.alive.insert(*pollable, *made),
                None => self.alive.remove(pollable),
            };
        }
    }

    /// How many events there were, and how many of them are lost.
    pub fn events(&self) -> (u64, u64) {
        (self.events, self.lost)
    }

    pub(super) fn alive(&self) -> &BTreeMap<u32, Made> {
        &self.alive
    }

    /// The blocks that are not empty, the oldest first.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        let open = Some(&self.open).filter(|it| it.events > 0);
        self.blocks.iter().chain(open).map(|it| &it.bytes[..])
    }
}
