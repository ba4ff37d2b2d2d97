//! Which processor a process runs on. Two processors of a machine are not equally fast at
//! the same moment, so runs that are to be compared have to share one.

/// The processors this process may run on, by the system's numbers; empty where the system
/// does not tell.
#[cfg(target_os = "linux")]
pub fn allowed() -> Vec<u32> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let Ok(set) = sched_getaffinity(None) else { return Vec::new() };
    (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).map(|cpu| cpu as u32).collect()
}

/// Keeps this thread, and the threads it starts, on a processor, if the system can.
#[cfg(target_os = "linux")]
pub fn stay_on(processor: u32) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let processor = processor as usize;
    if processor < CpuSet::MAX_CPU {
        let mut set = CpuSet::new();
        set.set(processor);
        // If this fails, times only vary more.
        let _ = sched_setaffinity(None, &set);
    }
}

#[cfg(not(target_os = "linux"))]
pub fn allowed() -> Vec<u32> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
pub fn stay_on(_processor: u32) {}
