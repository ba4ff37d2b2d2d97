use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};

/// Threads of this process that do nothing but keep processors busy, until this value is
/// dropped. The guests that they disturb run in worker processes.
pub struct Neighbours {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Neighbours {
    /// Starts `count` threads.
    pub fn start(count: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let start = |_| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || work(&stop))
        };
        Self { threads: (0..count).map(start).collect(), stop }
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        for thread in self.threads.drain(..) {
            // The thread can't have panicked.
            let _ = thread.join();
        }
    }
}

fn work(stop: &AtomicBool) {
    let mut sum = 0_u64;
    while !stop.load(Relaxed) {
        for number in 0..1_000_000_u64 {
            sum = sum.wrapping_mul(31).wrapping_add(black_box(number));
        }
    }
    black_box(sum);
}
