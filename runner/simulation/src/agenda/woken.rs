use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Wake, Waker};

/// Records whether a waiting call has been woken.
#[derive(Clone, Debug, Default)]
pub struct Woken(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl Woken {
    /// The waker that sets this flag.
    pub fn waker(&self) -> Waker {
        Waker::from(self.0.clone())
    }

    /// Whether the waker has been woken since the last `clear`.
    pub fn is_set(&self) -> bool {
        self.0.0.load(Relaxed)
    }

    /// Resets the flag.
    pub fn clear(&self) {
        self.0.0.store(false, Relaxed);
    }
}
