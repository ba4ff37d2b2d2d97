use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::{DurationSecondsWithFrac, serde_as};
use wasmtime::ResourceLimiter;

/// What one run of a guest may use. The protocol of workers has it as it is here.
#[serde_as]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLimits {
    /// Real time.
    #[serde_as(as = "DurationSecondsWithFrac<f64>")]
    pub run: Duration,
    /// Linear memories and tables together, in bytes.
    pub memory: u64,
    /// Live component handles. A `poll` lends every handle once more while it lasts.
    pub handles: usize,
    /// Output on standard output and standard error together, in bytes.
    pub output: usize,
}

impl Default for RunLimits {
    /// More than any workload takes with a million pollables, and less than would
    /// bring down a machine.
    fn default() -> Self {
        Self {
            run: Duration::from_secs(10),
            memory: 1024 << 20,
            handles: 5_000_000,
            output: 1024 << 10,
        }
    }
}

/// Why the host ends a run before the guest does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitReached {
    /// The guest blocked after its time was up.
    #[error("out of time")]
    Time,
    /// The guest's memories or tables would grow too large.
    #[error("out of memory")]
    Memory,
    /// The guest's poll sets would hold too much.
    #[error("too many handles")]
    Handles,
    /// The guest prints too much.
    #[error("too much output")]
    Output,
}

/// Notes how large a guest's memories and tables become, and keeps them within the limit.
pub struct MemoryMeter {
    limit: u64,
    memories: u64,
    tables: u64,
}

/// How many bytes an element of a table takes in the host.
const ELEMENT_BYTES: u64 = 8;

impl MemoryMeter {
    pub fn new(limit: u64) -> Self {
        Self { limit, memories: 0, tables: 0 }
    }

    /// The size of the linear memories, in bytes.
    pub fn bytes(&self) -> u64 {
        self.memories
    }

    fn check(&self) -> wasmtime::Result<bool> {
        if self.memories + self.tables > self.limit {
            return Err(LimitReached::Memory.into());
        }
        Ok(true)
    }
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.memories += (desired - current) as u64;
        self.check()
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.tables += (desired - current) as u64 * ELEMENT_BYTES;
        self.check()
    }
}
