use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::{CallHook, Engine};

/// The time between two ticks; they come late rather than early.
pub const PERIOD: Duration = Duration::from_micros(100);

/// Tells a tick that came in the guest's own code from one that came before it was entered.
#[derive(Debug, Default)]
pub struct Ticks {
    /// How often guest and host have been crossed, doubled, and one more while the guest runs.
    place: AtomicU64,
    /// The place of the last tick.
    ticked: AtomicU64,
    stop: AtomicBool,
}

impl Ticks {
    /// Notes a crossing between guest and host.
    pub fn cross(&self, hook: CallHook) {
        // Only the guest's thread stores the place.
        let place = self.place.load(Relaxed) | 1;
        let enters = matches!(hook, CallHook::CallingWasm | CallHook::ReturningFromHost);
        self.place.store(place + 1 + u64::from(enters), Relaxed);
    }

    /// Whether a tick has come since the guest was entered. It counts once.
    pub fn take(&self) -> bool {
        let place = self.place.load(Relaxed);
        let is_new = place & 1 == 1 && self.ticked.load(Relaxed) == place;
        if is_new {
            self.place.store(place + 2, Relaxed);
        }
        is_new
    }

    /// Notes a tick, if the guest runs.
    fn tick(&self) -> bool {
        let place = self.place.load(Relaxed);
        self.ticked.store(place, Relaxed);
        place & 1 == 1
    }
}

/// The thread that makes the ticks, until this is dropped.
pub struct Pacer {
    ticks: Arc<Ticks>,
    thread: Option<JoinHandle<()>>,
}

impl Pacer {
    /// Moves the epoch of an engine, once a [`PERIOD`], while its guest's own code runs.
    pub fn start(engine: &Engine, ticks: Arc<Ticks>) -> Self {
        let (engine, shared) = (engine.clone(), ticks.clone());
        let thread = thread::spawn(move || {
            while !shared.stop.load(Relaxed) {
                thread::sleep(PERIOD);
                if shared.tick() {
                    engine.increment_epoch();
                }
            }
        });
        Self { ticks, thread: Some(thread) }
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.ticks.stop.store(true, Relaxed);
        // It does nothing that could panic.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_counts_once_and_only_while_the_guest_runs() {
        let ticks = Ticks::default();
        assert!(!ticks.tick() && !ticks.take(), "the host has not called the guest yet");
        ticks.cross(CallHook::CallingWasm);
        assert!(!ticks.take(), "no tick has come");
        assert!(ticks.tick() && ticks.take() && !ticks.take());
        assert!(ticks.tick());
        ticks.cross(CallHook::CallingHost);
        assert!(!ticks.take(), "the guest has left");
        assert!(!ticks.tick());
        // Within a call of the host, the guest may be called.
        ticks.cross(CallHook::CallingWasm);
        assert!(!ticks.take(), "the tick was the host's");
        assert!(ticks.tick() && ticks.take());
        ticks.cross(CallHook::ReturningFromWasm);
        assert!(!ticks.tick() && !ticks.take());
        ticks.cross(CallHook::ReturningFromHost);
        assert!(!ticks.take());
        assert!(ticks.tick() && ticks.take());
    }
}
