//! Handles Ctrl-C.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::error::Exit;
use super::streams;
use crate::worker;

/// Set by Ctrl-C.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C sets [`STOP`]: the run that is under way ends soon, in this
/// process or in a worker process, and what was measured is kept where there is a record or
/// a comparison to keep it in. A second Ctrl-C ends the program at once. If Ctrl-C can't be
/// caught, it ends the program as it would any other.
///
/// A timed run in this process is cut short only when its guest blocks, as an engine that
/// could interrupt it anywhere would be slower. It ends by itself: the same steps have been
/// run in the counted lane before, except on a real host, where they may differ.
pub fn catch() {
    worker::stop_when(&STOP);
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
