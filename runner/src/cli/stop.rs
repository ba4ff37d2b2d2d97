//! Handles Ctrl-C.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::error::Exit;
use super::streams;

/// Set by Ctrl-C.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C sets [`STOP`]: a run in this process ends soon, one in a
/// worker process is waited for, and what was measured is kept where there is a record or a
/// comparison to keep it in. A second Ctrl-C ends the program at once. If Ctrl-C can't be
/// caught, it ends the program as it would any other.
pub fn catch() {
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Relaxed) {
            process::exit(Exit::Interrupted.code().into());
        }
        streams::say("pollbench: stopping; Ctrl-C again ends it at once");
    });
}

/// Whether [`STOP`] is set.
pub fn is_set() -> bool {
    STOP.load(Relaxed)
}

/// The exit code at the end: `exit`, unless Ctrl-C has stopped the run.
pub fn or(exit: Exit) -> Exit {
    if is_set() { Exit::Interrupted } else { exit }
}
