use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// How exactly a limit on time is kept.
const TICK: Duration = Duration::from_millis(100);

/// A clock that costs next to nothing to look at: a thread moves it, and the
/// engine's epoch with it, ten times a second for as long as the engine lives. When
/// everything is to stop, it goes to the end of time, and so every run ends.
#[derive(Clone, Debug)]
pub struct Ticker(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    ticks: AtomicU64,
    /// Set when everything is to stop.
    stop: OnceLock<&'static AtomicBool>,
}

/// More ticks than any limit has: those of a day, and some.
const END: u64 = 1_000_000;

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
        let (weak, shared) = (engine.weak(), ticker.0.clone());
        thread::spawn(move || {
            loop {
                thread::sleep(TICK);
                let Some(engine) = weak.upgrade() else { return };
                let is_to_stop = shared.stop.get().is_some_and(|stop| stop.load(Relaxed));
                let ticks = if is_to_stop { END } else { 1 };
                (0..ticks).for_each(|_| engine.increment_epoch());
                shared.ticks.fetch_add(ticks, Relaxed);
            }
        });
        ticker
    }

    /// From now on it looks whether everything is to stop.
    pub fn stop_when(&self, stop: &'static AtomicBool) {
        // Asked twice, the first one holds.
        let _ = self.0.stop.set(stop);
    }

    /// So much time from now.
    pub fn deadline(&self, limit: Duration) -> Deadline {
        // The tick that is under way does not count.
        let ticks = 1 + limit.div_duration_f64(TICK).ceil() as u64;
        Deadline { now: self.clone(), ticks, end: self.0.ticks.load(Relaxed) + ticks }
    }
}

impl Deadline {
    /// Whether the time is up.
    pub fn is_over(&self) -> bool {
        self.now.0.ticks.load(Relaxed) >= self.end
    }
}
