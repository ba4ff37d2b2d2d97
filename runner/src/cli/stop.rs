//! Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::error::Exit;

/// Set by Ctrl-C.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C sets [`STOP`]. If it can't be caught, it ends the program as it
/// would any other.
pub fn catch() {
    let _ = ctrlc::set_handler(|| STOP.store(true, Relaxed));
}

/// Whether it is set.
pub fn is_set() -> bool {
    STOP.load(Relaxed)
}

/// What is to be said at the end, unless it was stopped.
pub fn or(exit: Exit) -> Exit {
    if is_set() { Exit::Interrupted } else { exit }
}
