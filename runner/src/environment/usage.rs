//! Who uses the processors while something is measured.

use std::fs::File;
use std::io::BufReader;

use procfs_core::process::Stat;
use procfs_core::{ExplicitSystemInfo, FromBufReadSI as _, FromRead as _, KernelStats};

/// What the processors have done since the system started, in its ticks.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// All that has passed, of all processors together.
    all: u64,
    /// In which they worked.
    busy: u64,
    /// Of that, for this process and those it has waited for.
    own: u64,
    /// Which a hypervisor has given to other machines.
    stolen: u64,
    /// How many processors the machine has.
    processors: u32,
}

/// What was used of the processors' time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// How many processors other programs have kept busy, on average.
    pub others: f64,
    /// The part, from 0 to 1, which a hypervisor has given to other machines.
    pub stolen: f64,
}

impl Usage {
    /// What was used until now; `None` where the system has no Linux `/proc`.
    pub fn now() -> Option<Self> {
        // Only ticks are read, which need no conversion.
        let units = ExplicitSystemInfo {
            boot_time_secs: 0,
            ticks_per_second: 0,
            page_size: 0,
            is_little_endian: cfg!(target_endian = "little"),
        };
        let stats = BufReader::new(File::open("/proc/stat").ok()?);
        let stats = KernelStats::from_buf_read(stats, &units).ok()?;
        let own = Stat::from_read(File::open("/proc/self/stat").ok()?).ok()?;
        let total = stats.total;
        let busy = total.user
            + total.nice
            + total.system
            + total.irq.unwrap_or(0)
            + total.softirq.unwrap_or(0);
        let stolen = total.steal.unwrap_or(0);
        Some(Self {
            all: busy + total.idle + total.iowait.unwrap_or(0) + stolen,
            busy,
            own: own.utime + own.stime + (own.cutime + own.cstime).unsigned_abs(),
            stolen,
            processors: stats.cpu_time.len() as u32,
        })
    }

    /// What was used since then; `None` if no time has passed.
    pub fn since(&self, then: &Self) -> Option<Shares> {
        let all = self.all.checked_sub(then.all).filter(|all| *all > 0)? as f64;
        let passed = |now: u64, then: u64| now.saturating_sub(then) as f64;
        let others = passed(self.busy, then.busy) - passed(self.own, then.own);
        Some(Shares {
            others: (others / all).clamp(0.0, 1.0) * f64::from(self.processors),
            stolen: (passed(self.stolen, then.stolen) / all).clamp(0.0, 1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_of_this_process_is_not_counted_as_that_of_others() {
        let then = Usage { all: 1_000, busy: 500, own: 100, stolen: 10, processors: 4 };
        let now = Usage { all: 1_400, busy: 700, own: 200, stolen: 30, processors: 4 };
        assert_eq!(now.since(&then), Some(Shares { others: 1.0, stolen: 0.05 }));
        assert_eq!(then.since(&then), None);
        // Ticks are coarse: what is ours may seem to be more than all that was done.
        let rounded = Usage { busy: 550, ..now };
        assert_eq!(rounded.since(&then).map(|shares| shares.others), Some(0.0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_of_this_process_is_seen() {
        let tell = || Usage::now().expect("Linux tells");
        let then = tell();
        // A few ticks of work take no minute, however slow the machine is.
        let begun = std::time::Instant::now();
        let told = std::iter::repeat_with(tell).take_while(|_| begun.elapsed().as_secs() < 60);
        let now = { told }.find(|now| now.own >= then.own + 3).expect("own work is seen");
        assert!(now.all > then.all && now.busy > then.busy, "{then:?} {now:?}");
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        assert!(now.processors as usize >= processors, "{now:?}");
    }
}
