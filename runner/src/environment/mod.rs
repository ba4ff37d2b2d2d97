//! The conditions of a run, as far as the system tells them.

mod usage;

use std::fs;
use std::num::NonZero;
use std::thread::available_parallelism;

use pollbench_reports::record::Cpu;
use sysinfo::{CpuRefreshKind, RefreshKind, System};
pub use usage::Usage;

/// The processor.
pub fn cpu() -> Cpu {
    Cpu {
        model: cpu_model().unwrap_or_else(|| "unknown".into()),
        cores: available_parallelism().map_or(1, NonZero::get) as u32,
        governor: governor(),
    }
}

/// The operating system and its kernel.
pub fn kernel() -> String {
    System::kernel_long_version().unwrap_or_else(|_| "unknown".into())
}

/// The one-minute load average.
pub fn load() -> Option<f64> {
    System::load_average().ok().map(|load| load.one)
}

fn cpu_model() -> Option<String> {
    let refresh = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(refresh).ok()?;
    let model = system.cpus().first()?.brand().trim();
    (!model.is_empty()).then(|| model.into())
}

/// Linux's name for how it chooses the processor's frequency.
fn governor() -> Option<String> {
    let path = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    fs::read_to_string(path).ok().map(|name| name.trim().into())
}
