//! The processor time of a server's process, as its system counts it.

use serde::{Deserialize, Serialize};

/// The processor time of a process until some moment, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CpuTime {
    /// That of its main thread, on which the component runs.
    pub guest: u64,
    /// That of all threads it has now.
    pub process: u64,
}

impl CpuTime {
    /// That of the process with this number; `None` where the system has no Linux `/proc`
    /// with `schedstat`, or no such process.
    #[cfg(target_os = "linux")]
    pub fn of(process: u32) -> Option<Self> {
        let tasks = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
        let names = tasks.filter_map(|task| task.ok()?.file_name().into_string().ok());
        let of = |task: &str| {
            use procfs_core::FromRead as _;
            let file =
                std::fs::File::open(format!("/proc/{process}/task/{task}/schedstat")).ok()?;
            Some(procfs_core::process::Schedstat::from_read(file).ok()?.sum_exec_runtime)
        };
        let guest = of(&process.to_string())?;
        Some(Self { guest, process: names.filter_map(|it| of(&it)).sum() })
    }

    #[cfg(not(target_os = "linux"))]
    pub fn of(_process: u32) -> Option<Self> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_of_this_process_is_counted_and_that_of_a_thread_is_not_the_main_threads() {
        let own = std::process::id();
        let then = CpuTime::of(own).expect("Linux tells");
        // However slow the machine is, some work is done within a minute.
        let begun = std::time::Instant::now();
        let told = std::iter::repeat_with(|| CpuTime::of(own).expect("Linux tells"));
        let mut told = told.take_while(|_| begun.elapsed().as_secs() < 60);
        let now = told.find(|now| now.process > then.process + 1_000_000).expect("work is seen");
        // This test runs on a thread of its own.
        assert!(now.guest - then.guest < now.process - then.process, "{then:?} {now:?}");
        assert_eq!(CpuTime::of(u32::MAX), None);
    }
}
