use procfs::{CurrentSI as _, KernelStats};

/// What the processors have done since the system started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Processors {
    stolen: u64,
    all: u64,
}

impl Processors {
    /// Up to now, where the system tells.
    pub fn now() -> Option<Self> {
        let total = KernelStats::current().ok()?.total;
        let stolen = total.steal?;
        let idle = [total.idle, total.iowait.unwrap_or(0)];
        let busy = [total.user, total.nice, total.system, stolen];
        let interrupts = [total.irq.unwrap_or(0), total.softirq.unwrap_or(0)];
        let all = idle.into_iter().chain(busy).chain(interrupts).sum();
        Some(Self { stolen, all })
    }

    /// The part of the time since then which the machine's own host took for others.
    pub fn steal_since(self, earlier: Self) -> Option<f64> {
        let all = self.all.checked_sub(earlier.all).filter(|it| *it > 0)?;
        Some(self.stolen.saturating_sub(earlier.stolen) as f64 / all as f64)
    }
}
