use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// How exactly a limit on time is kept.
const TICK: Duration = Duration::from_millis(100);

/// A clock that costs next to nothing to look at: a thread moves it, and the
/// engine's epoch with it, ten times a second for as long as the engine lives.
#[derive(Clone, Debug)]
pub struct Ticker(Arc<AtomicU64>);

/// When the time of a run is up.
#[derive(Clone, Debug)]
pub struct Deadline {
    now: Ticker,
    /// In ticks; the engine's epochs beyond the current one are as many.
    pub ticks: u64,
    end: u64,
}

impl Ticker {
    /// Starts the clock.
    pub fn start(engine: &Engine) -> Self {
        let ticker = Self(Arc::default());
        let (weak, ticks) = (engine.weak(), ticker.0.clone());
        thread::spawn(move || {
            loop {
                thread::sleep(TICK);
                let Some(engine) = weak.upgrade() else { return };
                engine.increment_epoch();
                ticks.fetch_add(1, Relaxed);
            }
        });
        ticker
    }

    /// So much time from now.
    pub fn deadline(&self, limit: Duration) -> Deadline {
        // The tick that is under way does not count.
        let ticks = 1 + limit.div_duration_f64(TICK).ceil() as u64;
        Deadline { now: self.clone(), ticks, end: self.0.load(Relaxed) + ticks }
    }
}

impl Deadline {
    /// Whether the time is up.
    pub fn is_over(&self) -> bool {
        self.now.0.load(Relaxed) >= self.end
    }
}
