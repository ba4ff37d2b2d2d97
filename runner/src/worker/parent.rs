//! A worker does not outlive the process that has started it.

/// Asks the system to end this process when the thread that has started it ends. Without
/// this, a worker would notice only when it writes its next reply, and a guest may keep it
/// busy until then. Returns whether there was still a parent to ask for.
///
/// If the parent had ended before this was called, the input ends after one request, and
/// its reply can't be written.
#[cfg(target_os = "linux")]
pub fn end_with_parent() -> bool {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let parent = getppid();
    // If this fails, a busy worker lives until the time of its run is up.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    getppid() == parent
}

/// Elsewhere, a busy worker lives until the time of its run is up.
#[cfg(not(target_os = "linux"))]
pub fn end_with_parent() -> bool {
    true
}
