use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// The time between two ticks, and so how exactly a time limit is kept.
const TICK: Duration = Duration::from_millis(100);

/// A clock that costs next to nothing to read: a thread moves it, and the engine's epoch
/// with it, ten times a second for as long as the engine lives. When everything is to stop,
/// it moves beyond every deadline, so that every run ends.
#[derive(Clone, Debug)]
pub struct Ticker(Arc<TickerState>);

#[derive(Debug, Default)]
struct TickerState {
    ticks: AtomicU64,
    /// Set when everything is to stop.
    stop: OnceLock<&'static AtomicBool>,
}

/// More ticks than any time limit has: the longest is a day.
const END: u64 = 1_000_000;

/// When the time of a run is up.
#[derive(Clone, Debug)]
pub struct Deadline {
    now: Ticker,
    /// The ticks from the making of the deadline until then. They are also the epochs of
    /// the engine from the current one.
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

    /// Makes the clock look, from now on, whether everything is to stop.
    pub fn stop_when(&self, stop: &'static AtomicBool) {
        // If this is called twice, the first flag stays.
        let _ = self.0.stop.set(stop);
    }

    /// The deadline that is `limit` from now.
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
