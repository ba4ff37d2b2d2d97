use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How long a component has been suspended since somebody asked: what polls its future adds
/// to it, and the host functions, which can see the component's state, take it.
#[derive(Clone, Debug, Default)]
pub struct Pause(Arc<AtomicU64>);

impl Pause {
    /// Adds ticks of the clock.
    pub fn add(&self, ticks: u64) {
        self.0.fetch_add(ticks, Relaxed);
    }

    /// Takes all that was added. Only the thread that polls the component does either.
    pub fn take(&self) -> u64 {
        match self.0.load(Relaxed) {
            0 => 0,
            _ => self.0.swap(0, Relaxed),
        }
    }
}
